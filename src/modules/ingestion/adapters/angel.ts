import { canonicalSymbol, indexSymbol, typeOfCash, type Segment } from '../../instruments';
import { UnusableFile, type DumpRow } from '../domain/dump-row';
import {
  batches,
  counting,
  detectFormat,
  everySegment,
  inSegment,
  isNumericToken,
  isTestSymbol,
  isUnderlying,
  noContract,
  quantity,
  rupees,
  symbolBeforeExpiry,
  writtenDay,
  type Adapter,
  type Parsed,
  type Shift,
} from './adapter';
import { jsonElements, type Element } from './json-array';

const properties = ['token', 'symbol', 'name', 'expiry', 'strike', 'lotsize', 'instrumenttype', 'exch_seg', 'tick_size'] as const;

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE: 'NSE',
  BSE: 'BSE',
  NFO: 'NFO',
  BFO: 'BFO',
  CDS: 'CDS',
  MCX: 'MCX',
  NCO: 'NCO',
  NCDEX: 'NCDEX',
};

/** Indices, of the type AMXIDX, share the exchange's name with what is traded there. */
const indexSegments: Readonly<Record<string, Segment>> = {
  NSE: 'NSE_INDEX',
  BSE: 'BSE_INDEX',
  MCX: 'MCX_INDEX',
  NCDEX: 'NCDEX_INDEX',
};

/** Strike and tick. Measured: JPYINR 59 is 590000000, NCO's SILVER 123,250 is 1232500000, everything else is in paise. */
const shifts: Readonly<Record<Segment, Shift>> = { ...everySegment(2), CDS: 7, NCO: 4 };

/** Angel One's OpenAPIScripMaster.json: every value in it is a string. */
export const angel: Adapter = {
  broker: 'angel',
  formats: ['json'],
  official: ['https://margincalculator.angelone.in/OpenAPI_File/files/OpenAPIScripMaster.json'],
  async *read(bytes) {
    const progress = { bytes: 0 };
    const detected = await detectFormat(counting(bytes, progress));
    if (detected.format !== 'json')
      throw new UnusableFile('This is not an Angel One dump: a JSON array is expected, and the file holds something else.');
    yield* batches(jsonElements(detected.bytes), progress, row, ({ number, value }) => ({ line: number, raw: JSON.stringify(value) }));
  },
};

type Common = Omit<DumpRow, 'type' | 'symbol' | 'name' | 'series' | 'expiry' | 'strike' | 'optionType'>;
function row({ number, value }: Element): Parsed {
  const told = value as Readonly<Record<string, unknown>>; // the splitter takes objects only
  if (number === 1) requireProperties(told);
  const text: Text = (property) => {
    const found = told[property];
    return typeof found === 'string' ? found.trim() : '';
  };
  const kind = text('instrumenttype');
  const segment = (kind === 'AMXIDX' ? indexSegments : segmentsByName)[text('exch_seg')];
  if (!segment) return `the exch_seg ${text('exch_seg') || '(blank)'}${kind && ` of ${kind}`} is unknown`;
  return inSegment(segment, rowOf(segment, kind, text, number));
}

type Text = (property: (typeof properties)[number]) => string;

function rowOf(segment: Segment, kind: string, text: Text, line: number): Parsed {
  const token = text('token');
  // NCDEX has text: `BAJRA20FEB2026`
  if (segment === 'NCDEX' ? !/^[A-Z]/.test(token) : !isNumericToken(token))
    return `the token ${token || '(blank)'} is not ${segment === 'NCDEX' ? 'a name' : 'a number above 0'}`;
  const brokerSymbol = text('symbol');
  const common: Common = {
    line,
    segment,
    exchangeToken: token,
    token,
    brokerSymbol,
    isin: null,
    lotSize: quantity(text('lotsize')),
    tickSize: rupees(text('tick_size'), shifts[segment]),
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(brokerSymbol),
  };
  if (kind === 'AMXIDX') return indexRow(common);
  if (isUnderlying(kind)) return underlyingRow(common, text('name'));
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, text('name'));
  return contractRow(common, kind, text('name'), text('expiry'), rupees(text('strike'), shifts[segment]));
}

