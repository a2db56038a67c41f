import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { outsideName } from '../../../platform/event-store/outside-name';
import { decodeCursor, pageFrom, type Page } from '../../../platform/http/paging';
import { eventExample } from '../examples';
import type { Times } from '../moments';
import { GetSnapshot } from './get-snapshot';

export const HistoryEvent = z
  .object({
    position: z.int().describe('In the log.'),
    type: z.string().describe('Such as instrument.terms_amended.'),
    data: z.record(z.string(), z.unknown()),
    validFrom: z.iso.date().nullable().describe('From when it holds in the market.'),
    recordedAt: z.iso.datetime().describe('When it was learnt.'),
    actor: z.string(),
    correlationId: z.string(),
  })
  .meta({ examples: [eventExample] });
export type HistoryEvent = z.infer<typeof HistoryEvent>;

/** What happened to an instrument, oldest first. */
export class ListEvents extends Query<Page<HistoryEvent>> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times,
    readonly page: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    super();
  }
}

type Row = Omit<HistoryEvent, 'recordedAt' | 'validFrom'> & { readonly recordedAt: Date };

@QueryHandler(ListEvents)
export class ListEventsHandler implements IQueryHandler<ListEvents> {
  constructor(
    private readonly queries: QueryBus,
    private readonly database: Database,
  ) {}

  async execute({ keyOrId, times, page: { limit, cursor } }: ListEvents) {
    const [after] = cursor === undefined ? [0] : decodeCursor(z.tuple([z.int()]), cursor);
    const { instrument, reading } = await this.queries.execute(new GetSnapshot(keyOrId, times, false));
    const rows = await this.database.query<Row>({
      name: 'instrument-events',
      text: `SELECT e.position::float8 AS position, e.type, e.data, e.recorded_at AS "recordedAt", e.metadata->>'actor' AS actor, e.metadata->>'correlationId' AS "correlationId"
             FROM log.events e WHERE e.stream = 'instrument-' || $1 AND e.position > $2 AND ($3::bigint IS NULL OR e.position <= $3) ORDER BY e.version LIMIT $4`,
      values: [instrument.id, after, reading.position, limit + 1],
    });
    return pageFrom(rows.map(event), limit, ({ position }) => [position]);
  }
}

const event = ({ position, type, data, recordedAt, actor, correlationId }: Row): HistoryEvent => ({
  position,
  type: outsideName('instrument', type),
  data,
  validFrom: typeof data.validFrom === 'string' ? data.validFrom : null,
  recordedAt: recordedAt.toISOString(),
  actor,
  correlationId,
});
