import type { Segment } from '../instruments';
import type { Gate } from './domain/run';
import type { SegmentRows } from './domain/dump';

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

export const failedSegments = (gates: readonly Gate[]): Segment[] =>
  gates.flatMap(({ outcome, segment }) => (outcome === 'failed' && segment ? [segment] : []));
