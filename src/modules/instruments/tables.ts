import type { Row, Table } from '../../platform/event-store/table';
import type { Instrument, Known } from './domain/instrument';

/** The inline read models of an instrument: each row is a plain reading of its timeline. (The segment, once known, stays.) */

const table = (
  name: string,
  columns: readonly string[],
  key: readonly string[],
  rows: (id: string, known: Known) => Row[],
  readFrom: (known: Known) => unknown = (known) => known,
): Table<Instrument> => ({
  name: `registry.${name}`,
  columns,
  key,
  ...(name === 'instruments' ? {} : { history: `registry.${name}_history` }),
  readFrom: (state) => (state.status === 'unknown' ? state : readFrom(state)),
  rows: (id, _version, state) => (state.status === 'unknown' ? [] : rows(id, state)),
});

export const instruments = table(
  'instruments',
  ['id', 'segment', 'security_id', 'is_test', 'listed_from', 'listed_to', 'expired', 'delisting'],
  ['id'],
  (id, known) => [
    {
      id,
      segment: known.segment,
      security_id: known.securityId,
      is_test: known.isTest,
      listed_from: known.terms[0]?.from ?? null,
      listed_to: known.terms.at(-1)?.to ?? null,
      expired: known.expired,
      delisting: known.delisting,
    },
  ],
);

export const lotSizes = table(
  'lot_sizes',
  [
    'instrument_id',
    'valid_from',
    'valid_to',
    'segment',
    'key',
    'symbol',
    'name',
    'type',
    'isin',
    'series',
    'underlying',
    'expiry',
    'strike',
    'option_type',
    'lot_size',
    'tick_size',
    'multiplier',
    'freeze_quantity',
    'suspended',
    'flags',
  ],
  ['instrument_id', 'valid_from'],
  (id, known) =>
    known.terms.map(({ from, to, value }) => ({
      instrument_id: id,
      valid_from: from,
      valid_to: to,
      segment: known.segment,
      key: value.key,
      symbol: value.symbol,
      name: value.name,
      type: value.type,
      isin: value.isin,
      series: value.series,
      underlying: value.underlying,
      expiry: value.expiry,
      strike: value.strike,
      option_type: value.optionType,
      lot_size: value.lotSize,
      tick_size: value.tickSize,
      multiplier: value.multiplier,
      freeze_quantity: value.freezeQuantity,
      suspended: value.suspended,
      flags: value.flags,
    })),
  ({ terms }) => terms,
);

/** Symbols and ISINs of what is not a contract (keys are terms; contracts are found by key and by terms). */
export const instrumentIdentifiers = table(
  'instrument_identifiers',
  ['instrument_id', 'kind', 'value', 'segment', 'valid_from', 'valid_to'],
  ['instrument_id', 'kind', 'valid_from'],
  (id, known) => {
    const rows: Row[] = [];
    const last: Record<string, { value: string; valid_to: string | null; row: number } | undefined> = {};
    for (const { from, to, value } of known.terms) {
      if (value.expiry !== null) continue;
      for (const [kind, name] of Object.entries({ symbol: value.symbol, isin: value.isin })) {
        if (name === null) continue;
        const open = last[kind];
        if (open && open.value === name && open.valid_to === from) rows[open.row] = { ...rows[open.row], valid_to: (open.valid_to = to) };
        else {
          rows.push({ instrument_id: id, kind, value: name, segment: known.segment, valid_from: from, valid_to: to });
          last[kind] = { value: name, valid_to: to, row: rows.length - 1 };
        }
      }
    }
    return rows;
  },
  ({ terms }) => terms,
);

export const brokerTokens = table(
  'broker_tokens',
  [
    'instrument_id',
    'broker',
    'segment',
    'exchange_token',
    'token',
    'symbol',
    'name',
    'lot_size',
    'tick_size',
    'freeze_quantity',
    'exchange_symbol',
    'valid_from',
    'valid_to',
  ],
  ['instrument_id', 'broker', 'segment', 'exchange_token', 'valid_from'],
  (id, known) =>
    known.mappings.flatMap(({ broker, segment, exchangeToken, says }) =>
      says.map(({ from, to, value }) => ({
        instrument_id: id,
        broker,
        segment,
        exchange_token: exchangeToken,
        token: value.token,
        symbol: value.symbol,
        name: value.name,
        lot_size: value.lotSize,
        tick_size: value.tickSize,
        freeze_quantity: value.freezeQuantity,
        exchange_symbol: value.exchangeSymbol,
        valid_from: from,
        valid_to: to,
      })),
    ),
  ({ mappings }) => mappings,
);

export const instrumentTables: readonly Table<Instrument>[] = [instruments, lotSizes, instrumentIdentifiers, brokerTokens];
