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
      // A quarantined run is good for the segments that it published.
      this.database.query<Omit<LastRun, 'freshness'>>({
        name: 'brokers-last-runs',
        text: `SELECT DISTINCT ON (r.broker, s.segment) r.broker, s.segment, r.id, r.day, r.ended_at AS "endedAt"
               FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
               WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND NOT r.quarantined ? s.segment AND r.source <> 'sample'
                 AND r.day <= $1::date AND ($2::text IS NULL OR r.broker = $2)
               ORDER BY r.broker, s.segment, r.day DESC, r.ended_at DESC`,
        values: [now.day, broker ?? null],
      }),
      this.calendars.tradingDays(),
    ]);
    // Global indices have no hours here; files that name them are published on NSE's days.
    const daysOf = (segment: Segment) => trading[venueOf(segment) ?? 'NSE'];
    return runs.map((run) => ({ ...run, freshness: freshnessOf(run.day, now, daysOf(run.segment), { lateMinutes, staleMinutes }) }));
  }
}
