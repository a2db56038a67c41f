import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { Broker, Day, Segment } from '../../instruments';

export const CheckFilter = query({
  day: Day.optional(),
  segment: Segment.optional(),
  ...page,
});
export type CheckFilter = z.output<typeof CheckFilter>;

const count = z.int();
const share = z.number().min(0).max(1).nullable();
export const SegmentQuality = z
  .object({
    day: Day,
    segment: Segment,
    score: z.number().min(0).max(100).nullable().describe('0 to 100; null when nothing could be measured.'),
    parts: z
      .object({ completeness: share, agreement: share, freshness: share, rejects: share, quarantine: share })
      .describe('Each from 0 to 1; null where there is nothing to measure it by.'),
    measured: z.object({
      instruments: count,
      withIsin: count,
      withLot: count,
      withTick: count,
      compared: count.describe('Instruments that at least two brokers list.'),
      doubtful: count.describe('Those about which brokers differ without a good explanation.'),
      sources: z.array(
        z.object({
          broker: Broker,
          ageDays: z.int().nullable(),
          lateDays: z.number().nullable().describe('Days of trading for which the market has a newer file.'),
          rejectedShare: z.number(),
          quarantined: z.boolean(),
        }),
      ),
    }),
    checkedAt: z.iso.datetime(),
  })
  .meta({
    title: 'SegmentQuality',
    examples: [
      {
        day: '2026-01-07',
        segment: 'NFO',
        score: 98.9,
        parts: { completeness: 1, agreement: 0.963, freshness: 1, rejects: 1, quarantine: 1 },
        measured: {
          instruments: 38_956,
          withIsin: 0,
          withLot: 38_956,
          withTick: 38_956,
          compared: 37_960,
          doubtful: 1_404,
          sources: [
            { broker: 'kite', ageDays: 0, lateDays: 0.12, rejectedShare: 0, quarantined: false },
            { broker: 'upstox', ageDays: 0, lateDays: 0.12, rejectedShare: 0, quarantined: false },
          ],
        },
        checkedAt: '2026-01-07T03:31:12.004Z',
      },
    ],
  });
export type SegmentQuality = z.infer<typeof SegmentQuality>;

/** The checks that were made, the newest day first. */
export class ListChecks extends Query<Page<SegmentQuality>> {
  constructor(readonly filter: CheckFilter) {
    super();
  }
}

/** The last check of each segment. */
export class ListSegments extends Query<Page<SegmentQuality>> {}

type Row = Omit<SegmentQuality, 'checkedAt'> & { readonly checkedAt: Date };
const columns = 'q.day, q.segment, q.score::float8 AS score, q.parts, q.measured, q.checked_at AS "checkedAt"';
const shown = (row: Row): SegmentQuality => ({ ...row, checkedAt: row.checkedAt.toISOString() });

@QueryHandler(ListChecks)
export class ListChecksHandler implements IQueryHandler<ListChecks> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { day, segment, limit, cursor } }: ListChecks) {
    const [beforeDay, afterSegment] = cursor === undefined ? [null, null] : decodeCursor(z.tuple([Day, Segment]), cursor);
    const rows = await this.database.query<Row>({
      text: `SELECT ${columns} FROM registry.segment_quality q
             WHERE ($1::date IS NULL OR q.day = $1) AND ($2::text IS NULL OR q.segment = $2)
               AND ($3::date IS NULL OR q.day < $3 OR q.day = $3 AND q.segment > $4)
             ORDER BY q.day DESC, q.segment LIMIT $5`,
      values: [day ?? null, segment ?? null, beforeDay, afterSegment, limit + 1],
    });
    return pageFrom(rows.map(shown), limit, (last) => [last.day, last.segment]);
  }
}

@QueryHandler(ListSegments)
export class ListSegmentsHandler implements IQueryHandler<ListSegments> {
  constructor(private readonly database: Database) {}

  async execute() {
    const rows = await this.database.query<Row>({
      text: `SELECT DISTINCT ON (q.segment) ${columns} FROM registry.segment_quality q ORDER BY q.segment, q.day DESC`,
    });
    return pageFrom(rows.map(shown), 1000, (last) => [last.segment]);
  }
}
