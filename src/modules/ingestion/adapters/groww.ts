import { canonicalSymbol, indexSymbol, type Segment } from '../../instruments';
import {
  cashRow,
  contractRow,
  indexRow,
  indicesOf,
  isDay,
  inSegment,
  isNumericToken,
  isTestSymbol,
  positive,
  quantity,
  textOrNull,
  type Adapter,
  type Common,
  type Parsed,
} from './adapter';
import { csvTable, type Field } from './csv';

/** Of 19 to 21. */
const columns = [
  'exchange',
  'exchange_token',
  'trading_symbol',
  'name',
  'instrument_type',
  'segment',
  'series',
  'isin',
  'underlying_symbol',
  'expiry_date',
  'strike_price',
  'lot_size',
  'tick_size',
  'freeze_quantity',
] as const;
type GrowwField = Field<(typeof columns)[number]>;

const segmentsByName: Readonly<Record<string, Segment>> = {
  'NSE CASH': 'NSE',
  'BSE CASH': 'BSE',
  'NSE FNO': 'NFO',
  'BSE FNO': 'BFO',
  'MCX COMMODITY': 'MCX',
  'NSE COMMODITY': 'NCO',
};

/** Groww's instrument.csv. */
export const groww: Adapter = {
  broker: 'groww',
  formats: ['csv'],
  identifies: ['isin'],
  official: ['https://growwapi-assets.groww.in/instruments/instrument.csv'],
  read: (bytes, part) => csvTable(bytes, part, { whose: 'a Groww dump', columns }, row),
};

function row(field: GrowwField, line: number): Parsed {
  const segment = segmentsByName[`${field('exchange').trim()} ${field('segment').trim()}`];
  if (!segment) return `the segment ${field('segment')} of ${field('exchange')} is unknown`;
  return inSegment(segment, rowOf(segment, field, line));
}

function rowOf(segment: Segment, field: GrowwField, line: number): Parsed {
  const token = field('exchange_token').trim();
  const brokerSymbol = field('trading_symbol').trim();
  if (token === '' || brokerSymbol === '') return `the ${token === '' ? 'exchange_token' : 'trading_symbol'} is blank`;
  const indices = field('instrument_type').trim() === 'IDX' ? indicesOf[segment] : undefined;
  if (!indices && !isNumericToken(token)) return `the exchange_token ${token} is not a number above 0`;
  const common = {
    line,
    segment,
    exchangeToken: token,
    token,
    brokerSymbol,
    lotSize: quantity(field('lot_size')),
    // rupees, as Groww documents; its users take those of MCX for paise, so they are not used
    tickSize: segment === 'MCX' || segment === 'NCO' ? null : positive(field('tick_size')),
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(brokerSymbol),
  };
  if (indices) return index(indices, common, field);
  return segment === 'NSE' || segment === 'BSE' ? cash(common, field) : contract(common, field);
}

/** `NSE,NIFTY,NIFTY,NSE-NIFTY,NIFTY 50,IDX,CASH,,NIFTY`: its symbol stands for token and ISIN, too. */
function index(segment: Segment, common: Common, field: GrowwField): Parsed {
  const symbol = indexSymbol(segment, common.brokerSymbol);
  return symbol === null ? `the trading_symbol ${common.brokerSymbol} names no index` : indexRow(common, segment, symbol, field('name'));
}

function cash(common: Common, field: GrowwField): Parsed {
  const symbol = canonicalSymbol(common.brokerSymbol);
  if (symbol === null) return `the trading_symbol ${common.brokerSymbol} is not a symbol`;
  return cashRow(common, { symbol, series: textOrNull(field('series')), isin: field('isin'), name: field('name') });
}

function contract(common: Common, field: GrowwField): Parsed {
  const symbol = canonicalSymbol(field('underlying_symbol'));
  if (symbol === null) return `the underlying_symbol ${field('underlying_symbol').trim() || '(blank)'} is not a symbol`;
  const expiry = field('expiry_date').trim();
  if (expiry === '') return 'a contract without expiry';
  if (!isDay(expiry)) return `the expiry_date ${expiry} is not a day`;
  const kind = field('instrument_type').trim();
  if (kind !== 'FUT' && kind !== 'CE' && kind !== 'PE') return `the instrument_type ${kind || '(blank)'} is unknown`;
  const freezeQuantity = freezeQuantityOf(common.segment, field('freeze_quantity'));
  return contractRow({ ...common, freezeQuantity }, { symbol, expiry, kind, strike: positive(field('strike_price')) });
}

/** Groww has the least quantity that is frozen: 601 and 1801 where NSE's limits, and Upstox's, are 600 and 1800. Unproven for the others. */
function freezeQuantityOf(segment: Segment, text: string): number | null {
  const least = segment === 'NFO' ? quantity(text) : null;
  return least !== null && least > 1 ? least - 1 : null;
}
