import { canonicalSymbol, indexSymbol, type Segment } from '../../instruments';
import { UnusableFile } from '../domain/dump-row';
import {
  cashRow,
  contractRow,
  indexRow,
  inSegment,
  isNumericToken,
  isTestSymbol,
  positive,
  quantity,
  rupees,
  textOrNull,
  underlyingRow,
  writtenDay,
  type Adapter,
  type Common,
  type Parsed,
  type Shift,
} from './adapter';
import { csvTable, type Field } from './csv';

const cashColumns = ['token', 'shortname', 'series', 'companyname', 'isincode', 'exchangecode'] as const;
const contractColumns = [
  'token',
  'instrumentname',
  'shortname',
  'series',
  'expirydate',
  'strikeprice',
  'optiontype',
  'lotsize',
  'ticksize',
  'companyname',
  'exchangecode',
] as const;
type CashField = Field<(typeof cashColumns)[number] | 'groupname'>;
type ContractField = Field<(typeof contractColumns)[number]>;

type Exchange = {
  readonly segment: Segment;
  /** Of its indices, in this file or under its contracts. */
  readonly indices: Segment;
  /** What a token of it begins with in Breeze's feed of quotes (the official clients; theirs for candles of BFO is `2.1`). */
  readonly feed: string;
  /** The unit of TickSize: paise in NFO and BFO, rupees in CDS (agrees with Angel One's file of the same day); null where nothing proves one. */
  readonly tickShift: Shift | null;
};

/** By the entry's name before `ScripMaster.txt`: no column says the exchange. */
const exchanges: Readonly<Record<string, Exchange>> = {
  // ticksize is 0.01 on all rows of NSE and a price on those of BSE
  NSE: { segment: 'NSE', indices: 'NSE_INDEX', feed: '4.1', tickShift: null },
  BSE: { segment: 'BSE', indices: 'BSE_INDEX', feed: '1.1', tickShift: null },
  FONSE: { segment: 'NFO', indices: 'NSE_INDEX', feed: '4.1', tickShift: 2 },
  FOBSE: { segment: 'BFO', indices: 'BSE_INDEX', feed: '8.1', tickShift: 2 },
  CDNSE: { segment: 'CDS', indices: 'NSE_INDEX', feed: '13.1', tickShift: 0 },
  MCX: { segment: 'MCX', indices: 'MCX_INDEX', feed: '6.1', tickShift: null },
};

const entries = /(?:^|\/)(NSE|BSE|FONSE|FOBSE|CDNSE|MCX)ScripMaster\.txt$/i;

/** ICICI Breeze's SecurityMaster.zip: an entry for each exchange. */
export const icici: Adapter = {
  broker: 'icici',
  formats: ['csv'],
  identifies: ['isin', 'series'],
  official: ['https://directlink.icicidirect.com/NewSecurityMaster/SecurityMaster.zip'],
  entries,
  async *read(bytes, part) {
    const name = entries.exec(part?.name ?? '')?.[1]?.toUpperCase() ?? '';
    const exchange = exchanges[name];
    if (!exchange)
      throw new UnusableFile(
        'Only the name of an entry (NSEScripMaster.txt, FONSEScripMaster.txt, ...) says which exchange it is of: give SecurityMaster.zip as ICICI serves it.',
      );
    const whose = `an ICICI ${name}ScripMaster`;
    if (exchange.segment === 'NSE' || exchange.segment === 'BSE')
      yield* csvTable(bytes, part, { whose, columns: cashColumns, optional: ['groupname'] }, (field, line) =>
        inSegment(exchange.segment, cash(exchange, field, line)),
      );
    else
      yield* csvTable(bytes, part, { whose, columns: contractColumns }, (field, line) =>
        inSegment(exchange.segment, contract(exchange, field, line)),
      );
  },
};

/** `0`, `00` (119 rows of 2025-09-18) and blank stand where an instrument has no token. */
const isNoToken = (token: string) => /^0*$/.test(token);

function common({ segment, feed }: Exchange, line: number, token: string, shortName: string, exchangeCode: string): Common {
  return {
    line,
    segment,
    exchangeToken: token,
    token: `${feed}!${token}`,
    // orders and quotes take the ShortName, RELIND for RELIANCE
    brokerSymbol: shortName.trim(),
    lotSize: null,
    tickSize: null,
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(exchangeCode),
  };
}

