import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, page, pageFrom, pageOf, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { brokerNames, unknownBroker } from '../../brokers';
import { Broker, Day, Decimal, Segment } from '../../instruments';
import { adapters } from '../adapters';
import type { Identifier } from '../adapters/adapter';

/**
 * What became of a token between two days: another instrument has it (`reused`), or the same one has a new strike, expiry or symbol
 * (`adjusted`, `rescheduled`, `renamed`), or something else that the broker says of it is new (`amended`). Each token has one class,
 * the first that fits in this order. What only other sources say is no difference of this broker's.
 */
export const DifferenceClass = z.enum(['added', 'gone', 'reused', 'adjusted', 'rescheduled', 'renamed', 'amended']);

/** What a token meant on one of the two days, and what the broker said of it. */
const Side = z.object({
  id: z.uuid(),
  key: z.string(),
  symbol: z.string().describe("As the broker says it; of a contract the underlying's."),
  isin: z.string().nullable(),
  series: z.string().nullable(),
  expiry: Day.nullable(),
  strike: Decimal.nullable(),
  token: z.string(),
  brokerSymbol: z.string(),
  name: z.string().nullable(),
  lotSize: z.int().nullable(),
  tickSize: Decimal.nullable(),
  freezeQuantity: z.int().nullable(),
});
type Side = z.infer<typeof Side>;

const Item = z.object({
  segment: Segment,
  exchangeToken: z.string(),
  class: DifferenceClass,
  changed: z.array(z.string()).describe('Names of the members that differ, for what is not added, gone or reused.'),
  before: Side.nullable(),
  after: Side.nullable(),
});
type Item = z.infer<typeof Item>;

const count = z.int();
const Summary = z.object({
  segment: Segment,
  common: count.describe('Tokens that mean something on both days.'),
  ...Object.fromEntries(DifferenceClass.options.map((name) => [name, count])),
});

const sideExample = {
  id: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b',
  key: 'NFO:NIFTY:2026-01-27:26000:CE',
  symbol: 'NIFTY',
  isin: null,
  series: null,
  expiry: '2026-01-27',
  strike: '26000',
  token: '10731522',
  brokerSymbol: 'NIFTY26JAN26000CE',
  name: null,
  lotSize: 75,
  tickSize: '0.05',
  freezeQuantity: null,
};
const example = {
  broker: 'kite',
  from: '2026-01-06',
  to: '2026-01-07',
  segments: [
    { segment: 'NFO' as const, common: 41_186, added: 64, gone: 0, reused: 0, adjusted: 0, rescheduled: 0, renamed: 0, amended: 1 },
  ],
  items: [
    {
      segment: 'NFO' as const,
      exchangeToken: '41920',
      class: 'amended' as const,
      changed: ['lotSize'],
      before: sideExample,
      after: { ...sideExample, lotSize: 65 },
    },
  ],
  page: { limit: 100, nextCursor: null },
};

export const DiffFilter = query({ from: Day, to: Day, segment: Segment.optional(), class: DifferenceClass.optional(), ...page });
export type DiffFilter = z.output<typeof DiffFilter>;
export const DaysDiff = pageOf(Item)
  .extend({ broker: Broker, from: Day, to: Day, segments: z.array(Summary) })
  .meta({ examples: [example] });
export type DaysDiff = Page<Item> & {
  readonly broker: string;
  readonly from: Day;
  readonly to: Day;
  readonly segments: readonly (Readonly<Record<z.infer<typeof DifferenceClass> | 'common', number>> & { readonly segment: Segment })[];
};

/** What changed in a broker's tokens between two days, as it is known now. @throws NotFound for a broker that the registry does not know */
export class DiffDays extends Query<DaysDiff> {
  constructor(
    readonly broker: string,
    readonly filter: DiffFilter,
  ) {
    super();
  }
}

const side = (day: string) => `
  SELECT b.segment, b.exchange_token, b.instrument_id, b.token, b.symbol AS broker_symbol, b.exchange_symbol, b.name, b.lot_size, b.tick_size, b.freeze_quantity,
         t.key, coalesce(b.exchange_symbol, t.symbol) AS symbol, t.isin, t.series, t.expiry, t.strike
  FROM registry.broker_tokens b
  JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= ${day} AND (t.valid_to IS NULL OR t.valid_to > ${day})
  WHERE b.broker = $1 AND b.valid_from <= ${day} AND (b.valid_to IS NULL OR b.valid_to > ${day}) AND ($4::text IS NULL OR b.segment = $4)`;

const told = ['token', 'broker_symbol', 'name', 'lot_size', 'tick_size', 'freeze_quantity'];
const list = (alias: string) => told.map((column) => `${alias}.${column}`).join(', ');

