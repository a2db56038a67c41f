import type { Segment } from '../../instruments';
import type { Gate } from './run';
import type { SegmentRows } from './dump';

/** What a run measures before anything is published. A failing segment stays out; the others go on. */

/** More than this share of a segment's rows expired over seven days before the day: the segment is frozen, its tokens may be used again. */
const staleShare = 0.01;
/** Rejected rows of the whole file: more, and the file is not what it is taken for. */
const rejectedShare = 0.05;

export function staleGates(segments: readonly SegmentRows[]): Gate[] {
  return segments.map(({ segment, rows, longExpired }) => {
    const measured = Math.round((longExpired / rows) * 10_000) / 10_000;
    return { name: 'stale_rows', segment, outcome: measured > staleShare ? 'failed' : 'passed', measured, limit: staleShare };
  });
}

export function rejectGate(rows: number, rejected: number): Gate {
  const measured = rows === 0 ? 0 : Math.round((rejected / rows) * 10_000) / 10_000;
  return { name: 'rejected_rows', outcome: measured > rejectedShare ? 'failed' : 'passed', measured, limit: rejectedShare };
}

/** Of what does not expire, this share may be gone since the last good file. A quiet day loses 1 %, a weekly expiry up to a tenth (domain facts). */
const lostShare = 0.4;

/** @param shares of what was open, the part that is still there, by segment */
export const rowGates = (shares: ReadonlyMap<Segment, number>): Gate[] =>
  [...shares].map(([segment, share]) => {
    const measured = Math.round((1 - share) * 10_000) / 10_000;
    return { name: 'lost_rows', segment, outcome: measured > lostShare ? 'failed' : 'passed', measured, limit: lostShare };
  });

/** Somebody answers for these segments. */
export const waive = (gates: readonly Gate[], approved: readonly Segment[]): Gate[] =>
  gates.map((gate) =>
    gate.outcome === 'failed' && gate.segment && approved.includes(gate.segment) ? { ...gate, outcome: 'waived' } : gate,
  );

export const failedSegments = (gates: readonly Gate[]): Segment[] =>
  gates.flatMap(({ outcome, segment }) => (outcome === 'failed' && segment ? [segment] : []));
