import { canonicalSymbol, decimal, indexSymbol, Isin, typeOfCash, type Decimal, type Segment } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import {
  inSegment,
  isNumericToken,
  isRow,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  textOrNull,
  writtenDay,
  type Adapter,
  type Parsed,
} from './adapter';
import { csvBatches, readHeader, type Header, type Line } from './csv';

/** Units of quantity and price and the texts of surveillance measures are not read. */
const columns = [
  'exchangetoken',
  'tradingsymbol',
  'symbolname',
  'description',
  'expiry',
  'strikeprice',
  'ticksize',
  'lotsize',
  'optiontype',
  'series',
  'assettype',
  'exchange',
  'isin',
  'multiplier',
  'asmgsmflag',
  'asmgsmmsg',
] as const;

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE: 'NSE',
  BSE: 'BSE',
  NFO: 'NFO',
  BFO: 'BFO',
  CDS: 'CDS',
  MCX: 'MCX',
  NCDEX: 'NCDEX',
};

/** Indices have the exchange of their cash market and the asset type INDEX. */
const indexSegments: Readonly<Record<string, Segment>> = { NSE: 'NSE_INDEX', BSE: 'BSE_INDEX', MCX: 'MCX_INDEX', NCDEX: 'NCDEX_INDEX' };

/** Nuvama's instruments.csv, alone or in instruments.zip. */
export const nuvama: Adapter = {
  broker: 'nuvama',
  formats: ['csv'],
  identifies: ['isin', 'series'],
  official: ['https://nc.nuvamawealth.com/app/toccontracts/instruments.zip'],
  read(bytes, part) {
    const cashLines = new Set<string>();
    const head = (line: Line | undefined) => readHeader(line, columns, whose);
    return csvBatches(bytes, part, { whose, head }, (number, fields, header, raw) => {
      const parsed = row(number, fields, header);
      return isRow(parsed) && isCash(parsed.segment) ? inSegment(parsed.segment, once(parsed, raw, cashLines)) : parsed;
    });
  },
};

const whose = 'a Nuvama dump';
const isCash = (segment: Segment) => segment === 'NSE' || segment === 'BSE';

/** 1,286 to 1,288 of NSE's debentures are there twice, word for word (2025-09-17 to 19). Where two lines differ, the run refuses the file. */
function once(parsed: DumpRow, raw: string, lines: Set<string>): Parsed {
  if (lines.has(raw)) return 'an earlier line says the same, word for word';
  lines.add(raw);
  return parsed;
}

