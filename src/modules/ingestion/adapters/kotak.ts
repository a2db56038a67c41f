import { canonicalSymbol, indexSymbol, type Day, type Segment } from '../../instruments';
import {
  cashRow,
  contractRow,
  dayInIndia,
  indexRow,
  indicesOf,
  inSegment,
  isNumericToken,
  isTestSymbol,
  quantity,
  rupees,
  textOrNull,
  underlyingRow,
  type Adapter,
  type Common,
  type Parsed,
  type Shift,
} from './adapter';
import { csvTable, type Field } from './csv';

/** Of 79. The file writes some with blanks behind, and `dStrikePrice;`. */
const columns = [
  'psymbol',
  'pgroup',
  'pexchseg',
  'pinsttype',
  'psymbolname',
  'ptrdsymbol',
  'poptiontype',
  'pisin',
  'dticksize',
  'llotsize',
  'lexpirydate',
  'dstrikeprice',
] as const;
const optional = ['pdesc', 'lprecision'] as const;
type KotakField = Field<(typeof columns)[number] | (typeof optional)[number]>;

type Exchange = { readonly segment: Segment; readonly epoch: 1970 | 1980 };

/** `epoch`: from when expiries count (Kotak's documentation of nse_fo, cde_fo, bse_fo and mcx_fo; nse_com is taken to be like NSE's others). */
const exchanges: Readonly<Record<string, Exchange>> = {
  nse_cm: { segment: 'NSE', epoch: 1980 },
  bse_cm: { segment: 'BSE', epoch: 1970 },
  nse_fo: { segment: 'NFO', epoch: 1980 },
  bse_fo: { segment: 'BFO', epoch: 1970 },
  cde_fo: { segment: 'CDS', epoch: 1980 },
  mcx_fo: { segment: 'MCX', epoch: 1970 },
  nse_com: { segment: 'NCO', epoch: 1980 },
};

/** Kotak Neo's scrip master: a CSV for each segment, or a zip that somebody has made of them. */
export const kotak: Adapter = {
  broker: 'kotak',
  formats: ['csv'],
  identifies: ['isin', 'series'],
  entries: /(?:^|\/)(?:nse_cm|bse_cm|nse_fo|bse_fo|cde_fo|mcx_fo|nse_com)(?:-v1)?\.csv$/i,
  read: (bytes, part) => csvTable(bytes, part, { whose: 'a Kotak dump', columns, optional }, row),
};

function row(field: KotakField, line: number): Parsed {
  const name = field('pexchseg').trim();
  const exchange = exchanges[name];
  if (!exchange) return `the pExchSeg ${name || '(blank)'} is unknown`;
  return inSegment(exchange.segment, rowOf(exchange, name, field, line));
}

function rowOf(exchange: Exchange, name: string, field: KotakField, line: number): Parsed {
  const token = field('psymbol').trim();
  const brokerSymbol = field('ptrdsymbol').trim();
  if (token === '' || brokerSymbol === '') return `the ${token === '' ? 'pSymbol' : 'pTrdSymbol'} is blank`;
  const shift = shiftOf(field('lprecision').trim());
  const common = {
    line,
    segment: exchange.segment,
    exchangeToken: token,
    // what quotes and the feed take
    token: `${name}|${token}`,
    brokerSymbol,
    lotSize: quantity(field('llotsize')),
    tickSize: shift === null ? null : rupees(withoutExponent(field('dticksize')), shift),
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(brokerSymbol),
  };
  // `26000,,nse_cm,,NIFTY,NIFTY`: neither a group nor an ISIN
  const indices = indicesOf[exchange.segment];
  if (indices && field('pgroup').trim() === '' && field('pisin').trim() === '') return index(indices, common, field);
  if (!isNumericToken(token)) return `the pSymbol ${token} is not a number above 0`;
  return indices ? cash(common, field) : contract(exchange, common, field, shift);
}

/** Prices are whole numbers of which `lPrecision` places stand behind the point: paise, where the file does not tell. */
function shiftOf(precision: string): Shift | null {
  switch (precision) {
    case '':
    case '2':
      return 2;
    case '4':
      return 4;
    case '7':
      return 7;
    default:
      return null;
  }
}

