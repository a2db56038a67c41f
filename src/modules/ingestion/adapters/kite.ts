import { canonicalSymbol, indexSymbol, splitSeries, typeOfCash, type Segment } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import {
  isDay,
  inSegment,
  isNumericToken,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  refuseSpreadsheetDay,
  textOrNull,
  type Adapter,
  type Parsed,
} from './adapter';
import { csvBatches, readHeader, type Header } from './csv';

/** `last_price` is 0 or stale: it is neither needed nor read. */
const columns = [
  'instrument_token',
  'exchange_token',
  'tradingsymbol',
  'name',
  'expiry',
  'strike',
  'tick_size',
  'lot_size',
  'instrument_type',
  'segment',
  'exchange',
] as const;

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE: 'NSE',
  BSE: 'BSE',
  'NFO-FUT': 'NFO',
  'NFO-OPT': 'NFO',
  'BFO-FUT': 'BFO',
  'BFO-OPT': 'BFO',
  'CDS-FUT': 'CDS',
  'CDS-OPT': 'CDS',
  'BCD-FUT': 'BCD',
  'BCD-OPT': 'BCD',
  'MCX-FUT': 'MCX',
  'MCX-OPT': 'MCX',
  'NCO-FUT': 'NCO',
  'NCO-OPT': 'NCO',
  'NCDEX-FUT': 'NCDEX',
  'NCDEX-OPT': 'NCDEX',
};

/** `256265,1001,NIFTY 50,...,EQ,INDICES,NSE`: indices share the segment INDICES and use the numbers of cash rows. */
const indexSegments: Readonly<Record<string, Segment>> = {
  NSE: 'NSE_INDEX',
  BSE: 'BSE_INDEX',
  MCX: 'MCX_INDEX',
  NCDEX: 'NCDEX_INDEX',
  NSEIX: 'GLOBAL_INDEX',
  GLOBAL: 'GLOBAL_INDEX',
};

const whose = 'a Kite dump';

/** Zerodha Kite's instruments.csv, whole or of one exchange. */
export const kite: Adapter = {
  broker: 'kite',
  formats: ['csv'],
  official: ['https://api.kite.trade/instruments'],
  read: (bytes, part) => csvBatches(bytes, part, { whose, head: (line) => readHeader(line, columns, whose) }, row),
};

function row(line: number, fields: readonly string[], { at }: Header): Parsed {
  const field: Told = (column) => fields[at[column] ?? -1] ?? '';
  const segment = field('segment') === 'INDICES' ? indexSegments[field('exchange')] : segmentsByName[field('segment')];
  if (!segment) return `the segment ${field('segment')} of ${field('exchange')} is unknown`;
  return inSegment(segment, rowOf(segment, field, line));
}

type Told = (column: (typeof columns)[number]) => string;

function rowOf(segment: Segment, field: Told, line: number): Parsed {
  const token = field('instrument_token');
  const exchangeToken = field('exchange_token');
  if (!isNumericToken(token) || !isNumericToken(exchangeToken)) return 'a token is not a number above 0';
  // the low byte is Kite's own number of the feed's segment
  if (Math.floor(Number(token) / 256) !== Number(exchangeToken))
    return `instrument_token ${token} does not belong to exchange_token ${exchangeToken}`;
  const brokerSymbol = field('tradingsymbol').trim();
  const expiry = field('expiry').trim();
  if (expiry !== '' && !isDay(expiry)) {
    // seen in a copy of 2024-04-03
    refuseSpreadsheetDay(expiry, line, 'Kite');
    return `the expiry ${expiry} is not a day`;
  }
  const common = {
    line,
    segment,
    exchangeToken,
    token,
    brokerSymbol,
    isin: null,
    lotSize: quantity(field('lot_size')),
    tickSize: positive(field('tick_size')),
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(brokerSymbol),
  };
  if (field('segment') === 'INDICES') return indexRow(common);
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, textOrNull(field('name')));
  return contractRow(common, field('instrument_type'), field('name').trim(), expiry, positive(field('strike')));
}

type Common = Omit<DumpRow, 'type' | 'symbol' | 'name' | 'series' | 'expiry' | 'strike' | 'optionType'>;

function indexRow(common: Common): Parsed {
  const symbol = indexSymbol(common.segment, common.brokerSymbol);
  if (symbol === null) return 'the symbol is blank';
  // the name column repeats it, some rows with `NSE INDEX ` before it
  return { ...common, ...noContract, type: 'INDEX', symbol, name: common.brokerSymbol, series: null };
}

/** `UNIDT-BE` is UNIDT in BE; no suffix on NSE is EQ. BSE rows carry no group. */
function cashRow(common: Common, name: string | null): Parsed {
  const { segment } = common;
  const listing = segment === 'NSE' ? splitSeries(common.brokerSymbol) : { symbol: common.brokerSymbol, series: null };
  const symbol = canonicalSymbol(listing.symbol);
  if (symbol === null) return `the symbol ${common.brokerSymbol} is not one`;
  const series = segment === 'NSE' ? (listing.series ?? 'EQ') : null;
  return { ...common, ...noContract, type: typeOfCash({ segment, symbol, series, isin: null, name }), symbol, name, series };
}

/** `name` is the underlying's symbol, with which the trading symbol begins. Contracts have no name of their own. */
function contractRow(common: Common, kind: string, underlying: string, expiry: string, strike: string | null): Parsed {
  const symbol = canonicalSymbol(underlying);
  if (symbol === null || !common.brokerSymbol.startsWith(underlying))
    return `the name ${underlying} is not the underlying of ${common.brokerSymbol}`;
  if (expiry === '') return 'a contract without expiry';
  const contract = { ...common, symbol, name: null, series: null, expiry };
  switch (kind) {
    case 'FUT':
      return { ...contract, type: 'FUTURE', strike: null, optionType: null };
    case 'CE':
    case 'PE':
      return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType: kind };
    default:
      return `the instrument_type ${kind} is unknown`;
  }
}
