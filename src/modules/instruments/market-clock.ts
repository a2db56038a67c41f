import { Injectable, Optional } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { LogHead } from '../../platform/event-store/log-head';
import type { Day } from './domain/values';

/** A moment in market time: the day and the time of day (`HH:MM`) in Asia/Kolkata. */
export type Moment = { readonly day: Day; readonly time: string };

const indiaIsAhead = 5.5 * 60 * 60 * 1000;

export function momentOf(instant: Date): Moment {
  const local = new Date(instant.getTime() + indiaIsAhead).toISOString();
  return { day: local.slice(0, 10), time: local.slice(11, 16) };
}

/** A bare date means ten in the morning; a time is taken to Asia/Kolkata. */
export const momentFrom = (asOf: string): Moment => (asOf.length === 10 ? { day: asOf, time: '10:00' } : momentOf(new Date(asOf)));

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
    if (this.config.marketClock === 'real') return momentOf(new Date());
    if (!this.follows) return momentFrom(this.config.marketClock);
    const day = await this.newestDay();
    return day === null ? momentOf(new Date()) : { day, time: '10:00' };
  }

  /** The newest day among completed runs; null before the first. */
  async newestDay(): Promise<Day | null> {
    const position = this.head?.known() ?? null;
    if (position !== null && this.seen?.position === position) return this.seen.day;
    const [row] = await this.database.query<{ day: Day | null }>({
      name: 'market-clock',
      // A run of which everything was quarantined and then rejected is no more a day of the market than before.
      text: `SELECT max(day) AS day FROM registry.ingestion_runs
             WHERE status = 'completed' AND NOT dry_run AND source <> 'sample' AND (quarantined = '[]' OR segments <> '[]')`,
    });
    const day = row?.day ?? null;
    if (position !== null) this.seen = { position, day };
    return day;
  }
}
