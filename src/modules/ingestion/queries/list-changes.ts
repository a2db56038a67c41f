import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, pageFrom, type Page } from '../../../platform/http/paging';
import type { Pages } from './list-rejects';

export const IngestionChange = z
  .object({
    position: z.int(),
    /** The event's name, such as TermsAmended. */
    type: z.string(),
    instrumentId: z.uuid(),
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

/** What a run changed, in the order of the log. */
export class ListChanges extends Query<Page<IngestionChange>> {
  constructor(
    readonly run: string,
    readonly pages: Pages,
  ) {
    super();
  }
}

const Cursor = z.tuple([z.int()]);
type Row = Omit<IngestionChange, 'before' | 'after'> & { readonly data: Record<string, unknown> };

@QueryHandler(ListChanges)
export class ListChangesHandler implements IQueryHandler<ListChanges> {
  constructor(private readonly database: Database) {}

  async execute({ run, pages: { limit, cursor } }: ListChanges) {
    const after = cursor === undefined ? 0 : decodeCursor(Cursor, cursor)[0];
    const rows = await this.database.query<Row>({
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
    const page = pageFrom(rows, limit, ({ position }) => [position]);
    return { ...page, items: page.items.map(change) };
  }
}

function change({ data, ...row }: Row): IngestionChange {
  const { set, was, ...rest } = data;
  if (set !== undefined) return { ...row, before: was as Record<string, unknown>, after: set as Record<string, unknown> }; // as the events' schemas have it
  return row.type === 'BrokerTokenWithdrawn' ? { ...row, before: rest, after: null } : { ...row, before: null, after: rest };
}
