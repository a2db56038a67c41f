import { z } from 'zod';
import { page } from '../../../platform/http/paging';
import { plainText, query } from '../../../platform/http/validation';
import { closedAt, statuses, type Status } from '../domain/status';
import { Segment } from '../domain/segment';
import { Broker, Day, Decimal, decimal, InstrumentType, Isin, OptionType } from '../domain/values';
import { times, type Reading } from '../moments';
import { several } from '../several';
import { covers } from './lookups';
import type { Underlying } from './underlyings';

const text = plainText.min(1).max(100);
const strike = z.string().transform((given, context) => {
  const exact = Decimal.safeParse(decimal(given));
  if (!exact.success) context.addIssue('A strike is a number such as 24500 or 380.75.');
  return exact.data ?? z.NEVER;
});
const sorts = ['key', 'expiry', 'strike', 'symbol'] as const;
type Sort = (typeof sorts)[number];

export const InstrumentFilter = query({
  segment: several(Segment).optional(),
  type: several(InstrumentType).optional(),
  series: several(text).optional(),
  underlying: several(text).optional().describe("The underlying's symbol, key or id."),
  expiry: Day.optional(),
  expiryFrom: Day.optional(),
  expiryTo: Day.optional().describe('Inclusive.'),
  strike: strike.optional(),
  strikeFrom: strike.optional(),
  strikeTo: strike.optional().describe('Inclusive.'),
  optionType: OptionType.optional(),
  status: several(z.enum(statuses)).optional().describe('Default: active,suspended.'),
  isin: Isin.optional(),
  securityId: z.uuid().optional().describe('All listings of one security, with `status` also those that ended.'),
  broker: Broker.optional().describe('Only what this broker has a token for.'),
  q: text.optional().describe('Part of the key, the symbol or the name.'),
  sort: z
    .enum(sorts.flatMap((sort) => [sort, `-${sort}`] as const))
    .default('key')
    .describe('A minus turns the order around. Without an expiry or a strike: last.'),
  include: z.literal('brokers').optional(),
  includeTest: z.enum(['true', 'false']).optional().describe("Exchanges' test instruments, too."),
  ...times,
  ...page,
});
export type InstrumentFilter = z.output<typeof InstrumentFilter>;

/** The filter with what its `underlying` names looked up. */
export type Wanted = InstrumentFilter & { readonly underlyings: readonly Underlying[] | null };

/** Exchanges' own test listings: `011NSETEST`. */
const testSymbol = /(NSE|BSE)TEST/i;
export const wantsTests = ({ includeTest, q, underlying }: InstrumentFilter) =>
  includeTest === 'true' || [q, ...(underlying ?? [])].some((name) => name !== undefined && testSymbol.test(name));

/** What a page is ordered by; what has none of it comes last. */
export function orderOf({ sort }: InstrumentFilter): { readonly by: string; readonly type: string; readonly down: boolean } {
  const down = sort.startsWith('-');
  const last = down ? '-infinity' : 'infinity';
  const orders: Readonly<Record<Sort, readonly [string, string]>> = {
    key: ['t.key', 'text COLLATE "C"'],
    symbol: ['t.symbol COLLATE "C"', 'text COLLATE "C"'],
    expiry: [`coalesce(t.expiry, '${last}'::date)`, 'date'],
    strike: [`coalesce(t.strike, '${last}'::numeric)`, 'numeric'],
  };
  const [by, type] = orders[sort.replace('-', '') as Sort]; // one of the enum's
  return { by, type, down };
}

/**
 * Conditions on a row `t` of terms and the values that they name. `ever` asks of rows of any knowledge, whatever became of them:
 * the caller then holds each against the fold of the log.
 */
