import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { csvLine } from '../../../platform/http/csv';
import { decodeCursor, page, pageFrom, wholeNumber, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { AsOf, Broker, Moments, Segment } from '../../instruments';
import { disagreeing } from '../disagreeing';
import { classes, DisagreementClass, DisagreementField, fieldsOf } from '../domain/disagreement';

const asked = {
  segment: Segment.optional(),
  broker: Broker.optional().describe('Only where this broker differs from another; the class is then of its own differences.'),
  field: DisagreementField.optional(),
  class: DisagreementClass.optional(),
  asOf: AsOf.optional(),
};
/** What a spreadsheet takes, and the service holds for a moment. */
const mostExported = 50_000;
export const DisagreementFilter = query({ ...asked, ...page });
export const DisagreementExport = query({
  ...asked,
  limit: wholeNumber(1, mostExported).default(mostExported).describe(`How many disagreements at most; ${mostExported} unless given.`),
  cursor: page.cursor.describe('`Next-Cursor` of the answer before.'),
});
export type DisagreementFilter = z.output<typeof DisagreementFilter>;

const Value = z.union([z.string(), z.number()]);
export const Disagreement = z
  .object({
    segment: Segment,
    id: z.uuid(),
    key: z.string().nullable().describe('On the day; null when the instrument has no terms on it.'),
    exchangeToken: z.string().nullable().describe('Of `instrument`: the token that means several.'),
    field: DisagreementField,
    class: DisagreementClass,
    inForce: Value.nullable().describe('What stands for the instrument; null for `instrument` and `token`.'),
    says: z
      .array(z.object({ value: Value, brokers: z.array(Broker) }))
      .describe('Of `instrument`: the keys; of `token`: the exchange tokens.'),
  })
  .meta({
    title: 'Disagreement',
    examples: [
      {
        segment: 'MCX',
        id: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b',
        key: 'MCX:ZINC:2026-01-30:FUT',
        exchangeToken: null,
        field: 'lotSize',
        class: 'unit_of_broker',
        inForce: 5,
        says: [
          { value: 1, brokers: ['dhan'] },
          { value: 5, brokers: ['shoonya', 'upstox'] },
        ],
      },
    ],
  });
export type Disagreement = z.infer<typeof Disagreement>;

/** Where sources of one day differ: per instrument and field who says what, and why. In the order of the instruments' listing. */
export class ListDisagreements extends Query<Page<Disagreement>> {
  constructor(readonly filter: DisagreementFilter) {
    super();
  }
}

const Cursor = z.tuple([z.uuid(), DisagreementField, z.string()]);
type Row = Omit<Disagreement, 'class' | 'says' | 'exchangeToken' | 'inForce'> & {
  readonly exchangeToken: string;
  readonly place: number;
  readonly inForce: string | null;
  readonly says: readonly { readonly value: string; readonly brokers: string[] }[];
};

/** `$4` a broker, `$5` the place of a class, `$6` to `$8` the item before the page, `$9` how many. */
const select = `
  items AS MATERIALIZED (
    SELECT p.instrument_id, p.field, p.exchange_token, p.segment, min(p.class) AS class FROM pairs p
    WHERE ($4::text IS NULL OR $4 IN (p.a_broker, p.z_broker)) AND ($6::uuid IS NULL OR (p.instrument_id, p.field, p.exchange_token) > ($6, $7::text, $8::text))
    GROUP BY p.instrument_id, p.field, p.exchange_token, p.segment HAVING $5::int IS NULL OR min(p.class) = $5
    ORDER BY p.instrument_id, p.field, p.exchange_token LIMIT $9
  ),
  sayings AS (
    SELECT i.instrument_id, i.field, i.exchange_token, s.value, array_agg(s.broker ORDER BY s.broker) AS brokers
    FROM items i JOIN said s ON s.instrument_id = i.instrument_id AND s.field = i.field AND s.exchange_token = i.exchange_token
    GROUP BY i.instrument_id, i.field, i.exchange_token, s.value
  )
  SELECT i.segment, i.instrument_id AS id, t.key, i.field, i.exchange_token AS "exchangeToken", i.class AS place,
         CASE i.field WHEN 'name' THEN t.name WHEN 'lotSize' THEN t.lot_size::text WHEN 'tickSize' THEN t.tick_size::text
           WHEN 'freezeQuantity' THEN t.freeze_quantity::text END AS "inForce", w.says
  FROM items i
  LEFT JOIN registry.lot_sizes t ON t.instrument_id = i.instrument_id AND t.valid_from <= $1::date AND (t.valid_to IS NULL OR t.valid_to > $1::date)
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('value', coalesce(k.key, s.value), 'brokers', s.brokers) ORDER BY s.value COLLATE "C") AS says
    FROM sayings s
    LEFT JOIN registry.lot_sizes k ON i.field = 'instrument' AND k.instrument_id::text = s.value
      AND k.valid_from <= $1::date AND (k.valid_to IS NULL OR k.valid_to > $1::date)
    WHERE s.instrument_id = i.instrument_id AND s.field = i.field AND s.exchange_token = i.exchange_token
  ) w
  ORDER BY i.instrument_id, i.field, i.exchange_token`;

@QueryHandler(ListDisagreements)
export class ListDisagreementsHandler implements IQueryHandler<ListDisagreements> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
  ) {}

  async execute({ filter }: ListDisagreements): Promise<Page<Disagreement>> {
    const { day } = (await this.moments.of(filter)).moment;
    const [id, field, token] = filter.cursor === undefined ? [null, null, null] : decodeCursor(Cursor, filter.cursor);
    const names = Object.keys(classes);
    const possible = filter.class === undefined ? DisagreementField.options : fieldsOf(filter.class);
    const fields = possible.filter((one) => filter.field === undefined || one === filter.field);
    if (fields.length === 0) return pageFrom([], filter.limit, () => []);
    const rows = await this.database.query<Row>({
      text: `${disagreeing(fields)}, ${select}`,
      values: [
        day,
        filter.segment ?? null,
        id,
        filter.broker ?? null,
        filter.class === undefined ? null : names.indexOf(filter.class) + 1,
        id,
        field,
        token,
        filter.limit + 1,
      ],
    });
    const found = pageFrom(rows, filter.limit, (last) => [last.id, last.field, last.exchangeToken]);
    return { ...found, items: found.items.map(shown) };
  }
}

function shown({ place, exchangeToken, inForce, says, ...row }: Row): Disagreement {
  const isNumber = row.field === 'lotSize' || row.field === 'freezeQuantity';
  const valueOf = (text: string) => (isNumber ? Number(text) : text);
  return {
    ...row,
    exchangeToken: exchangeToken || null,
    class: DisagreementClass.options[place - 1] ?? 'unexplained',
    inForce: inForce === null ? null : valueOf(inForce),
    says: says.map(({ value, brokers }) => ({ value: valueOf(value), brokers })),
  };
}

/** A line for each value that is said of something: whoever opens it can filter and pivot. */
export const csvOf = (items: readonly Disagreement[]): string =>
  [
    csvLine(['segment', 'key', 'id', 'exchange_token', 'field', 'class', 'in_force', 'value', 'brokers']),
    ...items.flatMap(({ segment, key, id, exchangeToken, field, class: why, inForce, says }) =>
      says.map(({ value, brokers }) => csvLine([segment, key, id, exchangeToken, field, why, inForce, value, brokers.join(' ')])),
    ),
  ].join('');
