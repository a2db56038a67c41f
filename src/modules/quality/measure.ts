import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { LastRuns } from '../brokers';
import type { Moment, Segment } from '../instruments';
import { disagreeing } from './disagreeing';
import { DisagreementClass, doubtful, fieldsOf } from './domain/disagreement';
import type { Measured, Source } from './domain/score';

export type SegmentMeasured = Measured & { readonly segment: Segment };

/** `$1` the day, `$2` and `$3` null (every segment, from the first instrument on), `$4` the places of the doubtful classes. */
const measured = `${disagreeing([...new Set(doubtful.flatMap(fieldsOf))])},
  terms AS (
    SELECT t.segment, count(*) AS instruments, count(t.isin) AS with_isin, count(t.lot_size) AS with_lot, count(t.tick_size) AS with_tick
    FROM registry.lot_sizes t WHERE t.valid_from <= $1::date AND (t.valid_to IS NULL OR t.valid_to > $1::date) GROUP BY t.segment
  ),
  compared AS (
    SELECT g.segment, count(*) AS instruments
    FROM (
      SELECT b.segment, b.instrument_id FROM registry.broker_tokens b
      WHERE b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date)
      GROUP BY b.instrument_id, b.segment HAVING min(b.broker) <> max(b.broker)
    ) g GROUP BY g.segment
  ),
  doubted AS (
    SELECT p.segment, count(DISTINCT p.instrument_id) AS instruments FROM pairs p WHERE p.class = ANY($4::int[]) GROUP BY p.segment
  ),
  newest_runs AS (
    SELECT DISTINCT ON (r.broker, s.segment) r.broker, s.segment, r.status = 'quarantined' AND r.quarantined ? s.segment AS quarantined,
           coalesce((r.counts->>'rejected')::numeric / nullif((r.counts->>'rows')::numeric, 0), 0)::float8 AS rejected
    FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments || r.quarantined) AS s (segment)
    WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND r.source <> 'sample' AND r.day <= $1::date
    ORDER BY r.broker, s.segment, r.day DESC, r.ended_at DESC
  ),
  sources AS (
    SELECT l.segment, json_agg(json_build_object('broker', l.broker, 'rejectedShare', coalesce(n.rejected, 0),
             'quarantined', coalesce(n.quarantined, false)) ORDER BY l.broker) AS sources
    FROM (
      SELECT DISTINCT b.segment, b.broker FROM registry.broker_tokens b
      WHERE b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date)
      UNION SELECT r.segment, r.broker FROM newest_runs r
    ) l
    LEFT JOIN newest_runs n ON n.broker = l.broker AND n.segment = l.segment
    GROUP BY l.segment
  )
  SELECT segment, coalesce(t.instruments, 0) AS instruments, coalesce(t.with_isin, 0) AS "withIsin", coalesce(t.with_lot, 0) AS "withLot",
         coalesce(t.with_tick, 0) AS "withTick", coalesce(c.instruments, 0) AS compared, coalesce(d.instruments, 0) AS doubtful,
         coalesce(s.sources, '[]') AS sources
  FROM terms t
  FULL JOIN sources s USING (segment)
  LEFT JOIN compared c USING (segment)
  LEFT JOIN doubted d USING (segment)
  ORDER BY segment`;

type Stored = Omit<SegmentMeasured, 'sources'> & { readonly sources: readonly Omit<Source, 'ageDays' | 'lateDays'>[] };

/** What the registry holds of each segment at a moment, in figures. */
@Injectable()
export class Measure {
  constructor(
    private readonly database: Database,
    private readonly lastRuns: LastRuns,
  ) {}

  async segments(now: Moment): Promise<SegmentMeasured[]> {
    const places = doubtful.map((name) => DisagreementClass.options.indexOf(name) + 1);
    const [runs, segments] = await Promise.all([
      this.lastRuns.at(now),
      this.database.query<Stored>({ text: measured, values: [now.day, null, null, places] }),
    ]);
    const newest = new Map(runs.map((run) => [`${run.broker} ${run.segment}`, run]));
    return segments.map(({ segment, sources, ...counts }) => ({
      ...counts,
      segment,
      sources: sources.map(({ broker, ...source }) => {
        const run = newest.get(`${broker} ${segment}`);
        return { broker, ageDays: run?.freshness.ageDays ?? null, lateDays: run ? Math.round(run.lateDays * 100) / 100 : null, ...source };
      }),
    }));
  }
}