/** `1.485e+07` is 14850000: so are large strikes of MCX written. */
const withoutExponent = (text: string) =>
  text.trim().replace(/^(\d+)(?:\.(\d*))?e\+?(\d{1,2})$/i, (_, whole: string, fraction: string | undefined, exponent: string) => {
    const places = (fraction ?? '').padEnd(Number(exponent), '0');
    return `${whole}${places.slice(0, Number(exponent))}.${places.slice(Number(exponent))}`;
  });

function index(segment: Segment, common: Common, field: KotakField): Parsed {
  const symbol = indexSymbol(segment, field('psymbolname'));
  return symbol === null ? 'the pSymbolName is blank' : indexRow(common, segment, symbol, field('pdesc'));
}

function cash(common: Common, field: KotakField): Parsed {
  const symbol = canonicalSymbol(field('psymbolname'));
  if (symbol === null) return `the pSymbolName ${field('psymbolname') || '(blank)'} is not a symbol`;
  return cashRow(common, { symbol, series: textOrNull(field('pgroup')), isin: field('pisin'), name: field('pdesc') });
}

function contract(exchange: Exchange, common: Common, field: KotakField, shift: Shift | null): Parsed {
  const { brokerSymbol } = common;
  if (/^(?:UND|COMDTY)/.test(field('pinsttype').trim())) {
    const symbol = canonicalSymbol(field('psymbolname'));
    return symbol === null ? `the pSymbolName ${field('psymbolname') || '(blank)'} is not a symbol` : underlyingRow(common, symbol, null);
  }
  const seconds = Number(field('lexpirydate'));
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return 'a contract without expiry';
  const read = readExpiry(seconds, exchange.epoch, brokerSymbol);
  const symbol = read && canonicalSymbol(read.underlying);
  if (!read || symbol === null) return `the lExpiryDate ${seconds}, from 1970 or from 1980, is not the expiry in ${brokerSymbol}`;
  const type = field('poptiontype').trim();
  if (type === '' || type === 'XX') return contractRow(common, { symbol, expiry: read.expiry, kind: 'FUT', strike: null });
  if (type !== 'CE' && type !== 'PE') return `the pOptionType ${type} is unknown`;
  if (shift === null) return `the lPrecision ${field('lprecision')} is unknown`;
  const strike = rupees(withoutExponent(field('dstrikeprice')), shift);
  return contractRow(common, { symbol, expiry: read.expiry, kind: type, strike });
}

/**
 * Seconds from 1970 in UTC to 1980 in India. Kotak documents 315,511,200 and clients use 315,532,800, too: NSE's contracts end
 * at 14:30 of the clock, so that all three give the same day.
 */
const secondsTo1980 = 315_513_000;

type Expiry = { readonly expiry: Day; readonly underlying: string };

/**
 * Both ways of counting are ten years apart, so only one can give the expiry that stands in the trading symbol: the documented one is
 * tried first, for a strike of 1600 behind 26AUG would make 26 August 2016 plausible, too. What stands before it is the underlying.
 */
function readExpiry(seconds: number, epoch: 1970 | 1980, brokerSymbol: string): Expiry | null {
  for (const offset of epoch === 1980 ? [secondsTo1980, 0] : [0, secondsTo1980]) {
    const expiry = dayInIndia((seconds + offset) * 1000);
    const underlying = expiry && textBeforeExpiry(brokerSymbol, expiry);
    if (expiry && underlying) return { expiry, underlying };
  }
  return null;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Expiries are written `26AUG` (monthly), `26818` (weekly; O, N, D for the last months) and, on MCX, `25SEP26`. Null when it is none of these. */
function textBeforeExpiry(brokerSymbol: string, expiry: Day): string | null {
  const [year = '', month = '', day = ''] = expiry.slice(2).split('-');
  const name = monthNames[Number(month) - 1] ?? '';
  const codes = [year + name, year + ('123456789OND'[Number(month) - 1] ?? '') + day, day + name + year];
  const places = codes.map((code) => brokerSymbol.indexOf(code)).filter((place) => place > 0);
  return places.length > 0 ? brokerSymbol.slice(0, Math.min(...places)) : null;
}