export function conditionsOf(filter: Wanted, { moment }: Reading, ever: boolean): { readonly where: string[]; readonly values: unknown[] } {
  const values: unknown[] = [moment.day];
  const name = (value: unknown) => `$${values.push(value)}`;
  const where: string[] = [];
  const equal = (column: string, wanted: unknown) => wanted !== undefined && where.push(`${column} = ${name(wanted)}`);
  const among = (column: string, wanted: readonly string[] | undefined) => wanted && where.push(`${column} = ANY(${name(wanted)}::text[])`);
  among('t.segment', filter.segment);
  among('t.type', filter.type);
  among('t.series', filter.series);
  if (filter.underlyings) where.push(writtenOn(filter.underlyings, name));
  equal('t.expiry', filter.expiry);
  equal('t.strike', filter.strike);
  equal('t.option_type', filter.optionType);
  equal('t.isin', filter.isin);
  equal('i.security_id', filter.securityId);
  if (filter.expiryFrom) where.push(`t.expiry >= ${name(filter.expiryFrom)}`);
  if (filter.expiryTo) where.push(`t.expiry <= ${name(filter.expiryTo)}`);
  if (filter.strikeFrom) where.push(`t.strike >= ${name(filter.strikeFrom)}`);
  if (filter.strikeTo) where.push(`t.strike <= ${name(filter.strikeTo)}`);
  if (filter.q) {
    const part = name(`%${filter.q.replace(/[\\%_]/g, '\\$&')}%`);
    where.push(`(t.key ILIKE ${part} OR t.symbol ILIKE ${part} OR t.name ILIKE ${part})`);
  }
  where.push(statusIs(filter.status ?? ['active', 'suspended'], () => `${name(closedAt(moment.time))}::text[]`, ever));
  if (!wantsTests(filter)) where.push('NOT i.is_test');
  if (!ever) {
    const tokens = (day: string) => `FROM registry.broker_tokens b WHERE b.broker = ${name(filter.broker)} AND ${covers('b', day)}`;
    const ended = filter.status?.some((status) => status === 'expired' || status === 'delisted');
    if (filter.broker && ended)
      where.push(
        `EXISTS (SELECT ${tokens(`CASE WHEN t.valid_to <= $1::date THEN t.valid_to - 1 ELSE $1::date END`)} AND b.instrument_id = t.instrument_id)`,
      );
    else if (filter.broker) where.push(`t.instrument_id IN (SELECT b.instrument_id ${tokens('$1::date')})`);
    if (filter.isin)
      where.push(
        `t.instrument_id IN (SELECT k.instrument_id FROM registry.instrument_identifiers k WHERE k.value = ${name(filter.isin)} AND k.kind = 'isin')`,
      );
  }
  return { where, values };
}

function writtenOn(underlyings: readonly Underlying[], name: (value: unknown) => string): string {
  const anywhere = underlyings.filter(({ segment }) => segment === null);
  const somewhere = underlyings.filter(({ segment }) => segment !== null);
  const symbols = (some: readonly Underlying[]) => `${name(some.map(({ symbol }) => symbol))}::text[]`;
  const some: string[] = [];
  if (anywhere.length > 0) some.push(`t.underlying = ANY(${symbols(anywhere)})`);
  if (somewhere.length > 0) {
    const pairs = `unnest(${symbols(somewhere)}, ${name(somewhere.map(({ segment }) => segment))}::text[])`;
    some.push(`(t.underlying, t.segment) IN (SELECT * FROM ${pairs})`);
  }
  return some.length === 0 ? 'false' : `(${some.join(' OR ')})`;
}

/** `statusAt` (domain/status.ts) as conditions on the last terms of a life that began. */
function statusIs(wanted: readonly Status[], closed: () => string, ever: boolean): string {
  // A statement takes no parameter that it does not use.
  const over = wanted.every((status) => status === 'delisted') ? 'false' : `(t.expiry = $1::date AND t.segment = ANY(${closed()})) IS TRUE`;
  const ended = `t.valid_to <= $1::date${
    ever
      ? ''
      : ' AND NOT EXISTS (SELECT FROM registry.lot_sizes l WHERE l.instrument_id = t.instrument_id AND l.valid_from > t.valid_from AND l.valid_from <= $1::date)'
  }`;
  const conditions: Readonly<Record<Status, string>> = {
    active: `(${covers('t')}) AND NOT t.suspended AND NOT (${over})`,
    suspended: `(${covers('t')}) AND t.suspended AND NOT (${over})`,
    expired: `((${covers('t')}) AND ${over} OR t.valid_to > t.expiry AND ${ended})`,
    delisted: `(t.valid_to > t.expiry) IS NOT TRUE AND ${ended}`,
  };
  const some = [...new Set(wanted)].map((status) => `(${conditions[status]})`);
  const both = wanted.includes('active') && wanted.includes('suspended');
  return both && wanted.length === 2 ? `(${covers('t')}) AND NOT (${over})` : `(${some.join(' OR ')})`;
}
