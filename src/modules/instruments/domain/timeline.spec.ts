import fc from 'fast-check';
import { amend, at, clear, dayAfter, put, type Timeline } from './timeline';
import type { Day } from './values';

const dayOf = (number: number): Day => new Date(Date.UTC(2026, 0, 1 + number)).toISOString().slice(0, 10);
const days = Array.from({ length: 31 }, (_, number) => dayOf(number));
const last = 30;

type Step = { readonly how: 'put' | 'clear' | 'amend'; readonly from: number; readonly to: number | null; readonly value: number };
const step: fc.Arbitrary<Step> = fc
  .record({
    how: fc.constantFrom('put', 'clear', 'amend'),
    from: fc.nat(last - 1),
    length: fc.option(fc.integer({ min: 1, max: 20 })),
    value: fc.nat(3),
  })
  .map(({ how, from, length, value }) => ({ how, from, to: length === null ? null : from + length, value }));

const apply = (timeline: Timeline<number>, { how, from, to, value }: Step): Timeline<number> => {
  const [first, end] = [dayOf(from), to === null ? null : dayOf(to)];
  switch (how) {
    case 'put':
      return put(timeline, first, end, value);
    case 'clear':
      return clear(timeline, first, end);
    case 'amend':
      return amend(timeline, first, end, (held) => held + value);
  }
};

/** What a timeline stands for: a value, or none, for each day. */
type Model = readonly (number | undefined)[];
const applyTo = (model: Model, { how, from, to, value }: Step): Model =>
  model.map((held, day) => {
    if (day < from || (to !== null && day >= to)) return held;
    return how === 'put' ? value : how === 'clear' || held === undefined ? undefined : held + value;
  });

describe('a timeline', () => {
  it('says for every day what was put, cleared and amended, in any order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const timeline = steps.reduce(apply, []);
        const model = steps.reduce(
          applyTo,
          Array.from({ length: last + 1 }, () => undefined),
        );
        expect(days.map((day) => at(timeline, day)?.value)).toEqual([...model]);
      }),
    );
  });

  it('is in order, without overlaps, empty periods or neighbours that say the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const timeline = steps.reduce(apply, []);
        for (const [index, { from, to, value }] of timeline.entries()) {
          const next = timeline[index + 1];
          if (to !== null) expect(from < to).toBe(true);
          if (!next) continue;
          expect(to !== null && to <= next.from).toBe(true);
          expect(to === next.from && value === next.value).toBe(false);
        }
      }),
    );
  });

  it('counts days over the ends of months and years', () => {
    expect(['2026-01-31', '2024-02-28', '2025-02-28', '2025-12-31'].map(dayAfter)).toEqual([
      '2026-02-01',
      '2024-02-29',
      '2025-03-01',
      '2026-01-01',
    ]);
  });
});
