import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { base62, keyText, looksLikeKey, prefixOf } from './key-text';

const random = fc.uint8Array({ minLength: 21, maxLength: 21 });

describe('the text of a key', () => {
  it('is irk, environment, 168 random bits and a CRC-32 that anybody can check', () => {
    const key = keyText('prod', new Uint8Array(21).fill(255));
    expect(key).toMatch(/^irk_prod_[0-9A-Za-z]{29}_[0-9A-Za-z]{6}$/);
    expect(key.slice(-6)).toBe(base62(BigInt(crc32(key.slice(0, -7))), 6));
  });
  it('is recognised', () => fc.assert(fc.property(random, (bytes) => looksLikeKey(keyText('dev', bytes)))));
  it('is different for different bits', () =>
    fc.assert(fc.property(random, random, (a, b) => (keyText('dev', a) === keyText('dev', b)) === (Buffer.compare(a, b) === 0))));
  it('is not recognised with one character changed', () =>
    fc.assert(
      fc.property(random, fc.nat({ max: 28 }), (bytes, at) => {
        const key = keyText('dev', bytes);
        const place = 'irk_dev_'.length + at;
        return !looksLikeKey(key.slice(0, place) + (key[place] === 'a' ? 'b' : 'a') + key.slice(place + 1));
      }),
    ));
  it('shows its first characters only', () =>
    expect(prefixOf(keyText('dev', new Uint8Array(21).fill(7)))).toMatch(/^irk_dev_[0-9A-Za-z]{6}$/));
});