function requireProperties(told: Readonly<Record<string, unknown>>): void {
  const missing = properties.filter((property) => !(property in told));
  if (missing.length > 0) {
    throw new UnusableFile(
      `This is not an Angel One dump: its first row lacks ${missing.join(', ')}. Found: ${Object.keys(told).slice(0, 12).join(', ') || 'an empty object'}.`,
    );
  }
}

/** Their tokens, `99926000`, are Angel's own. Every index has lot 1 and tick 0, which says nothing. */
function indexRow(common: Common): Parsed {
  const symbol = indexSymbol(common.segment, common.brokerSymbol);
  if (symbol === null) return 'the symbol is blank';
  return { ...common, ...noContract, type: 'INDEX', symbol, name: common.brokerSymbol, series: null, lotSize: null };
}

/** What contracts are written on, `GOI6.48%2035` with the name 648GS2035: the contracts go by the name. */
function underlyingRow(common: Common, name: string): Parsed {
  const symbol = canonicalSymbol(name);
  if (symbol === null) return `the name ${name || '(blank)'} is not a symbol`;
  return { ...common, ...noContract, type: 'UNDERLYING', symbol, name: null, series: null };
}

/** `name` is the symbol without the series; no row has a company's name. BSE rows carry no group. */
function cashRow(common: Common, name: string): Parsed {
  const { segment, brokerSymbol } = common;
  const symbol = canonicalSymbol(name);
  if (symbol === null) return `the name ${name || '(blank)'} is not a symbol`;
  if (brokerSymbol === name) {
    // NSE's four rows without a series are indices under their numbers in NSE's feed: `26000 NIFTY`, tick 0
    const type = segment === 'NSE' ? 'UNDERLYING' : typeOfCash({ segment, symbol, series: null, isin: null, name: null });
    return { ...common, ...noContract, type, symbol, name: null, series: null };
  }
  if (segment !== 'NSE' || !brokerSymbol.startsWith(`${name}-`)) return `the symbol ${brokerSymbol} is not ${name} and its series`;
  const series = brokerSymbol.slice(name.length + 1);
  return { ...common, ...noContract, type: typeOfCash({ segment, symbol, series, isin: null, name: null }), symbol, name: null, series };
}

/** Contracts have no name of their own. What they are is in the type: NSE's test futures, `11NSETEST36DEC29`, do not end in FUT. */
function contractRow(common: Common, kind: string, name: string, writtenExpiry: string, strike: string | null): Parsed {
  const { brokerSymbol } = common;
  if (!/^(FUT|OPT)/.test(kind)) return `the instrumenttype ${kind || '(blank)'} of ${brokerSymbol} is unknown`;
  if (writtenExpiry === '') return 'a contract without expiry';
  const expiry = writtenDay(writtenExpiry);
  if (expiry === null) return `the expiry ${writtenExpiry} is not a day`;
  const optionType = kind.startsWith('OPT') ? side(brokerSymbol) : null;
  // BFO's 360ONE has a blank name
  const underlying = name || symbolBeforeExpiry(brokerSymbol.slice(0, -(optionType ?? 'FUT').length), strike);
  const symbol = underlying && canonicalSymbol(underlying);
  if (!symbol || !brokerSymbol.startsWith(underlying))
    return `the name ${name || '(blank)'} does not tell the underlying of ${brokerSymbol}`;
  const contract = { ...common, symbol, name: null, series: null, expiry };
  if (kind.startsWith('FUT')) return { ...contract, type: 'FUTURE', strike: null, optionType: null };
  if (strike === null) return 'an option without strike';
  return optionType === null ? `the symbol ${brokerSymbol} says neither CE nor PE` : { ...contract, type: 'OPTION', strike, optionType };
}

/** At the end, but within NCDEX's: `DHANIYA10OCT25CE7100FOCT25`. */
function side(brokerSymbol: string): 'CE' | 'PE' | null {
  const match = /(CE|PE)(?:[\d.]+F[A-Z]{3}\d\d)?$/.exec(brokerSymbol)?.[1];
  return match === 'CE' || match === 'PE' ? match : null;
}
