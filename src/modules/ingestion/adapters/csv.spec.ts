import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { chunks } from '../../../../test/support/describe-adapter';
import { UnusableFile } from '../domain/dump-row';
import { csvLines, longestLine, readHeader } from './csv';

const lines = async (text: string, step = 65536) => {
  const all = [];
  for await (const some of csvLines(chunks(Buffer.from(text), step))) all.push(...some);
  return all;
};

const field = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', 'é', '7', '"', ',', '\n', ' ', '🙂'), maxLength: 6 })
    .map((text) => `"${text.replaceAll('"', '""')}"`),
  fc.string({ unit: fc.constantFrom('b', 'ü', '.', '-', ' '), minLength: 1, maxLength: 6 }),
);
const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });

describe('splitting CSV', () => {
  it('gives the fields that csv-parse gives, however the text is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 40 }), async (rows, newline, step) => {
        const text = rows.map((fields) => fields.join(',')).join(newline);
        const expected = parse(text, { relax_column_count: true });
        expect((await lines(text, step)).map(({ fields }) => fields)).toEqual(expected);
      }),
    );
  });

  it('refuses much text in lines too long for a dump, and reads no further', async () => {
    const block = Buffer.from(`${'x'.repeat(60_000)}\n`.repeat(17));
    let blocks = 0;
    async function* endless() {
      for (;;) {
        blocks++;
        yield await Promise.resolve(block);
      }
    }
    const read = async () => {
      for await (const some of csvLines(endless())) expect(some).toHaveLength(17);
    };
    await expect(read()).rejects.toThrow('longer than 400 bytes on average');
    expect(blocks).toBeLessThan(70);
  });

  it('numbers lines as an editor does, over blank lines and line breaks inside quotes', async () => {
    const read = await lines('a,b\n\n"c\nc",d\ne,f');
    expect(read.map(({ number, fields }) => [number, fields])).toEqual([
      [1, ['a', 'b']],
      [3, ['c\nc', 'd']],
      [5, ['e', 'f']],
    ]);
  });

  it('takes blanks before a quote for nothing, and blanks elsewhere for text', async () => {
    const [line] = await lines('"a", "b, c",   "d ""e""", 5,"  f", g\n');
    expect(line?.fields).toEqual(['a', 'b, c', 'd "e"', ' 5', '  f', ' g']);
    expect((await lines('"a", "b\nc", d\n', 1)).map(({ fields }) => fields)).toEqual([['a', 'b\nc', ' d']]);
    await expect(lines('"a", "b\n')).rejects.toThrow(/quote opened on line 1 is never closed/);
  });

  it.each([1000, 65536])('refuses a line that never ends, in chunks of %i', async (step) => {
    await expect(lines(`a,b\n${'x'.repeat(longestLine + 1)}`, step)).rejects.toThrow(/Line 2 is longer/);
  });

  it('refuses a quote that is never closed', async () => {
    await expect(lines('a,b\n"c,d\ne,f\n')).rejects.toThrow(/quote opened on line 2 is never closed/);
    await expect(lines(`a,b\n"${'c,d\n'.repeat(longestLine / 4)}`)).rejects.toThrow(/Line 2 is longer/);
  });
});

describe('a header', () => {
  const header = async (text: string) => readHeader((await lines(text))[0], ['token', 'name'], 'a dump');

  it('is read without regard to order, capitals, blanks, a semicolon and other columns', async () => {
    expect(await header(' Name,other,TOKEN; ,')).toEqual({ at: { token: 2, name: 0 }, width: 4, trailingComma: true });
  });

  it('names what is missing and what was found', async () => {
    await expect(header('a,name')).rejects.toThrow(
      'This is not a dump: the column token is missing. Expected: token, name. Found: a,name.',
    );
  });

  it('may lack a column that is not needed, and has it where it stands', async () => {
    const [line] = await lines('name,token,group');
    expect(readHeader(line, ['token', 'name'], 'a dump', ['group', 'score']).at).toEqual({ token: 1, name: 0, group: 2 });
  });

  it('must not have a column twice', async () => {
    await expect(header('token,name,token')).rejects.toThrow(UnusableFile);
  });
});
