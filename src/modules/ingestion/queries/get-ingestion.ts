import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { NotFound } from '../../../platform/errors';
import { Broker, Day, Segment } from '../../instruments';
import { Counts, Gate, Mode } from '../domain/run';

export const Ingestion = z.object({
  id: z.uuid(),
  broker: Broker,
  status: z.enum(['queued', 'running', 'quarantined', 'completed', 'failed', 'cancelled']),
  mode: Mode,
  source: z.string(),
  day: Day.nullable(),
  dayEstimated: z.boolean().nullable(),
  dryRun: z.boolean(),
  /** Segments that the file covers: what is absent from them is gone. */
  segments: z.array(Segment),
  quarantined: z.array(Segment),
  reason: z.string().nullable(),
  progress: z.object({ phase: z.string(), rowsRead: z.int(), rowsTotal: z.int().nullable(), percent: z.int() }),
  counts: Counts,
  gates: z.array(Gate),
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  queuedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  version: z.int(),
});
export type Ingestion = z.infer<typeof Ingestion>;

/** A run as readers see it. To be followed by WHERE, ORDER BY. */
export const selectIngestions = `
  SELECT r.id, r.broker, r.status, r.mode, r.source, coalesce(r.day, r.wanted_day) AS day, r.day_estimated AS "dayEstimated", r.dry_run AS "dryRun",
         r.segments, r.quarantined, r.reason, r.counts, r.gates, r.sha256, r.bytes, r.version,
         r.queued_at AS "queuedAt", r.started_at AS "startedAt", r.ended_at AS "endedAt",
         jsonb_build_object(
           'phase', coalesce(p.phase, CASE WHEN r.status IN ('queued', 'running') THEN r.status ELSE 'done' END),
           'rowsRead', coalesce(p.rows_read, (r.counts->>'rows')::bigint),
           'rowsTotal', CASE WHEN r.status IN ('queued', 'running') THEN p.rows_total ELSE (r.counts->>'rows')::bigint END,
           'percent', coalesce(p.percent, CASE WHEN r.status IN ('queued', 'running') THEN 0 ELSE 100 END)) AS progress
  FROM registry.ingestion_runs r
  LEFT JOIN registry.ingestion_progress p ON p.run_id = r.id AND r.status = 'running'`;

/** @throws NotFound */
export class GetIngestion extends Query<Ingestion> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetIngestion)
export class GetIngestionHandler implements IQueryHandler<GetIngestion> {
  constructor(private readonly database: Database) {}

  async execute({ id }: GetIngestion): Promise<Ingestion> {
    const [run] = await this.database.query<Ingestion>({
      name: 'ingestion-get',
      text: `${selectIngestions} WHERE r.id = $1`,
      values: [id],
    });
    if (!run) throw new NotFound(`There is no ingestion ${id}.`);
    return run;
  }
}
