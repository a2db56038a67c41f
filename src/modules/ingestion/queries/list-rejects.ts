import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Prisma } from '../../../platform/database/prisma';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import type { RejectedRow } from '../domain/dump-row';

export const Pages = query(page);
export type Pages = z.output<typeof Pages>;

/** The rows of a run's file that could not be used, in the file's order. */
export class ListRejects extends Query<Page<RejectedRow>> {
  constructor(
    readonly run: string,
    readonly pages: Pages,
  ) {
    super();
  }
}

const Cursor = z.tuple([z.int()]);

@QueryHandler(ListRejects)
export class ListRejectsHandler implements IQueryHandler<ListRejects> {
  constructor(private readonly prisma: Prisma) {}

  async execute({ run, pages: { limit, cursor } }: ListRejects) {
    const after = cursor === undefined ? -1 : decodeCursor(Cursor, cursor)[0];
    const rows = await this.prisma.ingestionReject.findMany({
      select: { line: true, raw: true, reason: true },
      where: { runId: run, line: { gt: after } },
      orderBy: { line: 'asc' },
      take: limit + 1,
    });
    return pageFrom(rows, limit, ({ line }) => [line]);
  }
}
