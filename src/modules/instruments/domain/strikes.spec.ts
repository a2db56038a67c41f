import fc from 'fast-check';
import { nearest, stepOf } from './strikes';

describe('strikes', () => {
  it.each<[readonly string[], string | null]>([
    [['24400', '24450', '24500', '24600', '24700', '24750'], '50'],
    [['175', '177.5', '180', '182.5'], '2.5'],
    [['90', '90.25', '90.5', '91'], '0.25'],
    [['100', '110', '130'], '10'],
    [['1000'], null],
    [[], null],
  ])('%j are apart by %s', (strikes, step) => expect(stepOf(strikes)).toBe(step));

  it.each<[string, number | null]>([
    ['24524.9', 0],
    ['24525', 0],
    ['24525.05', 1],
    ['1', 0],
    ['99999', 2],
  ])('nearest to %s is number %s', (price, place) => expect(nearest(['24500', '24550', '24600'], price)).toBe(place));

  it('have no nearest one where there is none', () => expect(nearest([], '1')).toBeNull());

  it('on a grid are apart by its step, wherever it begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 2, max: 50 }),
        (from, step, count) => {
          const strikes = Array.from({ length: count }, (_, n) => String((from + n * step) / 4));
          expect(stepOf(strikes)).toBe(String(step / 4));
          expect(nearest(strikes, strikes[count - 1] ?? '')).toBe(count - 1);
        },
      ),
    );
  });
});
