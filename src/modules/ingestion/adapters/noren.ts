import { canonicalSymbol, decimal, indexSymbol, splitSeries, typeOfCash, type Decimal, type Segment } from '../../instruments';
import { UnusableFile, type DumpRow } from '../domain/dump-row';
import {
  inSegment,
  isNumericToken,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  symbolBeforeExpiry,
  textOrNull,
  writtenDay,
  type Adapter,
  type Parsed,
} from './adapter';
import { csvBatches, readHeader, type Header, type Line } from './csv';

/** In every file: of cash, of contracts, with the trailing comma or (Flattrade) without. */
const columns = ['exchange', 'token', 'lotsize', 'symbol', 'tradingsymbol', 'instrument'] as const;

/** Flattrade's files have no tick; the factor of a lot is `Multiplier` in CDS and `GNGD` in MCX. */
const optional = ['ticksize', 'multiplier', 'gngd'] as const;

type Column = (typeof columns)[number] | (typeof optional)[number] | 'expiry' | 'optiontype' | 'strikeprice' | 'strike';

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE: 'NSE',
  BSE: 'BSE',
  NFO: 'NFO',
  BFO: 'BFO',
  CDS: 'CDS',
  BCD: 'BCD',
  MCX: 'MCX',
  NCX: 'NCDEX',
};

/** `NSE,26000,1,Nifty 50,NIFTY INDEX,INDEX,0,`: indices stand among the cash rows. */
const indexSegments: Readonly<Record<string, Segment>> = {
  NSE: 'NSE_INDEX',
  BSE: 'BSE_INDEX',
  MCX: 'MCX_INDEX',
  NCX: 'NCDEX_INDEX',
};

/** Brokers on the Noren platform publish one file of the same make for each exchange. */
const noren = (broker: string, official: readonly string[] = []): Adapter => ({
  broker,
  formats: ['csv'],
  identifies: ['series'],
  official,
  // Flattrade has two files for NFO, and for BFO: both in one zip are one dump
  entries: /\.(txt|csv)$/i,
  // `,,,,,,,,` ends Flattrade's file of BSE
  read: (bytes, part) => csvBatches(bytes, part, { whose, head: headerOf, isBlank }, row),
});

const perExchange = (address: string, exchanges: readonly string[]) => exchanges.map((one) => address.replace('*', one));
const exchanges = ['NSE', 'BSE', 'NFO', 'BFO', 'CDS', 'MCX'];

export const shoonya = noren('shoonya', perExchange('https://api.shoonya.com/*_symbols.txt.zip', [...exchanges, 'NCX']));
export const flattrade = noren('flattrade');
export const zebu = noren('zebu', perExchange('https://go.mynt.in/*_symbols.txt.zip', [...exchanges, 'BCD']));
export const tradesmart = noren('tradesmart', perExchange('https://v2api.tradesmartonline.in/*_symbols.txt.zip', exchanges));

const whose = 'a dump of a Noren broker';
const isBlank = ({ fields }: Line) => fields?.every((field) => field.trim() === '') === true;

/** Files of cash have no expiry; where there is one, there are option type and strike (`StrikePrice`; `Strike` at Flattrade and in Zebu's BFO). */
function headerOf(line: Parameters<typeof readHeader>[0]): Header {
  const names = (line?.fields ?? []).map((name) => name.trim().toLowerCase());
  const contract: Column[] = names.includes('expiry') ? ['expiry', 'optiontype', names.includes('strike') ? 'strike' : 'strikeprice'] : [];
  return readHeader(line, [...columns, ...contract, ...optional.filter((name) => names.includes(name))], whose);
}

type Common = Omit<DumpRow, 'type' | 'symbol' | 'series' | 'expiry' | 'strike' | 'optionType'>;

type Field = (column: Column) => string;

