import fc from 'fast-check';
import { chunks } from '../../../../test/support/describe-adapter';
import { jsonElements, jsonMembers, longestElement } from './json-array';

const elements = async (text: string, step = 65536) => {
  const all = [];
  for await (const some of jsonElements(chunks(Buffer.from(text), step))) all.push(...some);
  return all;
};

const property = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', '[', ']', ',', 'é', '🙂', '\n'), maxLength: 8 });
const json = fc.jsonValue({ maxDepth: 2 });
const objects = fc.array(fc.dictionary(property, fc.oneof(property, json)), { maxLength: 6 });

describe('splitting a JSON array', () => {
  it('gives what JSON.parse gives, however the text is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(objects, fc.constantFrom(undefined, 1), fc.integer({ min: 1, max: 40 }), async (values, indent, step) => {
        const text = JSON.stringify(values, null, indent);
        const expected = (JSON.parse(text) as unknown[]).map((value, at) => ({ number: at + 1, value }));
        expect(await elements(text, step)).toEqual(expected);
      }),
    );
  });

  it('refuses every beginning of an array', async () => {
    const text = '[{"a":"}]"},{"b":[1,{"c":"\\\\"}]}]';
    for (let length = 0; length < text.length; length++) await expect(elements(text.slice(0, length), 3)).rejects.toThrow(/cut off/);
    await expect(elements(text, 3)).resolves.toHaveLength(2);
  });

  it.each([
    ['{"data":[]}', /holds an object/],
    ['[{"a":1} {"b":2}]', /there is a "{" where element 2 or the end is expected/],
    ['[{"a":1},]', /there is a "]" where element 2/],
    ['[1]', /there is a "1" where element 1/],
    ['[{"a":01}]', /broken in element 1/],
    ['[{"a":[}]', /broken|cut off/],
    ['[] x', /after the end of the array/],
  ])('refuses %s', async (text, why) => {
    await expect(elements(text)).rejects.toThrow(why);
  });

  it.each([1000, 200_000])('refuses an element that does not end, in chunks of %i', async (step) => {
    await expect(elements(`[{"a":1},{"b":"${'x'.repeat(longestElement)}"}]`, step)).rejects.toThrow(/Element 2 of the array is longer/);
  });
});

describe('splitting a JSON object of objects', () => {
  const members = async (text: string, step = 65536) => {
    const all = [];
    for await (const some of jsonMembers(chunks(Buffer.from(text), step))) all.push(...some);
    return all;
  };

  it('gives the values that JSON.parse gives, however the text is cut into chunks', async () => {
    const named = fc.dictionary(property, fc.dictionary(property, fc.oneof(property, json)), { maxKeys: 6 });
    await fc.assert(
      fc.asyncProperty(named, fc.constantFrom(undefined, 1), fc.integer({ min: 1, max: 40 }), async (values, indent, step) => {
        const text = JSON.stringify(values, null, indent);
        const expected = Object.values(JSON.parse(text) as object).map((value: unknown, at) => ({ number: at + 1, value }));
        expect(await members(text, step)).toEqual(expected);
      }),
    );
  });

  it('refuses every beginning of an object', async () => {
    const text = '{"a":{"b":"}]"},"c\\"":{"d":[1,{"e":"\\\\"}]}}';
    for (let length = 0; length < text.length; length++) await expect(members(text.slice(0, length), 3)).rejects.toThrow(/cut off/);
    await expect(members(text, 3)).resolves.toHaveLength(2);
  });

  it.each([
    ['[{"a":1}]', /holds an array/],
    ['{"a":{} "b":{}}', /there is a "\\"" where element 2 or the end is expected/],
    ['{"a":{},}', /there is a "}" where element 2/],
    ['{{"a":1}}', /there is a "{" where element 1/],
    ['{"a":1}', /there is a "}" where an object is expected/],
    ['{"a":1,"b":{}}', /there is a "," where an object is expected/],
    ['{"a":[{}]}', /the value of member 1 is not an object/],
    ['{"a" {}}', /broken in element 1/],
    ['{} x', /after the end of the object/],
  ])('refuses %s', async (text, why) => {
    await expect(members(text)).rejects.toThrow(why);
  });
});
