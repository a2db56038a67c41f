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

/** QtyLimit is 5paisa's own limit of an order and not read. */
const columns = [
  'exch',
  'exchtype',
  'scripcode',
  'name',
  'expiry',
  'scriptype',
  'strikerate',
  'fullname',
  'ticksize',
  'lotsize',
  'multiplier',
  'symbolroot',
  'isin',
  'series',
] as const;
type FivepaisaField = Field<(typeof columns)[number]>;

/** By Exch (NSE, BSE, MCX) and ExchType (cash, derivatives, currencies). */
const segmentsByName: Readonly<Record<string, Segment>> = {
  'N C': 'NSE',
  'B C': 'BSE',
  'N D': 'NFO',
  'B D': 'BFO',
  'N U': 'CDS',
  'B U': 'BCD',
  'M D': 'MCX',
};

/** `N,C,999920000,NIFTY`: indices stand among cash rows, with codes beyond the exchanges' own. */
const lastCodeOfExchange = 999_900;

/** 5paisa's scrip master, whole (`segment/all`) or of one segment. */
export const fivepaisa: Adapter = {
  broker: 'fivepaisa',
  formats: ['csv'],
  identifies: ['isin'],
  official: ['https://openapi.5paisa.com/VendorsAPI/Service1.svc/ScripMaster/segment/all'],
  read: (bytes, part) => csvTable(bytes, part, { whose: 'a 5paisa dump', columns }, row),
};

function row(field: FivepaisaField, line: number): Parsed {
  const segment = segmentsByName[`${field('exch').trim()} ${field('exchtype').trim()}`];
  if (!segment) return `the Exch ${field('exch')} with the ExchType ${field('exchtype')} is unknown`;
  return inSegment(segment, rowOf(segment, field, line));
}

function rowOf(segment: Segment, field: FivepaisaField, line: number): Parsed {
  const token = field('scripcode').trim();
  if (!isNumericToken(token)) return `the ScripCode ${token || '(blank)'} is not a number above 0`;
  const brokerSymbol = field('name').trim();
  if (brokerSymbol === '') return 'the Name is blank';
  const common = {
    line,
    segment,
    exchangeToken: token,
    token,
    brokerSymbol,
    lotSize: quantity(field('lotsize')),
    tickSize: positive(field('ticksize')),
    freezeQuantity: null,
    // 1 says nothing, and nothing tells what it means on MCX
    multiplier: segment === 'CDS' || segment === 'BCD' ? multiplierOf(field('multiplier')) : null,
    isTest: isTestSymbol(brokerSymbol),
  };
  const indices = indicesOf[segment];
  if (!indices) return contract(common, field);
  return Number(token) > lastCodeOfExchange ? index(indices, common, field) : cash(common, field);
}

function multiplierOf(text: string): string | null {
  const multiplier = positive(text);
  return multiplier === '1' ? null : multiplier;
}

function index(segment: Segment, common: Common, field: FivepaisaField): Parsed {
  const symbol = indexSymbol(segment, textOrNull(field('symbolroot')) ?? common.brokerSymbol);
  return symbol === null ? `the SymbolRoot ${field('symbolroot')} names no index` : indexRow(common, segment, symbol, field('fullname'));
}

function cash(common: Common, field: FivepaisaField): Parsed {
  const root = textOrNull(field('symbolroot')) ?? common.brokerSymbol;
  const symbol = canonicalSymbol(root);
  if (symbol === null) return `the SymbolRoot ${root} is not a symbol`;
  const series = seriesOf(common.segment, field('series'));
  return cashRow(common, { symbol, series, isin: field('isin'), name: field('fullname') });
}

/** Blanks, and XX on contracts; what BSE's rows have of NSE's series are no groups of BSE. */
function seriesOf(segment: Segment, text: string): string | null {
  const series = textOrNull(text);
  return series === 'XX' || (segment === 'BSE' && (series === 'EQ' || series === 'BE')) ? null : series;
}

function contract(common: Common, field: FivepaisaField): Parsed {
  // never blank on a contract: NIFTY, BANKNIFTY, SENSEX, or the share's symbol
  const symbol = canonicalSymbol(field('symbolroot'));
  if (symbol === null) return `the SymbolRoot ${field('symbolroot').trim() || '(blank)'} is not a symbol`;
  // `2026-10-29 14:30:00`; 1980-01-01 is none
  const expiry = field('expiry').trim().slice(0, 10);
  if (expiry === '' || expiry === '1980-01-01') return 'a contract without expiry';
  if (!isDay(expiry)) return `the Expiry ${field('expiry')} is not a day`;
  const type = field('scriptype').trim();
  if (type !== 'XX' && type !== 'CE' && type !== 'PE') return `the ScripType ${type || '(blank)'} is unknown`;
  return contractRow(common, { symbol, expiry, kind: type === 'XX' ? 'FUT' : type, strike: positive(field('strikerate')) });
}
