import { canonicalSymbol, indexSymbol, Isin, typeOfCash, type Segment } from '../../instruments';
import { UnusableFile } from '../domain/dump-row';
import type { Format } from '../domain/run';
import {
  batches,
  counting,
  dayInIndia,
  detectFormat,
  everySegment,
  isDay,
  inSegment,
  isNumericToken,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  rupees,
  symbolBeforeExpiry,
  textOrNull,
  type Adapter,
  type Common,
  type Parsed,
  type Shift,
} from './adapter';
import { csvBatches, readHeader, type Header } from './csv';
import { jsonElements, type Element } from './json-array';

/** `last_price` is not read. */
const columns = [
  'instrument_key',
  'exchange_token',
  'tradingsymbol',
  'name',
  'expiry',
  'strike',
  'tick_size',
  'lot_size',
  'option_type',
  'exchange',
] as const;

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE_EQ: 'NSE',
  BSE_EQ: 'BSE',
  NSE_FO: 'NFO',
  BSE_FO: 'BFO',
  NCD_FO: 'CDS',
  BCD_FO: 'BCD',
  MCX_FO: 'MCX',
  NSE_COM: 'NCO',
  NCDEX_FO: 'NCDEX',
  NSE_INDEX: 'NSE_INDEX',
  BSE_INDEX: 'BSE_INDEX',
  MCX_INDEX: 'MCX_INDEX',
  NCDEX_INDEX: 'NCDEX_INDEX',
  GLOBAL_INDEX: 'GLOBAL_INDEX',
  GLOBAL_INDICATOR: 'GLOBAL_INDEX',
};

const whose = 'an Upstox dump';

/** Upstox's complete.json, or the files of one exchange, and the CSV of the same name that came before it. */
export const upstox: Adapter = {
  broker: 'upstox',
  formats: ['csv', 'json'],
  identifies: ['isin', 'series'],
  official: ['https://assets.upstox.com/market-quote/instruments/exchange/complete.json.gz'],
  async *read(bytes, part) {
    const progress = { bytes: 0 };
    const detected = await detectFormat(counting(bytes, progress));
    if (detected.format === 'json') {
      yield* batches(jsonElements(detected.bytes), progress, jsonRow, ({ number, value }) => ({
        line: number,
        raw: JSON.stringify(value),
      }));
      return;
    }
    yield* csvBatches(detected.bytes, part, { whose, head: (line) => readHeader(line, columns, whose) }, csvRow);
  },
};

/**
 * Units of the tick by format and segment; strikes are rupees in both.
 * Measured on the files of 2025-08-20, which exist in both formats: JSON over CSV is 100 in NSE, BSE, NFO, BFO and 1 in MCX, CDS, BCD, NCO.
 */
const tickShifts: Readonly<Record<Format, Readonly<Record<Segment, Shift>>>> = {
  csv: { ...everySegment(2), NSE: 0, BSE: 0, NFO: 0, BFO: 0 },
  json: everySegment(2),
};

/** A row as both formats tell it; null is "not told here". */
type Told = {
  readonly line: number;
  readonly format: Format;
  readonly segmentName: string;
  readonly key: string;
  readonly token: string;
  readonly brokerSymbol: string;
  readonly name: string;
  readonly kind: string;
  readonly expiry: string | null;
  readonly strike: string | null;
  readonly tick: string;
  readonly lot: string;
  readonly isin: string | null;
  readonly series: string | null;
  readonly underlying: string | null;
  readonly freezeQuantity: number | null;
  readonly multiplier: string | null;
};

