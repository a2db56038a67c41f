import { contradictions, formatKey, segmentFacts, type InstrumentType, type Segment } from '../../instruments';
import type { SegmentRejects, SegmentRows } from './dump';
import type { DumpRow } from './dump-row';
import type { GateName, LimitOf } from './limits';
import type { Gate } from './run';

/**
 * What a run measures before anything is published, and whether that is too much. A failing segment stays out; the others go on.
 * Every measure is a share from 0 to 1 of the segment's rows.
 */
export type Measure = { readonly name: GateName; readonly segment?: Segment; readonly measured: number };

/** A share of fewer rows says nothing: one odd row of ten is a tenth. */
const enough = 100;
/** Exchanges change the lot of all contracts of an underlying, of all index contracts at once: of fewer underlyings a share says nothing. */
const enoughUnderlyings = 10;

const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000);

export const judge = (measures: readonly Measure[], limitOf: LimitOf): Gate[] =>
  measures.flatMap((measure) => {
    const limit = limitOf(measure.name, measure.segment ?? null);
    return limit === null ? [] : { ...measure, outcome: measure.measured > limit ? ('failed' as const) : ('passed' as const), limit };
  });

/**
 * Rejected rows: those of each segment, and those that no segment answers for (they do not tell theirs, or there are too few to say
 * anything), of the whole file. Too many of these, and the file is not what it is taken for; so it is when no row can be used.
 * @param rows of the whole file, whether used or rejected
 */
export function rejectedRows(rows: number, rejected: number, segments: readonly SegmentRejects[]): [file: Measure, ...segments: Measure[]] {
  const judged = segments.filter((one) => one.rows + one.rejected >= enough);
  const unplaced = rejected - (rejected === rows ? 0 : judged.reduce((sum, one) => sum + one.rejected, 0));
  return [
    { name: 'rejected_rows', measured: share(unplaced, rows) },
    ...judged.map((one) => ({
      name: 'rejected_rows' as const,
      segment: one.segment,
      measured: share(one.rejected, one.rows + one.rejected),
    })),
  ];
}

/** Contracts that expired over seven days before the day: the segment is frozen, its tokens may be used again. */
export const staleRows = (segments: readonly SegmentRows[]): Measure[] =>
  segments.map(({ segment, rows, longExpired }) => ({ name: 'stale_rows', segment, measured: share(longExpired, rows) }));

/** Contracts that expired before the day at all. A broker that is late with its file still has those of the day before. */
export const expiredRows = (segments: readonly SegmentRows[]): Measure[] =>
  segments.flatMap(({ segment, rows, expired }) =>
    rows < enough ? [] : { name: 'expired_rows' as const, segment, measured: share(expired, rows) },
  );

/** Rows that contradict themselves (a share in NFO, an index with a strike), and contracts without a lot. */
export function misshapenRows(rows: readonly DumpRow[]): Measure[] {
  return shares('schema', rows, (row) => {
    if (row.expiry !== null && row.lotSize === null) return true;
    return isTyped(row) && contradictions(row).length > 0;
  });
}

const isTyped = (row: DumpRow): row is DumpRow & { readonly type: InstrumentType } => row.type !== null;

/** Tokens in more than one row: which of them it means cannot be told, so no share of them is small enough. */
export const repeatedTokens = (rows: number, repeated: number): Gate => ({
  ...{ name: 'duplicate_keys', outcome: repeated > 0 ? 'failed' : 'passed' },
  ...{ measured: share(repeated, rows), limit: 0 },
});

/** Contracts and indices whose key an earlier row has under another token. (Shares with one key are told apart: see `crowdedOut`.) */
export function duplicateKeys(rows: readonly DumpRow[]): Measure[] {
  const known = new Set<string>();
  return shares('duplicate_keys', rows, (row) => {
    if (row.expiry === null && row.type !== 'INDEX') return false;
    const before = known.size;
    known.add(formatKey(row));
    return known.size === before;
  });
}

function shares(name: GateName, rows: readonly DumpRow[], isOdd: (row: DumpRow) => boolean): Measure[] {
  const counts = new Map<Segment, { rows: number; odd: number }>();
  for (const row of rows) {
    let count = counts.get(row.segment);
    if (!count) counts.set(row.segment, (count = { rows: 0, odd: 0 }));
    count.rows++;
    if (isOdd(row)) count.odd++;
  }
  return [...counts].flatMap(([segment, { rows: all, odd }]) => (all < enough ? [] : { name, segment, measured: share(odd, all) }));
}

/**
 * The count of rows against the last good file: what of that is gone, those left out that were due to expire. A quiet day loses 1 %, a
 * weekly expiry up to a tenth.
 * @param kept of what was open, the share that is still there, by segment
 */
export const lostRows = (kept: ReadonlyMap<Segment, number>): Measure[] =>
  [...kept].map(([segment, part]) => ({ name: 'lost_rows', segment, measured: share(1 - part, 1) }));

/** Rows of one underlying (of shares: of all) that a broker repeats with the same terms, and how many of them have another lot, another tick. */
export type Repeated = { rows: number; lots: number; ticks: number };
/** By segment, then by underlying; '' is what has none. */
export type Repeats = ReadonlyMap<Segment, ReadonlyMap<string, Repeated>>;

/**
 * Lots and ticks that are not what this broker said before. Every underlying weighs the same: exchanges change the lot of all contracts of
 * SENSEX, which are most of BFO, and a mistaken unit changes those of all underlyings.
 */
export function jumps(repeats: Repeats): Measure[] {
  return [...repeats].flatMap(([segment, underlyings]) => {
    const groups = [...underlyings.values()];
    const isContracts = segmentFacts[segment].kind === 'derivatives';
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    if (rows < enough || (isContracts && groups.length < enoughUnderlyings)) return [];
    const mean = (of: 'lots' | 'ticks') =>
      share(
        groups.reduce((sum, group) => sum + group[of] / group.rows, 0),
        groups.length,
      );
    return [
      { name: 'lot_jumps', segment, measured: mean('lots') },
      { name: 'tick_jumps', segment, measured: mean('ticks') },
    ];
  });
}

/** Of how many contracts of a segment something could be said, and of how many it speaks against them. */
export type Doubts = { readonly segment: Segment; readonly rows: number; readonly doubtful: number };

export const doubts = (name: 'unknown_underlyings' | 'cross_broker', segments: readonly Doubts[]): Measure[] =>
  segments.flatMap(({ segment, rows, doubtful }) => (rows < enough ? [] : { name, segment, measured: share(doubtful, rows) }));

/** Somebody answers for these segments. */
export const waive = (gates: readonly Gate[], approved: readonly Segment[]): Gate[] =>
  gates.map((gate) =>
    gate.outcome === 'failed' && gate.segment && approved.includes(gate.segment) ? { ...gate, outcome: 'waived' } : gate,
  );

/** In the order of their names. */
export const failedSegments = (gates: readonly Gate[]): Segment[] =>
  [...new Set(gates.flatMap(({ outcome, segment }) => (outcome === 'failed' && segment ? [segment] : [])))].sort();
