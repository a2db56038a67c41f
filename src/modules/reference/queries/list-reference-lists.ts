import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { isoDay, Prisma } from '../../../platform/database/prisma';
import { afterText, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { Day } from '../../instruments';

export const ListFilter = query(page);
export type ListFilter = z.output<typeof ListFilter>;

export const ShownList = z
  .object({
    list: z.string(),
    file: z.string().describe('As the route that loads it has it.'),
    firstDay: Day,
    newestDay: Day,
    days: z.int().describe('Days of which a file is in.'),
    entries: z.int().describe('What holds on the newest of them.'),
    version: z.int(),
  })
  .meta({
    title: 'ReferenceList',
    examples: [
      {
        ...{ list: 'nse-index-NIFTY', file: 'nse-index', firstDay: '2025-09-11', newestDay: '2026-01-07' },
        ...{ days: 4, entries: 50, version: 4 },
      },
    ],
  });
export type ShownList = z.infer<typeof ShownList>;

/** Which lists are in, and how fresh they are. */
export class ListReferenceLists extends Query<Page<ShownList>> {
  constructor(readonly filter: ListFilter) {
    super();
  }
}

@QueryHandler(ListReferenceLists)
export class ListReferenceListsHandler implements IQueryHandler<ListReferenceLists> {
  constructor(private readonly prisma: Prisma) {}

  async execute({ filter: { limit, cursor } }: ListReferenceLists) {
    const rows = await this.prisma.referenceList.findMany({
      where: { list: { gt: afterText(cursor) } },
      orderBy: { list: 'asc' },
      take: limit + 1,
    });
    const lists = rows.map(({ firstDay, newestDay, ...list }) => ({ ...list, firstDay: isoDay(firstDay), newestDay: isoDay(newestDay) }));
    return pageFrom(lists, limit, ({ list }) => [list]);
  }
}
