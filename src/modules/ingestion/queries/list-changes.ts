import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { changeOf } from '../domain/change';

export const ChangesFilter = query({
  pending: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: not what was changed, but what would be: in the segments that wait for a decision, or by a dry run.'),
  ...page,
});
export type ChangesFilter = z.output<typeof ChangesFilter>;

export const IngestionChange = z
  .object({
    /** In the log; null while it is only pending. */
    position: z.int().nullable(),
    /** The event's name, such as TermsAmended. */
    type: z.string(),
    /** Null while there is no such instrument: it would be listed. */
    instrumentId: z.uuid().nullable(),
    key: z.string().nullable(),
    validFrom: z.string().nullable(),
    /** What held before, and what holds from then on; null where there was nothing. */
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({
    examples: [
      {
        position: 4711,
        type: 'TermsAmended',
        instrumentId: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b',
        key: 'NFO:NIFTY:2026-01-27:26000:CE',
        validFrom: '2026-01-07',
        before: { lotSize: 75 },
        after: { lotSize: 65 },
      },
    ],
  });
export type IngestionChange = z.infer<typeof IngestionChange>;

/** What a run changed, in the order of the log; or what it would change (50,000 at most), as worked out when it ended. */
export class ListChanges extends Query<Page<IngestionChange>> {
  constructor(
    readonly run: string,
    readonly filter: ChangesFilter,
  ) {
    super();
  }
}

const Cursor = z.tuple([z.int()]);
type Recorded = Omit<IngestionChange, 'before' | 'after'> & { readonly position: number; readonly data: Record<string, unknown> };
type Pending = IngestionChange & { readonly n: number };

@QueryHandler(ListChanges)
export class ListChangesHandler implements IQueryHandler<ListChanges> {
  constructor(private readonly database: Database) {}

  async execute({ run, filter: { pending, limit, cursor } }: ListChanges): Promise<Page<IngestionChange>> {
    const after = cursor === undefined ? 0 : decodeCursor(Cursor, cursor)[0];
    return pending === 'true' ? this.pending(run, limit, after) : this.recorded(run, limit, after);
  }

  private async recorded(run: string, limit: number, after: number): Promise<Page<IngestionChange>> {
    const rows = await this.database.query<Recorded>({
      name: 'ingestion-changes',
      // A run's events lie between its start and its end, which are in its own stream.
      text: `WITH span AS (SELECT min(position) AS first, max(position) AS last FROM log.events WHERE stream = 'ingestion_run-' || $1)
             SELECT e.position::float8 AS position, e.type, substr(e.stream, 12)::uuid AS "instrumentId", e.data->>'validFrom' AS "validFrom", e.data,
                    (SELECT t.key FROM registry.lot_sizes t WHERE t.instrument_id = substr(e.stream, 12)::uuid ORDER BY t.valid_from DESC LIMIT 1) AS key
             FROM span, log.events e
             WHERE e.position > greatest($2, span.first) AND e.position <= CASE WHEN (SELECT status FROM registry.ingestion_runs WHERE id = $1::uuid) = 'running'
                     THEN (SELECT position FROM log.head) ELSE span.last END
               AND e.stream LIKE 'instrument-%' AND e.metadata->>'ingestionRun' = $1
             ORDER BY e.position LIMIT $3`,
      values: [run, after, limit + 1],
    });
    const found = pageFrom(rows, limit, ({ position }) => [position]);
    return { ...found, items: found.items.map(({ data, ...row }) => ({ ...row, ...changeOf(row.type, data) })) };
  }

  private async pending(run: string, limit: number, after: number): Promise<Page<IngestionChange>> {
    const rows = await this.database.query<Pending>({
      name: 'ingestion-pending-changes',
      text: `SELECT n, NULL AS position, type, instrument_id AS "instrumentId", key, valid_from AS "validFrom", before, after
             FROM registry.ingestion_pending_changes WHERE run_id = $1 AND n > $2 ORDER BY n LIMIT $3`,
      values: [run, after, limit + 1],
    });
    const found = pageFrom(rows, limit, ({ n }) => [n]);
    return { ...found, items: found.items.map(({ n: _, ...change }) => change) };
  }
}
