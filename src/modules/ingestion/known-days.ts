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
      text: `SELECT g.segment, max(g.day) AS newest FROM registry.good_files g
             WHERE g.broker = $1 AND NOT g.is_sample AND g.segment = ANY($2) AND g.day > $3 AND NOT (g.day_estimated AND $4)
             GROUP BY g.segment ORDER BY g.segment`,
      values: [broker, segments, day, unlessEstimated],
    });
  }

  /** Per segment the next day after this one that a completed run covers: this broker's, or (null) any. */
  async after(day: Day, broker: string | null): Promise<Map<Segment, Day>> {
    const rows = await this.database.query<{ segment: Segment; day: Day }>({
      text: `SELECT g.segment, min(g.day) AS day FROM registry.good_files g
             WHERE g.day > $1 AND ($2::text IS NULL OR g.broker = $2) GROUP BY g.segment`,
      values: [day, broker],
    });
    return new Map(rows.map((row) => [row.segment, row.day]));
  }

  /** Segments of which another file of this broker was good in the week before. */
  async recentlyGood(run: string, broker: string, day: Day): Promise<ReadonlySet<Segment>> {
    const rows = await this.database.query<{ segment: Segment }>({
      text: `SELECT DISTINCT g.segment FROM registry.good_files g
             WHERE g.broker = $1 AND NOT g.is_sample AND g.run_id <> $2 AND g.day BETWEEN $3::date - ${recent} AND $3`,
      values: [broker, run, day],
    });
    return new Set(rows.map(({ segment }) => segment));
  }

  /** Which other brokers' files of a segment are of this week or the next: what they say of a token can be held against a row. */
  others(broker: string, day: Day): Promise<{ broker: string; segment: Segment }[]> {
    return this.database.query<{ broker: string; segment: Segment }>({
      text: `SELECT DISTINCT g.broker, g.segment FROM registry.good_files g
             WHERE g.broker <> $1 AND NOT g.is_sample AND g.day BETWEEN $2::date - ${recent} AND $2::date + ${recent}`,
      values: [broker, day],
    });
  }
}
