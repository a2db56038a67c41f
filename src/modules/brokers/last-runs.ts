import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { Calendars, venueOf } from '../calendar';
import type { Day, Moment, Segment } from '../instruments';
import { freshnessOf, type Freshness } from './domain/freshness';

export type LastRun = {
  readonly broker: string;
  readonly segment: Segment;
  readonly id: string;
  readonly day: Day;
  readonly endedAt: Date | null;
  readonly freshness: Freshness;
};

/** The newest good run of each broker and segment, and how fresh its file is. */
@Injectable()
export class LastRuns {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly calendars: Calendars,
  ) {}

  /** By a moment in market time; of one broker when it is named. */
  async at(now: Moment, broker?: string): Promise<LastRun[]> {
    const { freshnessLateMinutes: lateMinutes, freshnessStaleMinutes: staleMinutes } = this.config;
    const [runs, trading] = await Promise.all([
      this.database.query<Omit<LastRun, 'freshness'>>({
        name: 'brokers-last-runs',
        text: `SELECT DISTINCT ON (g.broker, g.segment) g.broker, g.segment, g.run_id AS id, g.day, g.ended_at AS "endedAt"
               FROM registry.good_files g WHERE NOT g.is_sample AND g.day <= $1::date AND ($2::text IS NULL OR g.broker = $2)
               ORDER BY g.broker, g.segment, g.day DESC, g.ended_at DESC`,
        values: [now.day, broker ?? null],
      }),
      this.calendars.tradingDays(),
    ]);
    // Global indices have no hours here; files that name them are published on NSE's days.
    const daysOf = (segment: Segment) => trading[venueOf(segment) ?? 'NSE'];
    return runs.map((run) => ({ ...run, freshness: freshnessOf(run.day, now, daysOf(run.segment), { lateMinutes, staleMinutes }) }));
  }
}
