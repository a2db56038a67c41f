import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
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
  constructor(private readonly database: Database) {}

  async execute({ run, pages: { limit, cursor } }: ListRejects) {
    const after = cursor === undefined ? -1 : decodeCursor(Cursor, cursor)[0];
    const rows = await this.database.query<RejectedRow>({
      text: 'SELECT line, raw, reason FROM registry.ingestion_rejects WHERE run_id = $1 AND line > $2 ORDER BY line LIMIT $3',
      values: [run, after, limit + 1],
    });
    return pageFrom(rows, limit, ({ line }) => [line]);
  }
}
