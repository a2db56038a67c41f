import { canonicalSymbol, indexSymbol, Isin, typeOfCash, type InstrumentType, type Segment } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import {
  isDay,
  inSegment,
  isNumericToken,
  isRow,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  refuseSpreadsheetDay,
  rupees,
  textOrNull,
  type Adapter,
  type Parsed,
} from './adapter';
import { csvBatches, readHeader, type Header, type Line } from './csv';

/** What a column is called in the compact file and in the detailed one; a layout lacks what is not named. */
type Layout = {
  readonly exchange: string;
  readonly segment: string;
  readonly id: string;
  readonly instrument: string;
  readonly kind: string;
  readonly symbol: string;
  readonly display: string;
  readonly name: string;
  readonly series: string;
  readonly lot: string;
  readonly expiry: string;
  readonly strike: string;
  readonly optionType: string;
  readonly tick: string;
  readonly isin?: string;
  readonly underlying?: string;
};

const compact: Layout = {
  exchange: 'sem_exm_exch_id',
  segment: 'sem_segment',
  id: 'sem_smst_security_id',
  instrument: 'sem_instrument_name',
  kind: 'sem_exch_instrument_type',
  symbol: 'sem_trading_symbol',
  display: 'sem_custom_symbol',
  name: 'sm_symbol_name',
  series: 'sem_series',
  lot: 'sem_lot_units',
  expiry: 'sem_expiry_date',
  strike: 'sem_strike_price',
  optionType: 'sem_option_type',
  tick: 'sem_tick_size',
};

const detailed: Layout = {
  exchange: 'exch_id',
  segment: 'segment',
  id: 'security_id',
  instrument: 'instrument',
  kind: 'instrument_type',
  // of a share the name, of a contract on NSE the trading symbol, of one on BSE a mnemonic (BSXOPT)
  symbol: 'symbol_name',
  display: 'display_name',
  name: 'symbol_name',
  series: 'series',
  lot: 'lot_size',
  expiry: 'sm_expiry_date',
  strike: 'strike_price',
  optionType: 'option_type',
  tick: 'tick_size',
  isin: 'isin',
  // of a share its own symbol
  underlying: 'underlying_symbol',
};

/** By exchange and segment. `M` is commodities: NSE/M has the numbers of NSE/D. Indices have small numbers of Dhan's own (NIFTY 13). */
const segmentsByName: Readonly<Record<string, Segment>> = {
  'NSE E': 'NSE',
  'BSE E': 'BSE',
  'NSE D': 'NFO',
  'BSE D': 'BFO',
  'NSE C': 'CDS',
  'BSE C': 'BCD',
  'MCX M': 'MCX',
  'NSE M': 'NCO',
  'NSE I': 'NSE_INDEX',
  'BSE I': 'BSE_INDEX',
};

/** Dhan's api-scrip-master.csv (compact), api-scrip-master-detailed.csv, and the lists of one segment, which are detailed. */
export const dhan: Adapter = {
  broker: 'dhan',
  formats: ['csv'],
  identifies: ['isin', 'series'],
  official: ['https://images.dhan.co/api-data/api-scrip-master.csv'],
  read(bytes, part) {
    const indices = new Set<string>();
    let layout = compact;
    const head = (line: Line | undefined) => {
      if (line) layout = line.fields?.some((name) => /^\s*sem_/i.test(name)) ? compact : detailed;
      return readHeader(line, columnsOf(layout), whose);
    };
    return csvBatches(bytes, part, { whose, head }, (number, fields, header) => {
      const parsed = row(number, fields, header, layout);
      return isRow(parsed) && parsed.type === 'INDEX' ? inSegment(parsed.segment, once(parsed, indices)) : parsed;
    });
  },
};

const whose = 'a Dhan dump';
const columnsOf = (layout: Layout) => [...new Set(Object.values(layout))];

/** BSE's CAPINS is there as 99 and, under the name of an index of capital goods, as 846 (2026): what 846 is cannot be told. */
function once(index: DumpRow, known: Set<string>): Parsed {
  const key = `${index.segment} ${index.symbol}`;
  if (known.has(key)) return `an index on an earlier line has the symbol ${index.symbol}, too`;
  known.add(key);
  return index;
}

type Field = (name: keyof Layout) => string;
type Common = Omit<
  DumpRow,
  'brokerSymbol' | 'type' | 'symbol' | 'name' | 'isin' | 'series' | 'expiry' | 'strike' | 'optionType' | 'isTest'
