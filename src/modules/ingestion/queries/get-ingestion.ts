import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { IngestionRunGetPayload } from '../../../generated/prisma/models';
import { Database } from '../../../platform/database/database';
import { isoDay, Prisma } from '../../../platform/database/prisma';
import { NotFound } from '../../../platform/errors';
import { Broker, Day, Segment } from '../../instruments';
import { Counts, Gate, Mode, noCounts, Pending, Priority } from '../domain/run';

const example = {
  id: '0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b',
  broker: 'kite',
  status: 'completed' as const,
  mode: 'full' as const,
  source: 'upload',
  priority: 50,
  day: '2026-01-07',
  dayEstimated: false,
  dryRun: false,
  segments: ['NFO' as const],
  quarantined: [],
  reason: null,
  progress: { phase: 'done', rowsRead: 41_250, rowsTotal: 41_250, percent: 100 },
  counts: { ...noCounts, rows: 41_250, accepted: 41_250, unchanged: 41_180, listed: 64, amended: 6, tokensAssigned: 64 },
  gates: [{ name: 'rejected_rows', outcome: 'passed' as const, measured: 0, limit: 0.05 }],
  pending: [],
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  bytes: 4_301_122,
  queuedAt: '2026-01-07T03:09:41.000Z',
  startedAt: '2026-01-07T03:09:41.100Z',
  endedAt: '2026-01-07T03:10:00.000Z',
  version: 3,
};

export const Ingestion = z
  .object({
    id: z.uuid(),
    broker: Broker,
    status: z.enum(['queued', 'running', 'quarantined', 'completed', 'failed', 'cancelled']),
    mode: Mode,
    source: z.string(),
    priority: Priority,
    day: Day.nullable(),
    dayEstimated: z.boolean().nullable(),
    dryRun: z.boolean(),
    /** Segments that the file covers: what is absent from them is gone. */
    segments: z.array(Segment),
    quarantined: z.array(Segment),
    /** Why it failed or was stopped; of a completed run what was asked for by name and is not in the file. */
    reason: z.string().nullable(),
    progress: z.object({ phase: z.string(), rowsRead: z.int(), rowsTotal: z.int().nullable(), percent: z.int() }),
    counts: Counts,
    gates: z.array(Gate),
    /** Of each segment that waits for a decision: what would be recorded if it were approved. */
    pending: z.array(Pending),
    sha256: z.string().nullable(),
    bytes: z.int().nullable(),
    queuedAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    version: z.int(),
  })
  .meta({ examples: [example] });
export type Ingestion = z.infer<typeof Ingestion>;

const Decision = z.object({
  decision: z.enum(['approved', 'rejected']),
  /** `key:<id>`. */
  by: z.string(),
  reason: z.string().nullable(),
  at: z.iso.datetime(),
});

export const DecidedIngestion = Ingestion.extend({ decisions: z.array(Decision) }).meta({
  examples: [
    {
      ...example,
      decisions: [
        {
          decision: 'approved',
          by: 'key:0198a1b2-1111-7e5f-8a6b-9c0d1e2f3a4b',
          reason: 'seen with the broker',
          at: '2026-01-07T03:09:50.000Z',
        },
      ],
    },
  ],
});
export type DecidedIngestion = z.infer<typeof DecidedIngestion>;

type Stored = IngestionRunGetPayload<{ include: { progress: true } }>;

/** A run as readers see it. @throws ZodError when the table says what no run can be */
export function shownIngestion({ progress, ...run }: Stored): Ingestion {
  const counts = Counts.parse(run.counts);
  const day = run.day ?? run.wantedDay;
  return Ingestion.parse({
    ...run,
    day: day && isoDay(day),
    progress: progressOf(run.status, counts, progress),
    bytes: run.bytes === null ? null : Number(run.bytes),
    queuedAt: run.queuedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
  });
}

/** Of a run that did not come to its end: where it stopped. */
function progressOf(status: string, counts: Counts, progress: Stored['progress']): Ingestion['progress'] {
  if (status === 'completed' || status === 'quarantined')
    return { phase: 'done', rowsRead: counts.rows, rowsTotal: counts.rows, percent: 100 };
  if (!progress) return { phase: status, rowsRead: counts.rows, rowsTotal: null, percent: 0 };
  const { phase, rowsRead, rowsTotal, percent } = progress;
  return { phase, rowsRead: Number(rowsRead), rowsTotal: rowsTotal === null ? null : Number(rowsTotal), percent };
}

/** A run with what was decided about its quarantined segments. @throws NotFound */
export class GetIngestion extends Query<DecidedIngestion> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetIngestion)
export class GetIngestionHandler implements IQueryHandler<GetIngestion> {
  constructor(
    private readonly prisma: Prisma,
    private readonly database: Database,
  ) {}

  async execute({ id }: GetIngestion): Promise<DecidedIngestion> {
    const run = await this.prisma.ingestionRun.findUnique({ where: { id }, include: { progress: true } });
    if (!run) throw new NotFound(`There is no ingestion ${id}.`);
    return { ...shownIngestion(run), decisions: await this.decisions(id) };
  }

  /** Oldest first. */
  private async decisions(id: string): Promise<DecidedIngestion['decisions']> {
    return this.database.query({
      name: 'ingestion-decisions',
      text: `SELECT CASE e.type WHEN 'RunApproved' THEN 'approved' ELSE 'rejected' END AS decision, e.metadata->>'actor' AS by,
                    e.data->>'reason' AS reason, e.data->>'at' AS at
             FROM log.events e WHERE e.stream = 'ingestion_run-' || $1::text AND e.type IN ('RunApproved', 'RunRejected') ORDER BY e.version`,
      values: [id],
    });
  }
}
