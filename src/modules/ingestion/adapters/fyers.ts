import { canonicalSymbol, indexSymbol, Isin, typeOfCash, type Day, type Segment } from '../../instruments';
import { UnusableFile } from '../domain/dump-row';
import {
  batches,
  counting,
  dayInIndia,
  detectFormat,
  isDay,
  inSegment,
  isNumericToken,
  isTestSymbol,
  noContract,
  positive,
  quantity,
  textOrNull,
  type Adapter,
  type Batch,
  type Common,
  type Parsed,
} from './adapter';
import { csvLines, misfit, type Header } from './csv';
import { jsonMembers, type Element } from './json-array';

/** The CSV's columns, which have no header, by the names that the JSON has for them; '' is not needed. */
const columns = [
  'fyToken',
  'symDetails',
  '',
  'minLotSize',
  'tickSize',
  'isin',
  '',
  'lastUpdate',
  'expiryDate',
  'symTicker',
  'exchange',
  'segment',
  'exToken',
  'exSymbol',
  '',
  'strikePrice',
  'optType',
  '',
  '',
  '',
  '',
] as const;

type Field = Exclude<(typeof columns)[number], ''> | 'qtyFreeze';

/** A row as both formats tell it; '' is "not told". */
type Told = (field: Field) => string;

/** By exchange (10 NSE, 11 MCX, 12 BSE) and segment (10 cash, 11 derivatives, 12 currency, 20 commodity). */
const segmentsByNumbers: Readonly<Record<string, Segment>> = {
  '10 10': 'NSE',
  '10 11': 'NFO',
  '10 12': 'CDS',
  '10 20': 'NCO',
  '11 20': 'MCX',
  '12 10': 'BSE',
  '12 11': 'BFO',
  '12 12': 'BCD',
};

/** `BSE:SENSEX-INDEX`: indices stand among the cash rows. */
const indexSegments: Readonly<Record<string, Segment>> = { '10': 'NSE_INDEX', '11': 'MCX_INDEX', '12': 'BSE_INDEX' };

/** Fyers' file of one segment: `NSE_CM.csv` without header, or `NSE_CM_sym_master.json`, an object with an object for each ticker. */
export const fyers: Adapter = {
  broker: 'fyers',
  formats: ['csv', 'json'],
  identifies: ['isin', 'series'],
  official: [
    'https://public.fyers.in/sym_details/NSE_CM.csv',
    'https://public.fyers.in/sym_details/NSE_FO.csv',
    'https://public.fyers.in/sym_details/NSE_CD.csv',
    'https://public.fyers.in/sym_details/NSE_COM.csv',
    'https://public.fyers.in/sym_details/BSE_CM.csv',
    'https://public.fyers.in/sym_details/BSE_FO.csv',
    'https://public.fyers.in/sym_details/MCX_COM.csv',
  ],
  // the files of all segments may come in one zip
  entries: /\.(csv|json)$/i,
  async *read(bytes, part) {
    const progress = { bytes: 0 };
    const newest: Newest = { day: null };
    const detected = await detectFormat(counting(bytes, progress));
    if (detected.format === 'json') {
      const parse = ({ number, value }: Element) => row(number, jsonFields(number, value), newest);
      yield* stating(
        newest,
        batches(jsonMembers(detected.bytes), progress, parse, ({ number, value }) => ({ line: number, raw: JSON.stringify(value) })),
      );
      return;
    }
    let seen = false;
    yield* stating(
      newest,
      batches(
        csvLines(detected.bytes, part?.firstLine),
        progress,
        (line) => {
          if (!seen) checkShape(line.number, line.fields ?? []);
          seen = true;
          return unfit(line) ?? row(line.number, csvFields(line.fields ?? []), newest);
        },
        (line) => ({ line: line.number, raw: line.raw }),
      ),
    );
    if (!seen) checkShape(1, []);
  },
};

type Newest = { day: Day | null };

/** Rows of indices keep the day on which they were added (2018); the newest is the file's. */
async function* stating(newest: Newest, source: AsyncIterable<Batch>): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of source) yield { ...batch, statedDay: newest.day };
}

const shape: Header = { at: {}, width: columns.length, trailingComma: false };

function unfit(line: Parameters<typeof misfit>[0]): string | null {
  const misfitting = misfit(line, shape);
  return misfitting && (line.fields ? `a row has ${shape.width} columns, this line ${line.fields.length}` : misfitting.reason);
}

/** Where there is no header, the first row has to look like one of Fyers'. */
function checkShape(number: number, fields: readonly string[]): void {
  const told = csvFields(fields);
  const wrong = [
    fields.length === columns.length ? '' : `it has ${fields.length} columns, not ${columns.length}`,
    isNumericToken(told('fyToken')) ? '' : 'column 1 (fyToken) is not a number',
    isDay(told('lastUpdate')) || told('lastUpdate') === 'None' ? '' : 'column 8 (lastUpdate) is not a day',
    /^[A-Z]+:./.test(told('symTicker')) ? '' : 'column 10 (symTicker) is not like NSE:ACME-EQ',
    ['10', '11', '12'].includes(told('exchange')) ? '' : 'column 11 (exchange) is not 10, 11 or 12',
    ['10', '11', '12', '20'].includes(told('segment')) ? '' : 'column 12 (segment) is not 10, 11, 12 or 20',
  ].filter((reason) => reason !== '');
  if (wrong.length > 0) throw new UnusableFile(`This is not a Fyers dump, going by line ${number}: ${wrong.join('; ')}.`);
}

