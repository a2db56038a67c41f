import type { PoolClient } from 'pg';
import { copiedRows, type Fields } from '../../platform/database/bulk';
import type { BrokerMapping, Day, InstrumentType, OptionType, Segment } from '../instruments';
import type { Catalogue } from './domain/catalogue';

/** The positions whose instruments are read, after the first and up to the second; null: everything. */
export type Span = { readonly after: number; readonly upTo: number };

const changedIn = ({ after, upTo }: Span) =>
  `SELECT right(e.stream, 36)::uuid AS id FROM log.events e
   WHERE e.position > ${after} AND e.position <= ${upTo} AND starts_with(e.stream, 'instrument-')`;

/** COPY takes no parameters: what stands in these texts are numbers and a day of our own making. */
const holds = (row: string, day: Day) => `${row}.valid_from <= '${day}' AND (${row}.valid_to IS NULL OR ${row}.valid_to > '${day}')`;
const among = (column: string, span: Span | null) => (span ? `AND ${column} IN (${changedIn(span)})` : '');

const instrumentsOn = (day: Day, span: Span | null) => `SELECT
    i.id, v.version, i.segment, i.security_id, i.is_test, i.listed_from, i.listed_to, t.valid_from, t.valid_to, t.key, t.symbol, t.name, t.type,
    t.isin, t.series, t.underlying, t.expiry, t.strike, t.option_type, t.lot_size, t.tick_size, t.multiplier, t.freeze_quantity, t.suspended, t.flags
  FROM registry.lot_sizes t
  JOIN registry.instruments i ON i.id = t.instrument_id
  JOIN log.streams v ON v.stream = 'instrument-' || i.id
  WHERE ${holds('t', day)} ${among('t.instrument_id', span)}`;

const mappingsOn = (day: Day, span: Span | null) => `SELECT
    b.instrument_id, b.broker, b.token, b.exchange_token, b.symbol, b.segment, b.lot_size, b.tick_size, b.freeze_quantity, b.valid_from, b.valid_to
  FROM registry.broker_tokens b WHERE ${holds('b', day)} ${among('b.instrument_id', span)}`;

/**
 * Reads what holds on the catalogue's day into it, as the transaction sees it: everything, shown as it comes, into a catalogue that nobody
 * reads yet; or what changed in a span of the log, not shown before it is published.
 */
export async function readInto(catalogue: Catalogue, tx: PoolClient, span: Span | null): Promise<void> {
  for await (const rows of copiedRows(tx, instrumentsOn(catalogue.day, span))) {
    for (const row of rows) catalogue.add(listedFrom(row));
    if (!span) catalogue.publish();
  }
  for await (const rows of copiedRows(tx, mappingsOn(catalogue.day, span)))
    for (const row of rows) catalogue.map(row[0] ?? '', mappingFrom(row));
}

/** Ids of the instruments to which something happened in the span. */
export async function changedIds(tx: PoolClient, span: Span): Promise<string[]> {
  const { rows } = await tx.query<[string]>({ text: `SELECT DISTINCT id FROM (${changedIn(span)}) changed`, rowMode: 'array' });
  return rows.map(([id]) => id);
}

const text = (row: Fields, at: number) => row[at] ?? '';
const number = (field: string | null | undefined) => (field === null || field === undefined ? null : Number(field));

/** Columns are those of the statement; the database keeps only segments, types and sides that the registry wrote. */
function listedFrom(row: Fields) {
  return {
    id: text(row, 0),
    version: Number(row[1]),
    segment: text(row, 2) as Segment,
    securityId: row[3] ?? null,
    isTest: row[4] === 't',
    listedFrom: text(row, 5),
    listedTo: row[6] ?? null,
    from: text(row, 7),
    to: row[8] ?? null,
    key: text(row, 9),
    symbol: text(row, 10),
    name: row[11] ?? null,
    type: text(row, 12) as InstrumentType,
    isin: row[13] ?? null,
    series: row[14] ?? null,
    underlying: row[15] ?? null,
    expiry: row[16] ?? null,
    strike: row[17] ?? null,
    optionType: (row[18] ?? null) as OptionType | null,
    lotSize: number(row[19]),
    tickSize: row[20] ?? null,
    multiplier: row[21] ?? null,
    freezeQuantity: number(row[22]),
    suspended: row[23] === 't',
    flags: flagsOf(text(row, 24)),
  };
}

const flagsOf = (json: string) => (json === '{}' ? {} : (JSON.parse(json) as Record<string, string | boolean>)); // as the domain wrote them

function mappingFrom(row: Fields): BrokerMapping {
  return {
    broker: text(row, 1),
    token: text(row, 2),
    exchangeToken: text(row, 3),
    symbol: text(row, 4),
    segment: text(row, 5) as Segment,
    lotSize: number(row[6]),
    tickSize: row[7] ?? null,
    freezeQuantity: number(row[8]),
    validFrom: text(row, 9),
    validTo: row[10] ?? null,
  };
}