function csvRow(line: number, fields: readonly string[], { at }: Header): Parsed {
  const field = (column: (typeof columns)[number]) => fields[at[column] ?? -1] ?? '';
  const key = field('instrument_key');
  const brokerSymbol = field('tradingsymbol').trim();
  const expiry = field('expiry').trim();
  if (expiry !== '' && !isDay(expiry)) return unused(field('exchange'), `the expiry ${expiry} is not a day`);
  // `GBPINR24607103.75PE` of 2024 says FUTCUR and FF and is an option: the end of the symbol is right in every file
  const kind = field('option_type') === 'COM' ? 'COM' : (/(?:FUT|CE|PE)$/.exec(brokerSymbol)?.[0] ?? '');
  const strike = positive(field('strike'));
  const cut =
    expiry && kind !== 'COM' ? cutSymbol(brokerSymbol.slice(0, -kind.length), kind, expiry, kind === 'FUT' ? null : strike) : null;
  return row({
    line,
    format: 'csv',
    segmentName: field('exchange'),
    key,
    token: field('exchange_token'),
    brokerSymbol,
    name: field('name'),
    kind,
    expiry: expiry || null,
    strike: strike ?? cut?.strike ?? null,
    tick: field('tick_size'),
    lot: field('lot_size'),
    isin: key.slice(key.indexOf('|') + 1),
    series: null,
    underlying: cut?.underlying ?? null,
    freezeQuantity: null,
    multiplier: null,
  });
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

type Cut = { readonly underlying: string; readonly strike: string | null };

/**
 * The name column is not the underlying: empty in 2024, a company in 2026, SILVER for SILVERM. What is cut out of the symbol
 * equals JSON's underlying_symbol on all rows of 2025-08-20.
 */
function cutSymbol(body: string, kind: string, expiry: string, strike: string | null): Cut | null {
  if (kind !== 'FUT' && strike === null) return cutAtExpiry(body, expiry);
  const underlying = symbolBeforeExpiry(body, strike);
  return underlying ? { underlying, strike } : null;
}

/** Where the strike column is empty, the expiry says where its code stands, and the strike follows it. */
function cutAtExpiry(body: string, expiry: string): Cut | null {
  const [year = '', month = '', day = ''] = expiry.split('-');
  for (const code of [year.slice(2) + monthNames[Number(month) - 1], year.slice(2) + '123456789OND'[Number(month) - 1] + day]) {
    const at = body.lastIndexOf(code);
    const strike = at > 0 ? positive(body.slice(at + code.length)) : null;
    if (strike !== null) return { underlying: body.slice(0, at), strike };
  }
  return null;
}

function jsonRow({ number, value }: Element): Parsed {
  const told = value as Readonly<Record<string, unknown>>; // the splitter takes objects only
  const text = (name: string) => {
    const found = told[name];
    // String() of a number is its shortest exact text: numbers here have fewer than 16 digits
    return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
  };
  const key = text('instrument_key');
  if (number === 1 && !('instrument_key' in told && 'segment' in told && 'exchange_token' in told)) {
    throw new UnusableFile(
      `This is not an Upstox dump: its rows have instrument_key, segment and exchange_token. Found: ${Object.keys(told).slice(0, 12).join(', ') || 'an empty object'}.`,
    );
  }
  const segmentName = text('segment');
  const isCash = segmentName === 'NSE_EQ' || segmentName === 'BSE_EQ';
  const expiry = told.expiry;
  if (expiry !== undefined && expiry !== null && typeof expiry !== 'number')
    return unused(segmentName, `the expiry ${JSON.stringify(expiry)} is not a number of milliseconds`);
  // 23:59:59 in India
  const day = typeof expiry === 'number' && expiry > 0 ? dayInIndia(expiry) : null;
  const multiplier = positive(text('qty_multiplier'));
  return row({
    line: number,
    format: 'json',
    segmentName,
    key,
    token: text('exchange_token'),
    brokerSymbol: text('trading_symbol').trim(),
    name: text('name'),
    kind: text('instrument_type'),
    expiry: day,
    strike: positive(text('strike_price')),
    tick: text('tick_size'),
    lot: text('lot_size'),
    isin: text('isin'),
    series: isCash ? textOrNull(text('instrument_type')) : null,
    underlying: textOrNull(text('underlying_symbol')),
    freezeQuantity: quantity(text('freeze_quantity')),
    // 1 on every share and share contract: says nothing
    multiplier: isCash || segmentName === 'NSE_FO' || segmentName === 'BSE_FO' ? null : multiplier,
  });
}

function unused(segmentName: string, reason: string): Parsed {
  const segment = segmentsByName[segmentName];
  return segment ? inSegment(segment, reason) : reason;
}

function row(told: Told): Parsed {
  const segment = segmentsByName[told.segmentName];
  if (!segment) return `the segment ${told.segmentName || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, told));
}

function rowOf(segment: Segment, told: Told): Parsed {
  if (!told.key.startsWith(`${told.segmentName}|`)) return `the instrument_key ${told.key} does not begin with ${told.segmentName}|`;
  const isIndex = segment.endsWith('_INDEX');
  const keyText = told.key.slice(told.segmentName.length + 1);
  if (!isIndex && !isNumericToken(told.token)) return `the exchange_token ${told.token || '(blank)'} is not a number above 0`;
  const common: Common = {
    line: told.line,
    segment,
    exchangeToken: isIndex ? keyText : told.token,
    token: told.key,
    brokerSymbol: told.brokerSymbol || keyText,
    lotSize: quantity(told.lot),
    tickSize: rupees(told.tick, tickShifts[told.format][segment]),
    freezeQuantity: told.freezeQuantity,
    multiplier: told.multiplier,
    isTest: isTestSymbol(told.brokerSymbol) || isTestSymbol(told.name),
  };
  if (isIndex) return indexRow(common, textOrNull(told.name));
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, told);
  return contractRow(common, told);
}

/**
 * The text behind `NSE_INDEX|` is what Upstox knows an index by. Its exchange_token is not kept: blank on 31 to 35 rows of 2024, and
 * all of the 77 indices that are in the files of 2024 and of 2025 changed it (Nifty 50 from 17 to 26000), while none changed its text.
 */
function indexRow(common: Common, name: string | null): Parsed {
  const symbol = indexSymbol(common.segment, common.exchangeToken);
  if (symbol === null) return 'the instrument_key names no index';
  return { ...common, ...noContract, type: 'INDEX', symbol, name, isin: null, series: null };
}

/** The part of the key behind `|` is the ISIN; test rows have `DUMMYSAN005` there, and one real row has a small l in it. */
function cashRow(common: Common, told: Told): Parsed {
  const symbol = canonicalSymbol(told.brokerSymbol);
  if (symbol === null) return `the symbol ${told.brokerSymbol || '(blank)'} is not one`;
  const name = textOrNull(told.name);
  const isin = Isin.safeParse(told.isin).data ?? null;
  const { series } = told;
  return {
    ...common,
    ...noContract,
    type: typeOfCash({ segment: common.segment, symbol, series, isin, name }),
    symbol,
    name,
    isin,
    series,
  };
}

/** Contracts have no name of their own: the name column has the underlying's, or nothing, from year to year. */
function contractRow(common: Common, told: Told): Parsed {
  const { kind, expiry } = told;
  if (kind === 'COM') {
    // `NSE_COM|13 SILVERMICRO, name SILVERMIC`: what futures are written on. JSON has SILVERMIC as the symbol, too, so that stands for both formats
    const symbol = canonicalSymbol(told.name);
    return symbol === null
      ? `the name ${told.name || '(blank)'} is not a symbol`
      : { ...common, ...noContract, brokerSymbol: told.name.trim(), type: 'UNDERLYING', symbol, name: null, isin: null, series: null };
  }
  if (kind !== 'FUT' && kind !== 'CE' && kind !== 'PE') return `${told.brokerSymbol || told.key} is neither a future nor an option`;
  if (expiry === null) return 'a contract without expiry';
  if (kind !== 'FUT' && told.strike === null) return 'an option without strike';
  const symbol = told.underlying && canonicalSymbol(told.underlying);
  if (!symbol) return `the symbol ${told.brokerSymbol} does not tell the underlying`;
  const contract = { ...common, symbol, name: null, isin: null, series: null, expiry };
  return kind === 'FUT'
    ? { ...contract, type: 'FUTURE', strike: null, optionType: null }
    : { ...contract, type: 'OPTION', strike: told.strike, optionType: kind };
}
