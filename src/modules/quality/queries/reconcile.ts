import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { Invalid } from '../../../platform/errors';
import { decodeCursor, page, pageFrom, pageOf, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { brokerNames, unknownBroker } from '../../brokers';
import { AsOf, Broker, Day, Decimal, Moments, Segment } from '../../instruments';

const fields = ['name', 'lotSize', 'tickSize', 'freezeQuantity', 'exchangeToken'] as const;
export const ReconciliationClass = z.enum(['onlyLeft', 'onlyRight', 'differing']);

export const ReconciliationFilter = query({
  left: Broker,
  right: Broker,
  segment: Segment.optional(),
  asOf: AsOf.optional(),
  class: ReconciliationClass.optional(),
  field: z.enum(fields).optional().describe('Only what differs in this.'),
  ...page,
});
export type ReconciliationFilter = z.output<typeof ReconciliationFilter>;

const Side = z.object({
  token: z.string(),
  exchangeToken: z.string(),
  symbol: z.string(),
  name: z.string().nullable(),
  lotSize: z.int().nullable(),
  tickSize: Decimal.nullable(),
  freezeQuantity: z.int().nullable(),
});
const Item = z.object({
  segment: Segment,
  id: z.uuid(),
  key: z.string().nullable(),
  class: ReconciliationClass,
  differs: z.array(z.enum(fields)),
  left: Side.nullable(),
  right: Side.nullable(),
});
type Item = z.infer<typeof Item>;

const count = z.int();
const Summary = z.object({
  segment: Segment,
  common: count.describe('Instruments that both list.'),
  onlyLeft: count,
  onlyRight: count,
  differing: count.describe('Of the common ones, those of which the two say something different.'),
  differs: z.object({ name: count, lotSize: count, tickSize: count, freezeQuantity: count, exchangeToken: count }),
});
type Summary = z.infer<typeof Summary>;

const sideExample = {
  token: '10731522',
  exchangeToken: '41920',
  symbol: 'NIFTY26JAN26000CE',
  name: null,
  lotSize: 65,
  tickSize: '0.05',
  freezeQuantity: null,
};
export const Reconciliation = pageOf(Item)
  .extend({ left: Broker, right: Broker, day: Day, segments: z.array(Summary) })
  .meta({
    title: 'Reconciliation',
    examples: [
      {
        left: 'kite',
        right: 'upstox',
        day: '2026-01-07',
        segments: [
          {
            segment: 'NFO',
            common: 37_960,
            onlyLeft: 995,
            onlyRight: 1,
            differing: 0,
            differs: { name: 0, lotSize: 0, tickSize: 0, freezeQuantity: 0, exchangeToken: 0 },
          },
        ],
        items: [
          {
            segment: 'NFO',
            id: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b',
            key: 'NFO:NIFTY:2026-01-27:26000:CE',
            class: 'onlyLeft',
            differs: [],
            left: sideExample,
            right: null,
          },
        ],
        page: { limit: 100, nextCursor: null },
      },
    ],
  });
export type Reconciliation = Page<Item> & {
  readonly left: string;
  readonly right: string;
  readonly day: Day;
  readonly segments: readonly Summary[];
};

/** What two brokers have in common on a day, what only one has, and where they say different things. @throws NotFound for an unknown broker */
export class Reconcile extends Query<Reconciliation> {
  constructor(readonly filter: ReconciliationFilter) {
    super();
  }
}

/** `$1` the day, `$2` and `$3` the brokers, `$4` a segment or null. The exchange token of an index is each broker's own, and differs always. */
const compared = `
  WITH a AS MATERIALIZED (${sideOf('$2')}), z AS MATERIALIZED (${sideOf('$3')}),
  compared AS MATERIALIZED (
    SELECT segment, instrument_id, a.broker IS NOT NULL AS in_left, z.broker IS NOT NULL AS in_right,
           array_remove(ARRAY[
             CASE WHEN a.name <> z.name THEN 'name' END,
             CASE WHEN a.lot_size <> z.lot_size THEN 'lotSize' END,
             CASE WHEN a.tick_size <> z.tick_size THEN 'tickSize' END,
             CASE WHEN a.freeze_quantity <> z.freeze_quantity THEN 'freezeQuantity' END,
             CASE WHEN a.exchange_token <> z.exchange_token AND right(segment, 5) <> 'INDEX' THEN 'exchangeToken' END
           ], NULL) AS differs
    FROM a FULL JOIN z USING (segment, instrument_id)
  )`;

function sideOf(broker: string): string {
  return `SELECT b.* FROM registry.broker_tokens b
    WHERE b.broker = ${broker} AND b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date) AND ($4::text IS NULL OR b.segment = $4)`;
}

const summed = `${compared}
  SELECT c.segment, count(*) FILTER (WHERE c.in_left AND c.in_right) AS common, count(*) FILTER (WHERE NOT c.in_right) AS "onlyLeft",
         count(*) FILTER (WHERE NOT c.in_left) AS "onlyRight", count(*) FILTER (WHERE c.differs <> '{}') AS differing,
         json_build_object(${fields.map((field) => `'${field}', count(*) FILTER (WHERE '${field}' = ANY(c.differs))`).join(', ')}) AS differs
  FROM compared c GROUP BY c.segment ORDER BY c.segment`;

const shown = (side: string) => `CASE WHEN ${side}.broker IS NOT NULL THEN jsonb_build_object(
  'token', ${side}.token, 'exchangeToken', ${side}.exchange_token, 'symbol', ${side}.symbol, 'name', ${side}.name, 'lotSize', ${side}.lot_size,
  'tickSize', ${side}.tick_size::text, 'freezeQuantity', ${side}.freeze_quantity) END`;

/** `$5` a class or null, `$6` a field or null, `$7` and `$8` the item before the page, `$9` how many. */
const listed = `${compared},
  items AS MATERIALIZED (
    SELECT * FROM (
      SELECT c.*, CASE WHEN NOT c.in_right THEN 'onlyLeft' WHEN NOT c.in_left THEN 'onlyRight' ELSE 'differing' END AS class
      FROM compared c WHERE NOT (c.in_left AND c.in_right AND c.differs = '{}')
    ) c
    WHERE ($5::text IS NULL OR c.class = $5) AND ($6::text IS NULL OR $6 = ANY(c.differs))
      AND ($7::text IS NULL OR (c.segment, c.instrument_id) > ($7 COLLATE "C", $8::uuid))
    ORDER BY c.segment, c.instrument_id LIMIT $9
  )
  SELECT i.segment, i.instrument_id AS id, t.key, i.class, i.differs, ${shown('a')} AS "left", ${shown('z')} AS "right"
  FROM items i
  LEFT JOIN a ON a.segment = i.segment AND a.instrument_id = i.instrument_id
  LEFT JOIN z ON z.segment = i.segment AND z.instrument_id = i.instrument_id
  LEFT JOIN registry.lot_sizes t ON t.instrument_id = i.instrument_id AND t.valid_from <= $1::date AND (t.valid_to IS NULL OR t.valid_to > $1::date)
  ORDER BY i.segment, i.instrument_id`;

@QueryHandler(Reconcile)
export class ReconcileHandler implements IQueryHandler<Reconcile> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
  ) {}

  async execute({ filter }: Reconcile): Promise<Reconciliation> {
    const { left, right, segment, limit } = filter;
    if (left === right)
      throw new Invalid('right: Give another broker than left.', [{ path: 'right', message: 'Give another broker than left.' }]);
    await this.refuseUnknown(left, right);
    const { day } = (await this.moments.of(filter)).moment;
    const [afterSegment, afterId] = filter.cursor === undefined ? [null, null] : decodeCursor(z.tuple([Segment, z.uuid()]), filter.cursor);
    const which = [day, left, right, segment ?? null];
    const [segments, items] = await Promise.all([
      this.database.query<Summary>({ text: summed, values: which }),
      this.database.query<Item>({
        text: listed,
        values: [...which, filter.class ?? null, filter.field ?? null, afterSegment, afterId, limit + 1],
      }),
    ]);
    return { left, right, day, segments, ...pageFrom(items, limit, (last) => [last.segment, last.id]) };
  }

  private async refuseUnknown(...brokers: readonly string[]) {
    for (const broker of brokers.filter((name) => !Object.hasOwn(brokerNames, name))) {
      const [known] = await this.database.query({
        text: 'SELECT FROM registry.ingestion_runs r WHERE r.broker = $1 LIMIT 1',
        values: [broker],
      });
      if (!known) throw unknownBroker(broker);
    }
  }
}