/**
 * `$1` broker, `$2` and `$3` the days, `$4` a segment or null.
 * @param identifiers those that the broker states; that one became known is no difference
 */
const comparing = (identifiers: readonly Identifier[]) => `
  WITH a AS MATERIALIZED (${side('$2::date')}), z AS MATERIALIZED (${side('$3::date')}),
  compared AS (
    SELECT segment, exchange_token, a.instrument_id AS was, z.instrument_id AS "is",
           CASE WHEN a.instrument_id IS NULL THEN 'added'
                WHEN z.instrument_id IS NULL THEN 'gone'
                WHEN a.instrument_id <> z.instrument_id THEN 'reused'
                WHEN a.strike IS DISTINCT FROM z.strike THEN 'adjusted'
                WHEN a.expiry IS DISTINCT FROM z.expiry THEN 'rescheduled'
                WHEN a.symbol <> z.symbol AND (a.exchange_symbol, a.broker_symbol) IS DISTINCT FROM (z.exchange_symbol, z.broker_symbol) THEN 'renamed'
                WHEN (${list('a')}) IS DISTINCT FROM (${list('z')}) ${identifiers.map((one) => `OR a.${one} <> z.${one}`).join(' ')} THEN 'amended'
           END AS class
    FROM a FULL JOIN z USING (segment, exchange_token))`;

const shown = (alias: string) => `CASE WHEN ${alias}.instrument_id IS NOT NULL THEN jsonb_build_object(
  'id', ${alias}.instrument_id, 'key', ${alias}.key, 'symbol', ${alias}.symbol, 'isin', ${alias}.isin, 'series', ${alias}.series,
  'expiry', ${alias}.expiry, 'strike', ${alias}.strike::text, 'token', ${alias}.token, 'brokerSymbol', ${alias}.broker_symbol,
  'name', ${alias}.name, 'lotSize', ${alias}.lot_size, 'tickSize', ${alias}.tick_size::text, 'freezeQuantity', ${alias}.freeze_quantity) END`;

@QueryHandler(DiffDays)
export class DiffDaysHandler implements IQueryHandler<DiffDays> {
  constructor(private readonly database: Database) {}

  async execute({ broker, filter }: DiffDays): Promise<DaysDiff> {
    const { from, to, segment, limit } = filter;
    const [afterSegment, afterToken] = filter.cursor ? decodeCursor(z.tuple([z.string(), z.string()]), filter.cursor) : [null, null];
    const identifiers = adapters.find((one) => one.broker === broker)?.identifies ?? [];
    const compared = comparing(identifiers);
    const days = [broker, from, to, segment ?? null];
    const [segments, items] = await Promise.all([
      this.database.query<DaysDiff['segments'][number]>({
        text: `${compared}
          SELECT segment, count(*) FILTER (WHERE was IS NOT NULL AND "is" IS NOT NULL)::int AS common,
                 ${DifferenceClass.options.map((name) => `count(*) FILTER (WHERE class = '${name}')::int AS ${name}`).join(', ')}
          FROM compared GROUP BY segment ORDER BY segment`,
        values: days,
      }),
      this.database.query<Omit<Item, 'changed'>>({
        text: `${compared}
          SELECT c.segment, c.exchange_token AS "exchangeToken", c.class, ${shown('a')} AS before, ${shown('z')} AS after
          FROM compared c
          LEFT JOIN a USING (segment, exchange_token)
          LEFT JOIN z USING (segment, exchange_token)
          WHERE c.class IS NOT NULL AND ($5::text IS NULL OR c.class = $5) AND ($6::text IS NULL OR (c.segment, c.exchange_token) > ($6, $7::text))
          ORDER BY c.segment, c.exchange_token LIMIT $8`,
        values: [...days, filter.class ?? null, afterSegment, afterToken, limit + 1],
      }),
    ]);
    if (segments.length === 0 && !Object.hasOwn(brokerNames, broker)) throw unknownBroker(broker);
    const all = items.map((item) => ({ ...item, changed: differing(item, identifiers) }));
    return { broker, from, to, segments, ...pageFrom(all, limit, (last) => [last.segment, last.exchangeToken]) };
  }
}

const stated = ['token', 'brokerSymbol', 'name', 'lotSize', 'tickSize', 'freezeQuantity'] as const;
const ofContract = ['key', 'symbol', 'expiry', 'strike'] as const;

function differing({ class: what, before, after }: Omit<Item, 'changed'>, identifiers: readonly Identifier[]): string[] {
  if (what === 'reused' || !before || !after) return [];
  const members = what === 'amended' ? stated : [...ofContract, ...stated];
  return [
    ...members.filter((name) => before[name] !== after[name]),
    ...identifiers.filter((name) => before[name] !== null && after[name] !== null && before[name] !== after[name]),
  ];
}
