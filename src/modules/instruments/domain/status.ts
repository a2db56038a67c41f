import { segmentFacts, segments, type Segment } from './segment';
import type { Day } from './values';

export const statuses = ['active', 'suspended', 'expired', 'delisted'] as const;
export type Status = (typeof statuses)[number];

type Life = {
  readonly segment: Segment;
  /** Of the terms that are shown: those of the moment, else the last before it, else the first after it. */
  readonly from: Day;
  readonly to: Day | null;
  readonly expiry: Day | null;
  readonly suspended: boolean;
};

/** Segments in which a contract's last day is over at this time of day (`HH:MM`, Asia/Kolkata). */
export const closedAt = (time: string): Segment[] =>
  segments.filter((segment) => {
    const { close } = segmentFacts[segment];
    return close !== null && time >= close;
  });

/**
 * A contract that lived to its expiry is expired, from the close of its last day; anything else that ended is delisted.
 * What is not listed yet cannot be traded, which is what suspended says.
 */
export function statusAt(
  { segment, from, to, expiry, suspended }: Life,
  { day, time }: { readonly day: Day; readonly time: string },
): Status {
  if (to !== null && to <= day) return expiry !== null && to > expiry ? 'expired' : 'delisted';
  if (from > day) return 'suspended';
  if (expiry === day && closedAt(time).includes(segment)) return 'expired';
  return suspended ? 'suspended' : 'active';
}
