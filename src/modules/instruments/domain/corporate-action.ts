import { z } from 'zod';
import { Decimal } from './values';

/** What must have happened to a company for the contracts on it to be adjusted as they were. */
export const CorporateAction = z.object({
  kind: z.enum(['split_or_bonus', 'rights', 'dividend']),
  /** New shares to old ones in lowest terms: 2:1 after a bonus of one for one, and after a split of one into two. */
  ratio: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
  /** Rupees per share. */
  amount: Decimal.optional(),
  /** Contracts of the underlying that were adjusted so in one file, and the first of them. */
  evidence: z.object({ contracts: z.int(), strike: z.tuple([Decimal, Decimal]), lotSize: z.tuple([z.int(), z.int()]).optional() }),
});
export type CorporateAction = z.infer<typeof CorporateAction>;

/** Strike and lot of one contract before and after. */
export type AdjustedPair = {
  readonly strike: readonly [was: string, now: string];
  readonly lotSize: readonly [was: number | null, now: number | null];
};

/** Terms of a ratio beyond which it is no split or bonus: the price before a rights issue is weighted with that of the new shares (3272:3225). */
const largestTerm = 25;

/** Exchanges round strikes to five paise. */
const rounding = 0.05;

/**
 * The action that explains how all of one underlying's adjusted contracts changed; null where one is not enough to tell or none fits.
 * A constant difference under the same lot is a dividend; lots that grow as strikes shrink are a split, a bonus or a rights issue.
 * All of the adjustments between Upstox's files of June and August 2025 and of January and February 2026, and GAIL's in Dhan's, but for
 * one contract that was alone (BAJAJ-AUTO): see adapters/adjustments.real.spec.ts.
 */
export function corporateActionOf(pairs: readonly AdjustedPair[]): CorporateAction | null {
  const [first] = pairs;
  if (!first || pairs.length < 2) return null;
  const [was, now] = first.lotSize;
  const evidence = {
    contracts: pairs.length,
    strike: [...first.strike] as [string, string],
    ...(was !== null && now !== null && { lotSize: [was, now] as [number, number] }),
  };
  if (pairs.every(({ lotSize: [a, b] }) => a === b || a === null || b === null)) {
    const amount = differenceOf(first);
    return amount > 0 && pairs.every((pair) => differenceOf(pair) === amount)
      ? { kind: 'dividend', amount: String(amount / tenThousand), evidence }
      : null;
  }
  if (was === null || now === null || !pairs.every((pair) => hasRatio(pair, was, now))) return null;
  const divisor = greatestDivisor(now, was);
  const terms = [now / divisor, was / divisor] as const;
  return { kind: Math.max(...terms) <= largestTerm ? 'split_or_bonus' : 'rights', ratio: terms.join(':'), evidence };
}

/** Strike and lot that the action gives a contract; a lot that is not that of the evidence stays. Rupees; exchanges round strikes to five paise. */
export function adjustedBy({ kind, ratio, amount, evidence }: CorporateAction, strike: Decimal, lotSize: number | null) {
  const was = Math.round(Number(strike) * tenThousand);
  if (kind === 'dividend') return { strike: String((was - Math.round(Number(amount) * tenThousand)) / tenThousand), lotSize };
  const [more = 1, fewer = 1] = (ratio ?? '1:1').split(':').map(Number);
  const tick = rounding * tenThousand;
  const [lotWas, lotNow] = evidence.lotSize ?? [null, null];
  return {
    strike: String((Math.round((was * fewer) / more / tick) * tick) / tenThousand),
    lotSize: lotSize === lotWas ? lotNow : lotSize,
  };
}

const tenThousand = 10_000;

/** In hundredths of a paisa. */
const differenceOf = ({ strike: [was, now] }: AdjustedPair) =>
  Math.round(Number(was) * tenThousand) - Math.round(Number(now) * tenThousand);

/** The lot went from `was` to `now`, and the strike the other way, but for the rounding of both. */
function hasRatio({ strike, lotSize }: AdjustedPair, was: number, now: number): boolean {
  if (lotSize[0] !== was || lotSize[1] !== now) return false;
  const exact = (Number(strike[0]) * was) / now;
  return Math.abs(Number(strike[1]) - exact) <= rounding + (exact * 0.5) / Math.min(was, now);
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
