import fc from 'fast-check';
import { Texts } from './texts';

describe('texts', () => {
  it('are numbered from 0, each once, and are given back as they were', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: 'grapheme', maxLength: 2000 }))), (some) => {
        const texts = new Texts();
        const numbers = some.map((text) => texts.intern(text));
        const distinct = [...new Set(some)];
        expect(texts.size).toBe(distinct.length);
        expect(numbers.map((number) => texts.get(number))).toEqual(some);
        expect(distinct.map((text) => texts.find(text))).toEqual(distinct.map((_, number) => number));
        expect(texts.find('not among them: \u{1f9ea}')).toBe(-1);
      }),
    ));

  it('stay found while the pool grows', () => {
    const texts = new Texts();
    const many = Array.from({ length: 50_000 }, (_, n) => `NFO:NIFTY:2026-01-27:${n}:CE`);
    for (const text of many) texts.intern(text);
    expect(many.every((text, n) => texts.find(text) === n && texts.get(n) === text)).toBe(true);
    expect(texts.bytes).toBeGreaterThan(many.join('').length);
  });
});