const places: Readonly<Record<string, number>> = Object.fromEntries(columns.map((name, at) => [name, at]));

const csvFields =
  (fields: readonly string[]): Told =>
  (field) =>
    fields[places[field] ?? -1]?.trim() ?? '';

const expected: readonly Field[] = ['fyToken', 'symTicker', 'exchange', 'segment', 'exToken'];

function jsonFields(number: number, value: unknown): Told {
  const told = value as Readonly<Record<string, unknown>>; // the splitter takes objects only
  if (number === 1) {
    const missing = expected.filter((field) => !(field in told));
    if (missing.length > 0)
      throw new UnusableFile(
        `This is not a Fyers dump: its rows have ${expected.join(', ')}; missing: ${missing.join(', ')}. ` +
          `Found: ${Object.keys(told).slice(0, 12).join(', ') || 'an empty object'}.`,
      );
  }
  return (field) => {
    const found = told[field];
    if (typeof found === 'string') return found.trim();
    // String() of a number is its shortest exact text; a whole number too large for that must not pass for a token
    return typeof found === 'number' && (Number.isSafeInteger(found) || !Number.isInteger(found)) ? String(found) : '';
  };
}

function row(line: number, told: Told, newest: Newest): Parsed {
  const day = told('lastUpdate');
  if (isDay(day) && (newest.day === null || day > newest.day)) newest.day = day;

  const isIndex = told('symTicker').endsWith('-INDEX');
  const [exchange, part] = [told('exchange'), told('segment')];
  const segment = isIndex ? indexSegments[exchange] : segmentsByNumbers[`${exchange} ${part}`];
  if (!segment) return `the segment ${part || '(blank)'} of exchange ${exchange || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, isIndex, told, line));
}

function rowOf(segment: Segment, isIndex: boolean, told: Told, line: number): Parsed {
  const brokerSymbol = told('symTicker');
  // `NSE:ACME-EQ`; the exchange stands before the colon
  const ticker = brokerSymbol.slice(brokerSymbol.indexOf(':') + 1);
  const [token, exchangeToken] = [told('fyToken'), told('exToken')];
  if (!isNumericToken(token) || !isNumericToken(exchangeToken)) return 'a token is not a number above 0';
  // exchange, segment, the expiry's YYMMDD if there is one, token
  if (!token.startsWith(told('exchange') + told('segment')) || !token.endsWith(exchangeToken))
    return `the fyToken ${token} does not belong to the token ${exchangeToken}`;
  const common: Common = {
    line,
    segment,
    exchangeToken,
    token,
    brokerSymbol,
    lotSize: quantity(told('minLotSize')),
    tickSize: positive(told('tickSize')),
    freezeQuantity: quantity(told('qtyFreeze')),
    multiplier: null,
    isTest: isTestSymbol(ticker),
  };
  if (isIndex) return indexRow(common, ticker, told('symDetails'));
  if (segment === 'NSE' || segment === 'BSE') return cashRow(common, ticker, told);
  return contractRow(common, told);
}

/** The ticker is what Fyers knows an index by; the lot is 0 or 1 and the tick 0.05 or 0.01, though it is not traded. */
function indexRow(common: Common, ticker: string, details: string): Parsed {
  const symbol = indexSymbol(common.segment, ticker.replace(/-INDEX$/, ''));
  if (symbol === null) return 'the ticker names no index';
  const name = textOrNull(details.replace(/-INDEX$/, ''));
  return { ...common, ...noContract, type: 'INDEX', symbol, name, isin: null, series: null, lotSize: null, tickSize: null };
}

/** The ticker ends with NSE's series or BSE's group, always. It lacks blanks that the symbol has: `BSE:12ACME3-F`, `12 ACME3`. */
function cashRow(common: Common, ticker: string, told: Told): Parsed {
  const { segment } = common;
  const symbol = canonicalSymbol(told('exSymbol'));
  if (symbol === null) return `the symbol ${told('exSymbol') || '(blank)'} is not one`;
  const hyphen = ticker.lastIndexOf('-');
  if (hyphen < 0) return `the ticker ${common.brokerSymbol} does not tell the series`;
  const series = textOrNull(ticker.slice(hyphen + 1));
  const name = textOrNull(told('symDetails'));
  // two rows have `0` and `NA`
  const isin = Isin.safeParse(told('isin')).data ?? null;
  return { ...common, ...noContract, type: typeOfCash({ segment, symbol, series, isin, name }), symbol, name, isin, series };
}

/** A future has the strike -1 and the option type XX, in BSE's files none at all. */
function contractRow(common: Common, told: Told): Parsed {
  const symbol = canonicalSymbol(told('exSymbol'));
  if (symbol === null) return `the symbol ${told('exSymbol') || '(blank)'} is not one`;
  const expiry = dayOf(told('expiryDate'));
  if (expiry === null) return 'a contract without expiry';
  const side = told('optType');
  const contract = { ...common, symbol, name: null, isin: null, series: null, expiry };
  switch (side) {
    case '':
    case 'XX':
      return { ...contract, type: 'FUTURE', strike: null, optionType: null };
    case 'CE':
    case 'PE': {
      const strike = positive(told('strikePrice'));
      return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType: side };
    }
    default:
      return `the option type ${side} is unknown`;
  }
}

/** Seconds since 1970, at the close of the session: 15:30 in India, 12:30 for currencies, 23:30 at MCX. */
const dayOf = (seconds: string): Day | null => (isNumericToken(seconds) ? dayInIndia(Number(seconds) * 1000) : null);
