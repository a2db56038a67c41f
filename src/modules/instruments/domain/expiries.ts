import type { Day } from './values';

export const expiryTypes = ['weekly', 'monthly', 'quarterly'] as const;
export type ExpiryType = (typeof expiryTypes)[number];

/** Monthly expiries that are listed one after another; those beyond them are listed by the quarter. */
const nearMonths = 3;
const monthOf = (day: Day) => day.slice(0, 7);
const endsQuarter = (day: Day) => ['03', '06', '09', '12'].includes(day.slice(5, 7));

/**
 * What kind each of an underlying's expiries is: the last of its month is the monthly one, that of March, June, September and December beyond
 * the three nearest months the quarterly one, any other a weekly one.
 * @param expiries all that are ahead, in order
 */
export function typesOf(expiries: readonly Day[]): ReadonlyMap<Day, ExpiryType> {
  const lasts = expiries.filter((day, n) => monthOf(day) !== monthOf(expiries[n + 1] ?? ''));
  const near = lasts.slice(0, nearMonths);
  return new Map(
    expiries.map((day) => [day, !lasts.includes(day) ? 'weekly' : near.includes(day) || !endsQuarter(day) ? 'monthly' : 'quarterly']),
  );
}

export const namedExpiries = ['current', 'next', 'monthly'] as const;

/** The expiry that a word of `namedExpiries` means, or the day itself; undefined when there is none such. @param expiries to choose from, in order */
export function chosenExpiry(wanted: string, expiries: readonly Day[], types: ReadonlyMap<Day, ExpiryType>): Day | undefined {
  switch (wanted) {
    case 'current':
      return expiries[0];
    case 'next':
      return expiries[1];
    case 'monthly':
      return expiries.find((day) => types.get(day) === 'monthly');
    default:
      return expiries.find((day) => day === wanted);
  }
}
