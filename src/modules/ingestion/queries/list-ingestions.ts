import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { Broker, Day } from '../../instruments';
import { Ingestion, selectIngestions } from './get-ingestion';

export const IngestionFilter = query({
  broker: Broker.optional(),
  status: Ingestion.shape.status.optional(),
  day: Day.optional(),
  ...page,
});
export type IngestionFilter = z.output<typeof IngestionFilter>;

/** Newest first. */
export class ListIngestions extends Query<Page<Ingestion>> {
  constructor(readonly filter: IngestionFilter) {
    super();
  }
}

const Cursor = z.tuple([z.uuid()]);

@QueryHandler(ListIngestions)
export class ListIngestionsHandler implements IQueryHandler<ListIngestions> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { broker, status, day, limit, cursor } }: ListIngestions) {
    // Ids are UUIDv7: their order is that of queueing.
    const before = cursor === undefined ? null : decodeCursor(Cursor, cursor)[0];
    const runs = await this.database.query<Ingestion>({
      name: 'ingestion-list',
      text: `${selectIngestions}
             WHERE ($1::text IS NULL OR r.broker = $1) AND ($2::text IS NULL OR r.status = $2) AND ($3::date IS NULL OR r.day = $3) AND ($4::uuid IS NULL OR r.id < $4)
             ORDER BY r.id DESC LIMIT $5`,
      values: [broker ?? null, status ?? null, day ?? null, before, limit + 1],
    });
    return pageFrom(runs, limit, ({ id }) => [id]);
  }
}
