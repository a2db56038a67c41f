import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { Calendars, minutesADay, venueOf, zoneOf } from '../calendar';
import { momentIn, type Day, type Moment, type Segment } from '../instruments';
import { freshnessOf, type Freshness } from './domain/freshness';

export type LastRun = {
  readonly broker: string;
  readonly segment: Segment;
  readonly id: string;
  readonly day: Day;
  readonly endedAt: Date | null;
  readonly freshness: Freshness;
  /** `freshness.lateMinutes` in ordinary days of the venue. */
  readonly lateDays: number;
};

/** The newest good run of each broker and segment, and how fresh its file is. */
@Injectable()
export class LastRuns {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly calendars: Calendars,
  ) {}

  /** By a moment in market time, as each venue's own clocks have it; of one broker when it is named. */
  async at(now: Moment, broker?: string): Promise<LastRun[]> {
    const { freshnessLateMinutes: lateMinutes, freshnessStaleMinutes: staleMinutes } = this.config;
    const [runs, trading] = await Promise.all([
      this.database.query<Omit<LastRun, 'freshness' | 'lateDays'>>({
        name: 'brokers-last-runs',
        text: `SELECT DISTINCT ON (g.broker, g.segment) g.broker, g.segment, g.run_id AS id, g.day, g.ended_at AS "endedAt"
               FROM registry.good_files g WHERE NOT g.is_sample AND g.day <= $1::date AND ($2::text IS NULL OR g.broker = $2)
               ORDER BY g.broker, g.segment, g.day DESC, g.ended_at DESC`,
        values: [now.day, broker ?? null],
      }),
      this.calendars.tradingDays(),
    ]);
    // Global indices have no hours here; files that name them are published on NSE's days.
    const whose = (segment: Segment) => venueOf(segment) ?? 'NSE';
    return runs.map((run) => {
      const venue = whose(run.segment);
      const there = momentIn(zoneOf(venue), now);
      const freshness = freshnessOf(run.day, there, trading[venue], { lateMinutes, staleMinutes });
      return { ...run, freshness, lateDays: freshness.lateMinutes / minutesADay(trading[venue]) };
    });
  }
}
