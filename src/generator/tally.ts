import type { Day } from './listing';

/** What happened on one day, in listings of the whole market. */
export type Tally = {
  readonly day: Day;
  /** Listed on the day, new ones included. */
  instruments: number;
  listed: number;
  /** Contracts whose last day was the day before or earlier. */
  expired: number;
  /** Of those listed: under a token that an expired contract had. */
  reused: number;
  /** Options with another strike under the same token, for a split or a dividend. */
  adjusted: number;
  /** Futures whose lot alone changed with a split. */
  relotted: number;
  rescheduled: number;
  renamed: number;
  /** Shares that went from EQ to BE: another listing, with another token. */
  moved: number;
  delisted: number;
};

export const emptyTally = (day: Day): Tally => ({
  ...{ day, instruments: 0, listed: 0, expired: 0, reused: 0, adjusted: 0, relotted: 0 },
  ...{ rescheduled: 0, renamed: 0, moved: 0, delisted: 0 },
});
