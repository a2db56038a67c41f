import type { Day } from './values';

/** What held from a day (inclusive) to a day (exclusive; null is open). */
export type Period<T> = { readonly from: Day; readonly to: Day | null; readonly value: T };

/** Periods in order, none overlapping another; there may be gaps. */
export type Timeline<T> = readonly Period<T>[];

/** Worked out once for each day: a file has a few hundred, each some thousand times. */
const daysAfter = new Map<Day, Day>();

/** The day after: ISO dates are calendar dates, so UTC arithmetic is exact. */
export function dayAfter(day: Day): Day {
  let next = daysAfter.get(day);
  if (daysAfter.size > 10_000) daysAfter.clear();
  if (next === undefined) daysAfter.set(day, (next = new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)));
  return next;
}

export const dayBefore = (day: Day): Day => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

/** Whether `a` ends before or when `b` ends; null is never. */
const endsBy = (a: Day | null, b: Day | null) => b === null || (a !== null && a <= b);

export const earliest = (...days: readonly (Day | null | undefined)[]): Day | null =>
  days.reduce<Day | null>((first, day) => (day && (first === null || day < first) ? day : first), null);

export const later = (a: Day, b: Day): Day => (a > b ? a : b);

export const at = <T>(timeline: Timeline<T>, day: Day): Period<T> | undefined =>
  timeline.find(({ from, to }) => from <= day && (to === null || day < to));

/** The end of what holds on the day, through all that follows it without a gap; null when nothing holds, or for good. */
export function lastsUntil<T>(timeline: Timeline<T>, day: Day): Day | null {
  let end = at(timeline, day)?.to ?? null;
  for (const { from, to } of timeline) if (from === end) end = to;
  return end;
}

/** The first period that begins after the day. */
export const next = <T>(timeline: Timeline<T>, day: Day): Period<T> | undefined => timeline.find(({ from }) => from > day);

/** Nothing holds in [from, to) any more. */
export function clear<T>(timeline: Timeline<T>, from: Day, to: Day | null): Timeline<T> {
  return timeline.flatMap((period) => {
    const before = period.from < from ? [{ ...period, to: earliest(period.to, from) }] : [];
    const after = to !== null && !endsBy(period.to, to) ? [{ ...period, from: period.from > to ? period.from : to }] : [];
    return [...before, ...after];
  });
}

/** The value holds in [from, to), whatever held there before. */
export function put<T>(timeline: Timeline<T>, from: Day, to: Day | null, value: T): Timeline<T> {
  if (timeline.length === 0) return [{ from, to, value }];
  return joined([...clear(timeline, from, to), { from, to, value }]);
}

/** Changes what holds within [from, to); gaps stay gaps. */
export function amend<T>(timeline: Timeline<T>, from: Day, to: Day | null, change: (value: T) => T): Timeline<T> {
  const inside = timeline.flatMap((period) => {
    const start = period.from > from ? period.from : from;
    const end = endsBy(period.to, to) ? period.to : to;
    return end === null || start < end ? [{ from: start, to: end, value: change(period.value) }] : [];
  });
  return joined([...clear(timeline, from, to), ...inside]);
}

/** In order, with neighbours that say the same made one. */
function joined<T>(periods: readonly Period<T>[]): Timeline<T> {
  const result: Period<T>[] = [];
  for (const period of [...periods].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = result.at(-1);
    if (last && last.to === period.from && equal(last.value, period.value)) result[result.length - 1] = { ...last, to: period.to };
    else result.push(period);
  }
  return result;
}

/** Members count, not their order: decisions write them in more than one. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  // True because both are objects, whose members are looked at as unknown.
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return names.length === Object.keys(b).length && names.every((name) => name in y && equal(x[name], y[name]));
}
