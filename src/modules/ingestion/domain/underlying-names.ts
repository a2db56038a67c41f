import { isPreferred, type Day, type Segment } from '../../instruments';
import type { DumpRow } from './dump-row';

/** A contract of an underlying that the file does not name, with a token that the file has. */
export type Stray = {
  readonly segment: Segment;
  readonly underlying: string;
  readonly exchangeToken: string;
  readonly expiry: Day;
  readonly strike: string | null;
  readonly optionType: string | null;
  /** Since when it goes by this underlying: after the file's day where the file came late. */
  readonly since: Day;
  /** What its underlying was called before. */
  readonly before: readonly string[];
  /** Who has it on the day. */
  readonly brokers: readonly string[];
};

/** What the registry calls an underlying that the file calls otherwise, and whether the file's name is to stand from its day on. */
export type OtherName = { readonly known: string; readonly isNews: boolean };

/** By segment, by the name in the file. */
export type OtherNames = ReadonlyMap<Segment, ReadonlyMap<string, OtherName>>;

/** One token may be used again for a contract with the same expiry, strike and side: of 12,000 that were used again, ASTRAL's for TECHM's. */
const fewest = 2;

/** Of the tokens that pass from one name to another, those whose contract has the same terms. */
const most = 0.8;

/**
 * The underlyings of a file that the registry knows by another name. A company is renamed, and with it all its contracts, on one day: the
 * old name is in no row of the segment any more, and its tokens carry the new one with the same expiry, strike and side. Measured on all
 * pairs of files up to 130 days apart: TATAMOTORS to TMPV (189 tokens of 189 in BFO, 26 of 26 in NFO) and LTIM to LTM (142 of 142), and no
 * other; where tokens of a name that was gone were used again (1,900, in CDS and BCD), not one had the same terms.
 * A name that the contracts bore before is no news, whoever still says it; of two that are first said on one day, the better broker's stands.
 */
export function otherNames(
  strays: readonly Stray[],
  rowOf: (segment: Segment, exchangeToken: string) => DumpRow | undefined,
  broker: string,
  day: Day,
): OtherNames {
  const moves = new Map<string, { known: string; row: DumpRow; all: number; same: Stray[] }>();
  for (const stray of strays) {
    const row = rowOf(stray.segment, stray.exchangeToken);
    if (!row || row.expiry === null) continue;
    const name = [stray.segment, stray.underlying, row.symbol].join(' ');
    const move = moves.get(name) ?? { known: stray.underlying, row, all: 0, same: [] };
    moves.set(name, move);
    move.all++;
    if (row.expiry === stray.expiry && row.strike === stray.strike && row.optionType === stray.optionType) move.same.push(stray);
  }
  const names = new Map<Segment, Map<string, OtherName>>();
  for (const { known, row, all, same } of moves.values()) {
    if (same.length < fewest || same.length < most * all) continue;
    const ofSegment = names.get(row.segment) ?? new Map<string, OtherName>();
    names.set(row.segment, ofSegment.set(row.symbol, { known, isNews: isNews(same, row.symbol, broker, day) }));
  }
  return names;
}

function isNews(strays: readonly Stray[], name: string, broker: string, day: Day): boolean {
  if (strays.some(({ before }) => before.includes(name))) return false;
  if (strays.some(({ since }) => since !== day)) return true;
  return strays.every(({ brokers }) => brokers.every((other) => isPreferred(broker, other)));
}
