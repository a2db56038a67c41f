import type { Known, Terms } from './instrument';
import { earliest } from './timeline';
import type { Day } from './values';

/**
 * What changes from a day on, until the next thing known: a later change of one of the same fields, or `bound`. A late fact never
 * overwrites a later one.
 */
export function span(known: Known, was: Terms, set: Partial<Terms>, day: Day, bound: Day | null = null) {
  const fields = Object.keys(set) as (keyof Terms)[];
  const later = known.terms.find(({ from, value }) => from > day && fields.some((field) => !isSame(value[field], was[field])));
  return {
    validFrom: day,
    validTo: earliest(later?.from, bound),
    set,
    was: Object.fromEntries(fields.map((field) => [field, was[field]])) as Partial<Terms>,
  };
}

const isSame = (a: unknown, b: unknown) => a === b || JSON.stringify(a) === JSON.stringify(b);
