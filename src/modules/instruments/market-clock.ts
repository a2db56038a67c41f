import { Injectable, Optional } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database, type Queryable } from '../../platform/database/database';
import { LogHead } from '../../platform/event-store/log-head';
import { later } from './domain/timeline';
import type { Day } from './domain/values';

/** A moment in market time: the day and the time of day (`HH:MM`) in Asia/Kolkata. */
export type Moment = { readonly day: Day; readonly time: string };

/** The clock's own zone: India has no summer time. */
const home = 'Asia/Kolkata';
const indiaIsAhead = 5.5 * 60 * 60 * 1000;

/** The day and the time of day that clocks on the wall of a zone (IANA) show. */
export function momentOf(instant: Date, zone = home): Moment {
  const local =
    zone === home
      ? new Date(instant.getTime() + indiaIsAhead).toISOString()
      : // Sweden writes `2026-01-07 15:30`
        new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(instant);
  return { day: local.slice(0, 10), time: local.slice(11, 16) };
}

/** A moment in market time as a venue elsewhere has it. */
export const momentIn = (zone: string, { day, time }: Moment): Moment => momentOf(new Date(`${day}T${time}:00+05:30`), zone);

/** A bare date means ten in the morning; a time is taken to Asia/Kolkata. */
export const momentFrom = (asOf: string): Moment => (asOf.length === 10 ? { day: asOf, time: '10:00' } : momentOf(new Date(asOf)));

/** How many days ahead of now a file may be: brokers publish the next trading day's file on the evening before, also before a long holiday. */
const daysAhead = 7;
/** Under `follow` the files are the clock, and made-up ones may be of a later year: what is beyond these days is a slip of the keyboard. */
const daysAheadOfReplays = 3_653;

/** The last day that a file may be given, or state. @param today in market time */
export const lastDayOfFiles = (today: Day, isReplay: boolean): Day =>
  new Date(Date.parse(today) + (isReplay ? daysAheadOfReplays : daysAhead) * 86_400_000).toISOString().slice(0, 10);

/** Now in market time. `follow` is ten in the morning of the newest day among completed runs, so that old files behave as on their day. */
@Injectable()
export class MarketClock {
  readonly follows: boolean;
  /** What the newest day was at a position of the log. */
  private seen: { readonly position: number; readonly day: Day | null } | undefined;

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    @Optional() private readonly head?: LogHead,
  ) {
    this.follows = config.marketClock === 'follow';
  }

  async now(): Promise<Moment> {
    return this.nowGiven(this.follows ? await this.newestDay() : null);
  }

  /** Now, when the newest day among completed runs is this one. */
  nowGiven(newest: Day | null): Moment {
    if (this.config.marketClock === 'real' || (this.follows && newest === null)) return momentOf(new Date());
    return this.follows && newest !== null ? { day: newest, time: '10:00' } : momentFrom(this.config.marketClock);
  }

  /** Why no file can be of this day; null when one can. A day too far ahead would make everything that lives now expired. */
  tooFarAhead(day: Day): string | null {
    const today = momentOf(new Date()).day;
    const { marketClock } = this.config;
    const isFixed = marketClock !== 'real' && !this.follows;
    const last = lastDayOfFiles(isFixed ? later(today, momentFrom(marketClock).day) : today, this.follows);
    return day > last ? `${day} is too far ahead: files can be of ${last} at the latest. Check the year.` : null;
  }

  /** The newest day among completed runs; null before the first. */
  async newestDay(): Promise<Day | null> {
    const position = this.head?.known() ?? null;
    if (position !== null && this.seen?.position === position) return this.seen.day;
    const day = await this.newestDayIn(this.database.pool);
    if (position !== null) this.seen = { position, day };
    return day;
  }

  /** As a transaction sees it. */
  async newestDayIn(db: Queryable): Promise<Day | null> {
    const { rows } = await db.query<{ day: Day | null }>({
      name: 'market-clock',
      // A run of which everything was quarantined and then rejected is no more a day of the market than before.
      text: `SELECT max(day) AS day FROM registry.ingestion_runs
             WHERE status = 'completed' AND NOT dry_run AND source <> 'sample' AND (quarantined = '[]' OR segments <> '[]')`,
    });
    return rows[0]?.day ?? null;
  }
}
