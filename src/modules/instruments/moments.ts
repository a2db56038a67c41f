import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { EventStore } from '../../platform/event-store/event-store';
import { query } from '../../platform/http/validation';
import { MarketClock, momentFrom, type Moment } from './market-clock';

const dayOrTime = 'Give a day such as 2026-01-07 or a time such as 2026-01-07T15:30:00+05:30.';
const timeOrPosition = 'Give a time such as 2026-01-07T10:00:00Z or a log position such as 150000.';

/** The plus of an offset is a blank when an address did not encode it. */
const time = z.string().transform((text) => text.replace(/ (?=\d\d:\d\d$)/, '+'));

/** Market time: a day (ten in the morning is meant) or a time. */
export const AsOf = time
  .pipe(z.union([z.iso.date(), z.iso.datetime({ offset: true })], dayOrTime))
  .describe('Market time that is asked about: a day, or a time. Default: now, by the market clock.');

/** What was known then: a time, or a position of the log. */
export const KnownAt = z
  .union(
    [
      z.int().nonnegative(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
      time.pipe(z.iso.datetime({ offset: true, error: timeOrPosition })),
    ],
    timeOrPosition,
  )
  .describe('Answer as it was known then: a time, or a log position. Default: all that is known.');

/** Query parameters of every read of something that has a history. */
export const times = { asOf: AsOf.optional(), knownAt: KnownAt.optional() };
export const TimesQuery = query(times);
export type TimesQuery = z.output<typeof TimesQuery>;
export type Times = { readonly asOf?: string | undefined; readonly knownAt?: string | number | undefined };

/** Both times of a read, settled. */
export type Reading = {
  readonly moment: Moment;
  /** Whether the caller named the moment: then a name means whoever had it then, and nobody else. */
  readonly asked: boolean;
  /** Null: all that is known. */
  readonly position: number | null;
};

@Injectable()
export class Moments {
  constructor(
    private readonly clock: MarketClock,
    private readonly store: EventStore,
  ) {}

  async of({ asOf, knownAt }: Times): Promise<Reading> {
    return {
      moment: asOf === undefined ? await this.clock.now() : momentFrom(asOf),
      asked: asOf !== undefined,
      position: knownAt === undefined ? null : typeof knownAt === 'number' ? knownAt : await this.store.positionAt(new Date(knownAt)),
    };
  }

  /** The day that a change holds from when the caller names none. */
  async today() {
    return (await this.clock.now()).day;
  }
}
