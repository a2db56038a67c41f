import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { plainText, query } from '../../../platform/http/validation';

const text = plainText.min(1).max(200);
const time = z.iso.datetime({ offset: true, error: 'Give a time such as 2026-01-07T10:00:00Z.' });

export const AuditFilter = query({
  instrument: z.uuid('Give the id of an instrument.').optional(),
  table: text.optional().describe('A read model, such as lot_sizes.'),
  actor: text.optional(),
  run: z.uuid('Give the id of an ingestion.').optional(),
  correlationId: text.optional(),
  from: time.optional(),
  to: time.optional().describe('Exclusive.'),
  ...page,
});
export type AuditFilter = z.output<typeof AuditFilter>;

export const AuditEntry = z
  .object({
    id: z.int(),
    recordedAt: z.iso.datetime(),
    table: z.string(),
    operation: z.enum(['INSERT', 'UPDATE', 'DELETE']),
    instrumentIds: z.array(z.uuid()).describe('Of the rows, the first 100.'),
    rows: z.int().describe('How many rows the statement inserted; 1 of an update or a deletion.'),
    old: z.record(z.string(), z.unknown()).nullable(),
    new: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Of an insertion null: the events of the instruments say what was inserted.'),
    changedFields: z.array(z.string()).nullable(),
    actor: z.string().nullable(),
    correlationId: z.string().nullable(),
    run: z.uuid().nullable(),
  })
  .meta({
    title: 'AuditEntry',
    examples: [
      {
        id: 4711,
        recordedAt: '2026-01-07T03:31:12.004Z',
        table: 'lot_sizes',
        operation: 'UPDATE',
        instrumentIds: ['0198c0de-0000-7000-8000-000000000001'],
        rows: 1,
        old: { valid_to: null },
        new: { valid_to: '2026-01-07' },
        changedFields: ['valid_to'],
        actor: 'key:0198c0de-0000-7000-8000-0000000000aa',
        correlationId: 'morning-load',
        run: '0198c0de-0000-7000-8000-0000000000bb',
      },
    ],
  });
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Who changed what in the read models, newest first. */
export class ListAuditEntries extends Query<Page<AuditEntry>> {
  constructor(readonly filter: AuditFilter) {
    super();
  }
}

const Cursor = z.tuple([z.int()]);
type Row = Omit<AuditEntry, 'recordedAt'> & { readonly recordedAt: Date };

@QueryHandler(ListAuditEntries)
export class ListAuditEntriesHandler implements IQueryHandler<ListAuditEntries> {
  constructor(private readonly database: Database) {}

  async execute({ filter }: ListAuditEntries): Promise<Page<AuditEntry>> {
    const values: unknown[] = [];
    const name = (value: unknown) => `$${values.push(value)}`;
    const where: string[] = [];
    if (filter.instrument !== undefined) where.push(ofInstrument(name(filter.instrument)));
    if (filter.table !== undefined) where.push(`a.table_name = ${name(filter.table)}`);
    if (filter.actor !== undefined) where.push(`a.actor = ${name(filter.actor)}`);
    if (filter.run !== undefined) where.push(`a.run = ${name(filter.run)}`);
    if (filter.correlationId !== undefined) where.push(`a.correlation_id = ${name(filter.correlationId)}`);
    if (filter.from !== undefined) where.push(`a.recorded_at >= ${name(filter.from)}`);
    if (filter.to !== undefined) where.push(`a.recorded_at < ${name(filter.to)}`);
    if (filter.cursor !== undefined) where.push(`a.id < ${name(decodeCursor(Cursor, filter.cursor)[0])}`);
    const rows = await this.database.query<Row>({
      text: `SELECT a.id, a.recorded_at AS "recordedAt", a.table_name AS "table", a.operation, a.instrument_ids[1:100] AS "instrumentIds",
                    cardinality(a.instrument_ids) AS rows, a.old, a.new, a.changed_fields AS "changedFields", a.actor,
                    a.correlation_id AS "correlationId", a.run
             FROM registry.audit_trail a ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY a.id DESC LIMIT ${name(filter.limit + 1)}`,
      values,
    });
    const all = rows.map((row) => ({ ...row, recordedAt: row.recordedAt.toISOString() }));
    return pageFrom(all, filter.limit, ({ id }) => [id]);
  }
}

/** Insertions are in no index by instrument: they are found by the correlation ids of the instrument's events. */
const ofInstrument = (id: string) => `((a.operation <> 'INSERT' AND a.instrument_ids @> ARRAY[${id}::uuid])
  OR (a.operation = 'INSERT' AND ${id}::uuid = ANY(a.instrument_ids) AND a.correlation_id IN (
    SELECT e.metadata->>'correlationId' FROM log.events e WHERE e.stream = 'instrument-' || ${id}::uuid)))`;