type Field = (column: (typeof columns)[number]) => string;
type Common = Omit<DumpRow, 'type' | 'symbol' | 'name' | 'isin' | 'series' | 'expiry' | 'strike' | 'optionType' | 'isTest'>;
function row(line: number, fields: readonly string[], { at }: Header): Parsed {
  const field: Field = (column) => fields[at[column] ?? -1]?.trim() ?? '';
  const exchange = field('exchange');
  const isIndex = field('assettype') === 'INDEX';
  const segment = (isIndex ? indexSegments : segmentsByName)[exchange];
  if (!segment) return `the exchange ${exchange || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, isIndex, field, line));
}

function rowOf(segment: Segment, isIndex: boolean, field: Field, line: number): Parsed {
  const [exchange, token] = [field('exchange'), field('exchangetoken')];
  const exchangeToken = isIndex ? token : tokenAt(exchange, token);
  if (!exchangeToken) return `the exchangetoken ${token || '(blank)'} is none of ${exchange}`;
  const common: Common = {
    line,
    segment,
    exchangeToken,
    token,
    brokerSymbol: field('tradingsymbol'),
    lotSize: quantity(field('lotsize')),
    tickSize: price(field('ticksize')),
    freezeQuantity: null,
    // 1000 of currencies; the 1 of all others (SILVERM, too, of which a lot is 5) says nothing
    multiplier: field('multiplier') === '1' ? null : positive(field('multiplier')),
  };
  if (isIndex) return indexRow(common, field);
  if (isCash(segment)) return cashRow(common, field);
  return contractRow(common, field);
}

/** `531716_BSE` is BSE's 531716, `BAJRA20FEB2026_NCDEX` NCDEX's BAJRA20FEB2026: there a token is text. Null when it is no token of this exchange. */
function tokenAt(exchange: string, text: string): string | null {
  if (!text.endsWith(`_${exchange}`)) return null;
  const token = text.slice(0, -exchange.length - 1);
  return isNumericToken(token) || (exchange === 'NCDEX' && /^[A-Z]/.test(token)) ? token : null;
}

/** Rupees; small ones are written `1.0E-4`. */
function price(text: string): Decimal | null {
  const [, mantissa, places] = /^([\d.]+)E-(\d)$/.exec(text) ?? [];
  return mantissa ? decimal(mantissa, Number(places)) : positive(text);
}

/** `-29,Nifty 50,Nifty 50,Nifty 50,,,,,,,INDEX,NSE`: the number is Nuvama's own. */
function indexRow(common: Common, field: Field): Parsed {
  const symbol = indexSymbol(common.segment, common.brokerSymbol);
  if (symbol === null) return 'the tradingsymbol is blank';
  const nothing = { ...noContract, isin: null, series: null, isTest: false };
  return { ...common, ...nothing, type: 'INDEX', symbol, name: textOrNull(field('description')) };
}

/** The tradingsymbol of a cash row is its ISIN. Its symbolname ends with the series on NSE, but for EQ; `KLBRENG-B` on BSE is whole. */
function cashRow(common: Common, field: Field): Parsed {
  const { segment } = common;
  const series = textOrNull(field('series'));
  const listed = field('symbolname');
  const symbol = canonicalSymbol(
    segment === 'NSE' && series && listed.endsWith(`-${series}`) ? listed.slice(0, -series.length - 1) : listed,
  );
  if (symbol === null) return `the symbolname ${listed || '(blank)'} is not a symbol`;
  const isin = Isin.safeParse(field('isin')).data ?? null;
  const name = textOrNull(field('description'));
  const type = typeOfCash({ segment, symbol, series, isin, name });
  const surveillance = surveillanceIn(field('asmgsmflag'), field('asmgsmmsg'));
  return { ...common, ...noContract, type, symbol, name, isin, series, surveillance, isTest: isTestSymbol(symbol) };
}

/** `Security is under -Stage I ESM Scrip. Would you like to continue?`: what is asked of traders is no reason. */
function surveillanceIn(flag: string, message: string): string {
  if (flag !== 'true') return '';
  return message.replace(/^Security is under\s*-\s*/, '').replace(/\s*Would you like to continue\?$/, '') || 'not said why';
}

/** `symbolname` is the underlying's symbol, but for options of NCDEX, where it is the future they are written on: `GUARSEED1020MAR2026`. */
function contractRow(common: Common, field: Field): Parsed {
  const told = field('symbolname');
  const symbol = canonicalSymbol(common.segment === 'NCDEX' ? told.replace(/\d{2}[A-Z]{3}\d{4}$/, '') : told);
  if (symbol === null) return `the symbolname ${told || '(blank)'} is not a symbol`;
  const expiry = writtenDay(field('expiry'));
  if (expiry === null) return field('expiry') ? `the expiry ${field('expiry')} is not a day` : 'a contract without expiry';
  const contract = { ...common, symbol, name: null, isin: null, series: null, expiry, isTest: isTestSymbol(symbol) };
  const optionType = field('optiontype');
  switch (optionType) {
    case 'XX':
      return { ...contract, type: 'FUTURE', strike: null, optionType: null };
    case 'CE':
    case 'PE': {
      const strike = price(field('strikeprice'));
      return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType };
    }
    default:
      return `the optiontype ${optionType || '(blank)'} is unknown`;
  }
}