>;
function row(line: number, fields: readonly string[], { at }: Header, layout: Layout): Parsed {
  const field: Field = (name) => fields[at[layout[name] ?? ''] ?? -1]?.trim() ?? '';
  const segment = segmentsByName[`${field('exchange')} ${field('segment')}`];
  if (!segment) return `the segment ${field('segment') || '(blank)'} of ${field('exchange') || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, field, layout, line));
}

function rowOf(segment: Segment, field: Field, layout: Layout, line: number): Parsed {
  const id = field('id');
  if (!isNumericToken(id)) return `the security id ${id || '(blank)'} is not a number above 0`;
  const common: Common = {
    line,
    segment,
    // the exchange's own token, but for indices
    exchangeToken: id,
    token: id,
    // MCX and NCO: 1, whatever the exchange's lot is; that is how Dhan counts an order there
    lotSize: quantity(field('lot')),
    // paise in every segment: 5.0000 is 0.05, and of a currency 0.2500 is 0.0025
    tickSize: rupees(field('tick'), 2),
    freezeQuantity: null,
    multiplier: null,
  };
  if (segment.endsWith('_INDEX')) return indexRow(common, field, layout);
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, field, layout);
  return contractRow(common, field, layout);
}

/** `NSE,I,13,INDEX,0,NIFTY,1.0,Nifty 50,0001-01-01,,XX,0.0500`: the lot, the day and the tick (0.0005 rupees, if it were paise) say nothing. */
function indexRow(common: Common, field: Field, layout: Layout): Parsed {
  const brokerSymbol = field(layout.underlying ? 'underlying' : 'symbol');
  const symbol = indexSymbol(common.segment, brokerSymbol);
  if (symbol === null) return 'the symbol is blank';
  const nothing = { ...noContract, isin: null, series: null, lotSize: null, tickSize: null, isTest: false };
  // among NSE's, and traded at NSE's exchange in GIFT City: Kite has it apart, too
  const segment = symbol === 'GIFTNIFTY' ? 'GLOBAL_INDEX' : common.segment;
  return { ...common, ...nothing, segment, type: 'INDEX', brokerSymbol, symbol, name: textOrNull(field('display')) };
}

/** Symbols come without series. Only the detailed file has ISINs; test rows have `DUMMY` and a number there. */
function cashRow(common: Common, field: Field, layout: Layout): Parsed {
  const brokerSymbol = field(layout.underlying ? 'underlying' : 'symbol');
  const symbol = canonicalSymbol(brokerSymbol);
  if (symbol === null) return `the symbol ${brokerSymbol || '(blank)'} is not one`;
  const isin = Isin.safeParse(field('isin')).data ?? null;
  const series = textOrNull(field('series'));
  const name = textOrNull(field('name'));
  const type = typeOfCash({ segment: common.segment, symbol, series, isin, name }) ?? typeOfKind(field('kind'), series);
  return { ...common, ...noContract, brokerSymbol, type, symbol, name, isin, series, isTest: isTestSymbol(brokerSymbol) };
}

const types: Readonly<Record<string, InstrumentType>> = {
  ES: 'EQUITY',
  PS: 'OTHER',
  InvITU: 'FUND',
  REIT: 'FUND',
  ...{ CB: 'BOND', DBT: 'BOND', DEB: 'BOND', GB: 'BOND', PN: 'BOND', PTC: 'BOND', TB: 'BOND' },
};

/**
 * Dhan's own word for it, where the ISIN is missing: as ISIN and group say on all of BSE's 11,283 rows that Upstox has, too (2025-12-09).
 * ETF in group F or series MF, MF outside of them, and Other are now this, now that.
 */
function typeOfKind(kind: string, series: string | null): InstrumentType | null {
  const isClosed = series === 'F' || series === 'MF';
  if (kind === 'ETF') return isClosed ? null : 'ETF';
  if (kind === 'MF') return isClosed ? 'FUND' : null;
  return types[kind] ?? null;
}

function contractRow(common: Common, field: Field, layout: Layout): Parsed {
  const names = layout.underlying ? detailedNames(field) : compactNames(field);
  const symbol = canonicalSymbol(names.underlying);
  if (symbol === null) return `the symbol ${names.brokerSymbol || '(blank)'} does not tell the underlying`;
  // the time of day (14:30, 15:30, 20:00, 00:00) is not when trading ends
  const expiry = field('expiry').slice(0, 10);
  if (expiry === '' || expiry === '0001-01-01') return 'a contract without expiry';
  if (!isDay(expiry)) {
    // a copy of the detailed file of 2025 has `27/11/36`
    refuseSpreadsheetDay(expiry, common.line, 'Dhan');
    return `the expiry ${expiry} is not a day`;
  }
  const { brokerSymbol } = names;
  const contract = { ...common, brokerSymbol, symbol, name: null, isin: null, series: null, expiry, isTest: isTestSymbol(symbol) };
  const instrument = field('instrument');
  // futures: -0.01 or 0 and XX or nothing
  if (instrument.startsWith('FUT')) return { ...contract, type: 'FUTURE', strike: null, optionType: null };
  if (!instrument.startsWith('OPT')) return `the instrument ${instrument || '(blank)'} is unknown`;
  const optionType = field('optionType');
  if (optionType !== 'CE' && optionType !== 'PE') return `the option type ${optionType || '(blank)'} is unknown`;
  const strike = positive(field('strike'));
  return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType };
}

type Names = { readonly underlying: string; readonly brokerSymbol: string };

/**
 * `BAJAJ-AUTO-Feb2026-9500-CE`, `USDINR-28Aug2024-FUT`: what stands before the month. SM_SYMBOL_NAME is no help:
 * blank for NSE's contracts, BSE's mnemonic for BSE's (BSXOPT is SENSEX, BRITOPT is BRITANNIA).
 */
function compactNames(field: Field): Names {
  const brokerSymbol = field('symbol');
  return { brokerSymbol, underlying: /^(.+?)-\d{0,2}[A-Z][a-z]{2}\d{4}-/.exec(brokerSymbol)?.[1] ?? '' };
}

/** SYMBOL_NAME is the trading symbol on NSE only; elsewhere it is the underlying or its mnemonic, and DISPLAY_NAME says more. */
function detailedNames(field: Field): Names {
  const underlying = field('underlying');
  const symbol = field('symbol');
  return { underlying, brokerSymbol: symbol.startsWith(`${underlying}-`) ? symbol : field('display') };
}
