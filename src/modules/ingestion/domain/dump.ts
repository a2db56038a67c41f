import type { Day, Segment } from '../../instruments';
import type { DumpRow } from './dump-row';

/** What a file's rows say together, before they are compared with anything. */

export type SegmentRows = {
  readonly segment: Segment;
  readonly rows: number;
  /** Contracts that had expired before the day. */
  readonly expired: number;
  /** Those that had expired more than seven days before it. */
  readonly longExpired: number;
};

/** Rows of a segment that can be used, and that cannot. */
export type SegmentRejects = { readonly segment: Segment; readonly rows: number; readonly rejected: number };

/** @param rejected by segment, where a row tells it; a segment may have nothing else */
export const rejectsIn = (segments: readonly SegmentRows[], rejected: ReadonlyMap<Segment, number>): SegmentRejects[] =>
  [...new Set([...segments.map(({ segment }) => segment), ...rejected.keys()])].sort().map((segment) => ({
    segment,
    rows: segments.find((one) => one.segment === segment)?.rows ?? 0,
    rejected: rejected.get(segment) ?? 0,
  }));

export function segmentsIn(rows: readonly DumpRow[], day: Day): SegmentRows[] {
  const weekBefore = new Date(Date.parse(day) - 7 * 86_400_000).toISOString().slice(0, 10);
  const counts = new Map<Segment, { rows: number; expired: number; longExpired: number }>();
  for (const { segment, expiry } of rows) {
    let count = counts.get(segment);
    if (!count) counts.set(segment, (count = { rows: 0, expired: 0, longExpired: 0 }));
    count.rows++;
    if (expiry !== null && expiry < day) count.expired++;
    if (expiry !== null && expiry < weekBefore) count.longExpired++;
  }
  return [...counts].map(([segment, count]) => ({ segment, ...count })).sort((a, b) => (a.segment < b.segment ? -1 : 1));
}

/** The smallest expiry in NFO and BFO, else of all: the estimate of a file's day, for a broker drops contracts once they expired. */
export function smallestExpiry(rows: readonly DumpRow[]): Day | null {
  let ofAll: Day | null = null;
  let ofShares: Day | null = null;
  for (const { segment, expiry } of rows) {
    if (expiry === null) continue;
    if (ofAll === null || expiry < ofAll) ofAll = expiry;
    if ((segment === 'NFO' || segment === 'BFO') && (ofShares === null || expiry < ofShares)) ofShares = expiry;
  }
  return ofShares ?? ofAll;
}

/** The rows of each segment by exchange token. */
export type ByToken = ReadonlyMap<Segment, ReadonlyMap<string, DumpRow>>;

export type RepeatedToken = { readonly segment: Segment; readonly exchangeToken: string; readonly lines: readonly number[] };

/** The rows by token, and the tokens that stand in more than one row, in the file's order. */
export function byToken(rows: readonly DumpRow[]): { readonly tokens: ByToken; readonly repeated: readonly RepeatedToken[] } {
  const tokens = new Map<Segment, Map<string, DumpRow>>();
  const repeated = new Map<DumpRow, number[]>();
  for (const row of rows) {
    let segment = tokens.get(row.segment);
    if (!segment) tokens.set(row.segment, (segment = new Map<string, DumpRow>()));
    const first = segment.get(row.exchangeToken);
    if (!first) segment.set(row.exchangeToken, row);
    else {
      const lines = repeated.get(first);
      if (lines) lines.push(row.line);
      else repeated.set(first, [first.line, row.line]);
    }
  }
  const inOrder = [...repeated].sort(([a], [b]) => a.line - b.line);
  return { tokens, repeated: inOrder.map(([{ segment, exchangeToken }, lines]) => ({ segment, exchangeToken, lines })) };
}

/** What is to be compared: not what had expired, nor what an incremental run did not ask for. */
export const isWanted =
  ({ day, only, symbols }: { day: Day; only: readonly Segment[] | null; symbols: readonly string[] | null }) =>
  ({ segment, expiry, symbol, brokerSymbol }: DumpRow): boolean =>
    (expiry === null || expiry >= day) &&
    (only === null || only.includes(segment)) &&
    (symbols === null || symbols.includes(symbol) || symbols.includes(brokerSymbol));

/**
 * The segments and symbols that were asked for and of which the file has no row, as a sentence tells them; null when it has rows of each.
 * @returns `isAll`: there is nothing of what was asked for
 */
export function missing(
  rows: readonly DumpRow[],
  { segments, symbols }: { readonly segments: readonly Segment[] | null; readonly symbols: readonly string[] | null },
): { readonly names: string; readonly isAll: boolean } | null {
  const asked = segments === null ? rows : rows.filter(({ segment }) => segments.includes(segment));
  const there = new Set<string>(asked.map(({ segment }) => segment));
  const named = symbols === null ? null : new Set(asked.flatMap(({ symbol, brokerSymbol }) => [symbol, brokerSymbol]));
  const absent = {
    segments: segments?.filter((segment) => !there.has(segment)) ?? [],
    symbols: symbols?.filter((symbol) => !named?.has(symbol)) ?? [],
  };
  const names = Object.entries(absent).flatMap(([what, some]) => (some.length > 0 ? `${what} ${some.join(', ')}` : []));
  if (names.length === 0) return null;
  return { names: names.join('; '), isAll: asked.length === 0 || (symbols !== null && absent.symbols.length === symbols.length) };
}

/** The rows, those of one segment and symbol together. */
export function together(rows: readonly DumpRow[]): DumpRow[] {
  const segments = new Map<Segment, Map<string, DumpRow[]>>();
  for (const row of rows) {
    let symbols = segments.get(row.segment);
    if (!symbols) segments.set(row.segment, (symbols = new Map<string, DumpRow[]>()));
    const some = symbols.get(row.symbol);
    if (some) some.push(row);
    else symbols.set(row.symbol, [row]);
  }
  const inOrder = <Value>(map: ReadonlyMap<string, Value>) => [...map.keys()].sort().map((name) => map.get(name) as Value); // its own names
  return inOrder(segments).flatMap((symbols) => inOrder(symbols).flat());
}

/** Rows of shares whose key another row of the file has the better claim to: an equity keeps it (ISIN characters 8 and 9: 01), else the smallest token. */
export function crowdedOut(rows: readonly DumpRow[], keyOf: (row: DumpRow) => string): ReadonlySet<DumpRow> {
  const holders = new Map<string, DumpRow>();
  const crowded = new Set<DumpRow>();
  for (const row of rows) {
    if (row.expiry !== null || (row.segment !== 'NSE' && row.segment !== 'BSE')) continue;
    const key = keyOf(row);
    const holder = holders.get(key);
    if (holder && !hasBetterClaim(row, holder)) crowded.add(row);
    else {
      if (holder) crowded.add(holder);
      holders.set(key, row);
    }
  }
  return crowded;
}

/** An equity, anything else with an ISIN, what has none. */
const claim = ({ isin }: DumpRow) => (isin === null ? 2 : isin.slice(7, 9) === '01' ? 0 : 1);

function hasBetterClaim(a: DumpRow, b: DumpRow): boolean {
  if (claim(a) !== claim(b)) return claim(a) < claim(b);
  if (a.exchangeToken.length !== b.exchangeToken.length) return a.exchangeToken.length < b.exchangeToken.length;
  return a.exchangeToken < b.exchangeToken;
}