/** Lots are 1 on all rows, also where the exchange's are 1000 (SME): they say nothing. */
function cash(exchange: Exchange, field: CashField, line: number): Parsed {
  const token = field('token').trim();
  const exchangeCode = field('exchangecode').trim();
  const isNse = exchange.segment === 'NSE';
  const series = isNse ? textOrNull(field('series')) : null;
  // `"NIFTY 50", "NIFTY", "0"` and, on BSE, `"SENSEX","BSESEN","DR"` with SENSEX for its ExchangeCode, too
  if (isNse ? series === '0' : /^[A-Z]/.test(token) && token === exchangeCode) return index(exchange, field, line);
  if (isNoToken(token)) return 'it has no token';
  if (!isNumericToken(token)) return `the Token ${token} is not a number`;
  // offers for sale (51001 and so on) and rows called JUNK have fewer
  if (!isNse && token.length !== 6) return `the Token ${token} is not a code of BSE, which has six digits`;
  const symbol = canonicalSymbol(exchangeCode);
  if (symbol === null) return `the ExchangeCode ${exchangeCode || '(blank)'} is not a symbol`;
  // BSE's Series is DR or C, which are not groups; GroupName was blank in 2025
  const group = isNse ? series : textOrNull(field('groupname'));
  const row = common(exchange, line, token, field('shortname'), exchangeCode);
  return cashRow(row, { symbol, series: group, isin: field('isincode'), name: field('companyname') });
}

/** Indices of other exchanges stand among NSE's. */
const foreign: ReadonlySet<string> = new Set(['DJIA', 'FTSE100', 'S&P500']);

/** The Token of an index is its name, and `4.1!NIFTY 50` is what the feed takes. */
function index(exchange: Exchange, field: CashField, line: number): Parsed {
  const token = field('token').trim();
  const segment = foreign.has(token) ? 'GLOBAL_INDEX' : exchange.indices;
  const symbol = indexSymbol(segment, token);
  if (symbol === null) return 'it has no token';
  return indexRow(common(exchange, line, token, field('shortname'), field('exchangecode')), segment, symbol, field('companyname'));
}

/** ExchangeCode shortens these; the Token of the index rows has them in full. */
const cutNames: Readonly<Record<string, string>> = { 'NIFTY FINANCIAL': 'NIFTY FIN SERVICE', 'NIFTY MIDCAP': 'NIFTY MID SELECT' };

/** OPTIDX and FUTIDX on NSE, OPTIND and FUTIND on BSE: there ExchangeCode is the index's name, `NIFTY BANK`. */
function underlyingOf({ indices }: Exchange, instrumentName: string, exchangeCode: string): string | null {
  if (!/(?:IDX|IND)$/.test(instrumentName)) return canonicalSymbol(exchangeCode);
  return indexSymbol(indices, cutNames[exchangeCode] ?? exchangeCode);
}

function contract(exchange: Exchange, field: ContractField, line: number): Parsed {
  const token = field('token').trim();
  if (isNoToken(token)) return 'it has no token';
  if (!isNumericToken(token)) return `the Token ${token} is not a number`;
  const exchangeCode = field('exchangecode').trim();
  const symbol = underlyingOf(exchange, field('instrumentname').trim(), exchangeCode);
  if (symbol === null) return `the ExchangeCode ${exchangeCode || '(blank)'} is not a symbol`;
  const row = {
    ...common(exchange, line, token, field('shortname'), exchangeCode),
    lotSize: quantity(field('lotsize')),
    tickSize: exchange.tickShift === null ? null : rupees(field('ticksize'), exchange.tickShift),
  };
  // `UNDCUR ... SPOT,01-Jan-1980,0,XX`: what currency contracts are written on
  if (field('series').trim() === 'SPOT') return underlyingRow(row, symbol, textOrNull(field('companyname')));
  const expiry = writtenDay(field('expirydate'));
  if (expiry === null) return `the ExpiryDate ${field('expirydate') || '(blank)'} is not a day`;
  const type = field('optiontype').trim();
  if (type !== 'XX' && type !== 'CE' && type !== 'PE') return `the OptionType ${type || '(blank)'} is unknown`;
  return contractRow(row, { symbol, expiry, kind: type === 'XX' ? 'FUT' : type, strike: positive(field('strikeprice')) });
}
