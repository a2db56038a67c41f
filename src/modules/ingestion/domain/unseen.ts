import { adjustedBy, type CorporateAction, type Day, type OptionType, type Segment } from '../../instruments';
import type { DumpRow } from './dump-row';

export type Underlying = { readonly segment: Segment; readonly underlying: string };

/** An option as it was on the eve of a file's day. */
export type Sibling = Underlying & {
  readonly id: string;
  readonly expiry: Day;
  readonly strike: string;
  readonly optionType: OptionType;
  /** All that it ever had, at any broker. */
  readonly tokens: readonly string[];
};

/** What happened to an underlying, as a file shows it by the strikes that its contracts have now. */
export type Action = Underlying & { readonly action: CorporateAction };

/** What becomes of an option that the file leaves out; `successor` is the token that has in the file what the action makes of its key. */
export type Unseen = { readonly segment: Segment; readonly action: CorporateAction; readonly successor: string | null };

/** Of the underlying's options in the file, those whose strike moved. Two tokens used again may look like an adjustment. */
const most = 0.8;

/**
 * The options that a file leaves out although it shows that those on the same underlying were adjusted: the action adjusted them as well, and
 * another contract may have their old key from that day (Upstox of 2024-09-16: VEDL's options fell by the dividend of 20; 106806, at 350
 * until then, is not in the file, and 106808 came down from 370). Where the file has the adjusted key under another token, the exchange has
 * withdrawn the contract (after PIDILITIND's bonus of September 2025 NSE listed 1300 as 140915, half of what 111903 had been).
 * @param rows of the file that are new or changed
 */
export function unseen(
  actions: readonly Action[],
  siblings: readonly Sibling[],
  rows: readonly DumpRow[],
  rowOf: (segment: Segment, exchangeToken: string) => DumpRow | undefined,
): ReadonlyMap<string, Unseen> {
  const holders = new Map(rows.map((row) => [contract(row, row.symbol, row.strike), row.exchangeToken]));
  return new Map(
    actions.flatMap(({ segment, underlying, action }) => {
      const all = siblings.filter((one) => one.segment === segment && one.underlying === underlying);
      const own = new Map(all.map((one) => [one, rowOfSibling(one, rowOf)]));
      const seen = all.filter((one) => own.get(one));
      const moved = seen.filter((one) => own.get(one)?.strike !== one.strike);
      if (moved.length < most * seen.length) return [];
      return all
        .filter((one) => !own.get(one))
        .map((one) => {
          const successor = holders.get(contract(one, underlying, adjustedBy(action, one.strike, null).strike)) ?? null;
          return [one.id, { segment, action, successor }] as const;
        });
    }),
  );
}

type Contract = { readonly segment: Segment; readonly expiry: Day | null; readonly optionType: OptionType | null };
const contract = ({ segment, expiry, optionType }: Contract, underlying: string, strike: string | null) =>
  [segment, underlying, expiry, strike, optionType].join(' ');

function rowOfSibling(
  { segment, underlying, expiry, optionType, tokens }: Sibling,
  rowOf: (segment: Segment, exchangeToken: string) => DumpRow | undefined,
): DumpRow | undefined {
  return tokens
    .map((token) => rowOf(segment, token))
    .find((row) => row?.symbol === underlying && row.expiry === expiry && row.optionType === optionType);
}