function row(line: number, fields: readonly string[], { at }: Header): Parsed {
  const field: Field = (column) => fields[at[column] ?? -1]?.trim() ?? '';
  const exchange = field('exchange');
  const segment = (field('instrument') === 'INDEX' ? indexSegments : segmentsByName)[exchange];
  if (!segment) return `the exchange ${exchange || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, field, line, at.expiry !== undefined));
}

function rowOf(segment: Segment, field: Field, line: number, hasExpiry: boolean): Parsed {
  const [exchange, kind, token] = [field('exchange'), field('instrument'), field('token')];
  const isIndex = kind === 'INDEX';
  // NCDEX's are text
  if (segment === 'NCDEX' || isIndex ? token === '' : !isNumericToken(token))
    return `the token ${token || '(blank)'} is not a number above 0`;
  const name = field('symbol');
  const brokerSymbol = field('tradingsymbol');
  const lotSize = quantity(field('lotsize'));
  const common: Common = {
    line,
    segment,
    exchangeToken: token,
    // what a subscription takes
    token: `${exchange}|${token}`,
    brokerSymbol,
    name: null,
    isin: null,
    lotSize,
    tickSize: positive(field('ticksize')),
    freezeQuantity: null,
    multiplier: multiplierOf(lotSize, positive(field('multiplier')) ?? positive(field('gngd'))),
    isTest: isTestSymbol(name),
  };
  if (isIndex) return indexRow(common, name);
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, name, kind);
  if (kind.startsWith('UND')) return underlyingRow(common, name);
  if (!hasExpiry) throw new UnusableFile(`This is not ${whose}: it has rows of ${exchange}, and the column expiry is missing.`);
  return contractRow(common, name, kind, {
    expiry: field('expiry'),
    side: field('optiontype'),
    strike: positive(field('strikeprice')) ?? positive(field('strike')),
  });
}

/**
 * Units of the price in a lot, exactly: ZINC 5 (tonnes) x 1000 (kilograms), GOLDM 100 (grams) x 0.1 (of 10 grams), USDINR 1 x 1000.
 * Equals Upstox's qty_multiplier for each commodity that both have.
 */
function multiplierOf(lotSize: number | null, factor: Decimal | null): Decimal | null {
  if (lotSize === null || factor === null) return null;
  const [whole = '', fraction = ''] = factor.split('.');
  return decimal(String(BigInt(lotSize) * BigInt(whole + fraction)), fraction.length);
}

/** TradingSymbol is a shorter name of the broker's own (`NIFTY INDEX`, `FINNIFTY`); Symbol is close to NSE's. An index has neither lot nor tick. */
function indexRow(common: Common, name: string): Parsed {
  const symbol = indexSymbol(common.segment, name);
  if (symbol === null) return 'the symbol is blank';
  return { ...common, ...noContract, type: 'INDEX', symbol, name, series: null, lotSize: null, tickSize: null };
}

/** NSE: `ACMETEA,ACMETEA-BE,BE`. BSE: `ACMETEA,ACMETEA,A`. */
function cashRow(common: Common, name: string, kind: string): Parsed {
  const { segment, brokerSymbol } = common;
  const symbol = canonicalSymbol(name);
  if (symbol === null) return `the symbol ${name || '(blank)'} is not one`;
  // BSE's file of 2024 has `JK,12:,AGRI`: a name of two words in place of three columns
  if (!brokerSymbol.startsWith(name)) return `the trading symbol ${brokerSymbol} is not that of ${name}`;
  const series = textOrNull(kind) ?? (segment === 'NSE' ? splitSeries(brokerSymbol).series : null);
  return { ...common, ...noContract, type: typeOfCash({ segment, symbol, series, isin: null, name: null }), symbol, series };
}

/** `CDS,1,1,4,1000,USDINR,USDINR,,UNDCUR,,,`: what contracts are written on, and cannot be traded. */
function underlyingRow(common: Common, name: string): Parsed {
  const symbol = canonicalSymbol(name);
  if (symbol === null) return `the symbol ${name || '(blank)'} is not one`;
  return { ...common, ...noContract, type: 'UNDERLYING', symbol, series: null, lotSize: null, multiplier: null };
}

type Terms = { readonly expiry: string; readonly side: string; readonly strike: Decimal | null };

/** A future has the option type XX and the strike 0, -0.01 or -1e-07. */
function contractRow(common: Common, name: string, kind: string, { expiry: written, side, strike }: Terms): Parsed {
  const isFuture = kind.startsWith('FUT');
  if (!isFuture && !kind.startsWith('OPT')) return `the instrument ${kind || '(blank)'} is unknown`;
  if (written === '') return 'a contract without expiry';
  const expiry = writtenDay(written);
  if (expiry === null) return `the expiry ${written} is not a day`;
  const underlying = underlyingOf(common.brokerSymbol, name, isFuture ? null : strike);
  const symbol = underlying && canonicalSymbol(underlying);
  if (!symbol) return `the trading symbol ${common.brokerSymbol} does not tell the underlying`;
  const contract = { ...common, symbol, series: null, expiry };
  if (isFuture) return { ...contract, type: 'FUTURE', strike: null, optionType: null };
  if (side !== 'CE' && side !== 'PE') return `the option type ${side || '(blank)'} is unknown`;
  return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType: side };
}

/**
 * The Symbol column is the underlying where the trading symbol begins with it (`NIFTY`, `NIFTY27JUL23F`). BSE's contracts have a mnemonic
 * there (`BSXOPT`, `SENSEX2492080000CE`), and a trading symbol like Kite's.
 */
function underlyingOf(tradingSymbol: string, name: string, strike: Decimal | null): string | null {
  if (name !== '' && tradingSymbol.startsWith(name)) return name;
  const body = tradingSymbol.replace(/(FUT|CE|PE)$/, '');
  return symbolBeforeExpiry(body, strike !== null && body.endsWith(strike) ? strike : null);
}
