import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import type { Day, Segment } from '../instruments';

/** A file counts as recent for this many days. */
const recent = 7;

/** Of which days and segments good files are in. Dry runs and the bundled sample are none. */
@Injectable()
export class KnownDays {
  constructor(private readonly database: Database) {}

  /** This broker's newest day after this one, by segment. @param unlessEstimated an estimate of another file's day contradicts no day that is given */
  newest(broker: string, day: Day, segments: readonly Segment[], unlessEstimated: boolean): Promise<{ segment: Segment; newest: Day }[]> {
    return this.database.query<{ segment: Segment; newest: Day }>({
      text: `SELECT s.segment, max(r.day) AS newest FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
             WHERE r.broker = $1 AND r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND r.source <> 'sample' AND s.segment = ANY($2) AND r.day > $3
               AND NOT (r.day_estimated AND $4)
             GROUP BY s.segment ORDER BY s.segment`,
      values: [broker, segments, day, unlessEstimated],
    });
  }

  /** Per segment the next day after this one that a completed run covers: this broker's, or (null) any. */
  async after(day: Day, broker: string | null): Promise<Map<Segment, Day>> {
    const rows = await this.database.query<{ segment: Segment; day: Day }>({
      text: `SELECT s.segment, min(r.day) AS day FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
             WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND r.day > $1 AND ($2::text IS NULL OR r.broker = $2)
             GROUP BY s.segment`,
      values: [day, broker],
    });
    return new Map(rows.map((row) => [row.segment, row.day]));
  }

  /** Segments of which another file of this broker was good in the week before. */
  async recentlyGood(run: string, broker: string, day: Day): Promise<ReadonlySet<Segment>> {
    const rows = await this.database.query<{ segment: Segment }>({
      text: `SELECT DISTINCT s.segment FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
             WHERE r.broker = $1 AND r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND r.source <> 'sample' AND r.id <> $2
               AND r.day BETWEEN $3::date - ${recent} AND $3`,
      values: [broker, run, day],
    });
    return new Set(rows.map(({ segment }) => segment));
  }

  /** Which other brokers' files of a segment are of this week or the next: what they say of a token can be held against a row. */
  others(broker: string, day: Day): Promise<{ broker: string; segment: Segment }[]> {
    return this.database.query<{ broker: string; segment: Segment }>({
      text: `SELECT DISTINCT r.broker, s.segment FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
             WHERE r.broker <> $1 AND r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND r.source <> 'sample'
               AND r.day BETWEEN $2::date - ${recent} AND $2::date + ${recent}`,
      values: [broker, day],
    });
  }
}
