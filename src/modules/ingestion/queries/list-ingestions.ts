import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Prisma } from '../../../platform/database/prisma';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { Broker, Day } from '../../instruments';
import { Ingestion, shownIngestion } from './get-ingestion';

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
  constructor(private readonly prisma: Prisma) {}

  async execute({ filter: { broker, status, day, limit, cursor } }: ListIngestions) {
    // Ids are UUIDv7: their order is that of queueing.
    const before = cursor === undefined ? undefined : decodeCursor(Cursor, cursor)[0];
    const runs = await this.prisma.ingestionRun.findMany({
      where: {
        ...(broker && { broker }),
        ...(status && { status }),
        ...(day && { day: new Date(day) }),
        ...(before && { id: { lt: before } }),
      },
      include: { progress: true },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    return pageFrom(runs.map(shownIngestion), limit, ({ id }) => [id]);
  }
}
