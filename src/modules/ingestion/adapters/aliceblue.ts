import { canonicalSymbol, indexSymbol, typeOfCash, type Segment } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import {
  isDay,
  inSegment,
  isNumericToken,
  isTestSymbol,
  isUnderlying,
  noContract,
  positive,
  quantity,
  textOrNull,
  type Adapter,
  type Parsed,
} from './adapter';
import { csvBatches, readHeader, type Header, type Line } from './csv';

/** Of the file of indices. */
const indexColumns = ['symbol', 'exch', 'token'] as const;

/** Of NSE and BSE. */
const cashColumns = [...indexColumns, 'group name', 'instrument name', 'trading symbol', 'lot size', 'tick size'] as const;

/** Of NFO, BFO, CDS, BCD and MCX. `Formatted Ins Name` lacks the year of the expiry and is not read. */
const contractColumns = [
  ...indexColumns,
  ...([
    'exchange segment',
    'instrument type',
    'option type',
    'strike price',
    'trading symbol',
    'expiry date',
    'lot size',
    'tick size',
  ] as const),
];

type Column = (typeof contractColumns | typeof cashColumns | typeof indexColumns)[number];

const segmentsByName: Readonly<Record<string, Segment>> = {
  NSE: 'NSE',
  BSE: 'BSE',
  NFO: 'NFO',
  BFO: 'BFO',
  CDS: 'CDS',
  BCD: 'BCD',
  MCX: 'MCX',
};

const indexSegments: Readonly<Record<string, Segment>> = { NSE: 'NSE_INDEX', BSE: 'BSE_INDEX', MCX: 'MCX_INDEX' };

/** Alice Blue's contract master: one CSV for each exchange, and one of indices. */
export const aliceblue: Adapter = {
  broker: 'aliceblue',
  formats: ['csv'],
  identifies: ['series'],
  // the files of all exchanges may come in one zip
  entries: /\.csv$/i,
  official: [
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/NSE.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/BSE.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/NFO.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/BFO.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/CDS.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/BCD.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/MCX.csv',
    'https://v2api.aliceblueonline.com/restpy/static/contract_master/V2/INDICES.csv',
  ],
  read: (bytes, part) => csvBatches(bytes, part, { whose: 'an Alice Blue dump', head: headerOf }, row),
};

/** The file of indices has three columns that all files have; a file with any other of them is one of shares or of contracts. */
function headerOf(line: Line | undefined): Header {
  const names = (line?.fields ?? []).map((name) => name.trim().toLowerCase());
  const known = names.filter((name) => [...cashColumns, ...contractColumns].some((column) => column === name));
  if (known.length > 0 && known.every((name) => indexColumns.some((column) => column === name)))
    return readHeader(line, indexColumns, 'an Alice Blue dump of indices');
  if (names.includes('group name') && !names.includes('expiry date')) return readHeader(line, cashColumns, 'an Alice Blue dump of shares');
  return readHeader(line, contractColumns, 'an Alice Blue dump of contracts');
}

type Common = Omit<DumpRow, 'type' | 'symbol' | 'name' | 'series' | 'expiry' | 'strike' | 'optionType'>;
function row(line: number, fields: readonly string[], { at }: Header): Parsed {
  // blank where this kind of file lacks the column
  const field: Field = (column) => (fields[at[column] ?? -1] ?? '').trim();
  // client programs skip `mcx_idx` among MCX's contracts: its indices
  const isIndex = at['trading symbol'] === undefined || field('exchange segment') === 'mcx_idx';
  const segment = (isIndex ? indexSegments : segmentsByName)[field('exch')];
  if (!segment) return `the exch ${field('exch') || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, isIndex, field, line));
}

type Field = (column: Column) => string;

function rowOf(segment: Segment, isIndex: boolean, field: Field, line: number): Parsed {
  const token = field('token');
  if (!isNumericToken(token)) return `the token ${token || '(blank)'} is not a number above 0`;
  const brokerSymbol = field('trading symbol') || field('symbol');
  const common: Common = {
    line,
    segment,
    exchangeToken: token,
    token,
    brokerSymbol,
    isin: null,
    lotSize: quantity(field('lot size')),
    tickSize: positive(field('tick size')),
    freezeQuantity: null,
    multiplier: null,
    isTest: isTestSymbol(brokerSymbol),
  };
  if (isIndex) return indexRow(common, field('symbol'));
  const symbol = canonicalSymbol(field('symbol'));
  if (symbol === null) return `the symbol ${field('symbol') || '(blank)'} is not one`;
  if (segment === 'NSE' || segment === 'BSE')
    return cashRow(common, symbol, textOrNull(field('group name')), textOrNull(field('instrument name')));
  const kind = field('instrument type');
  if (isUnderlying(kind)) return { ...common, ...noContract, type: 'UNDERLYING', symbol, name: null, series: null };
  // BSE's mnemonics, such as BSXOPT for SENSEX, name no underlying
  if (!brokerSymbol.startsWith(field('symbol'))) return `the symbol ${field('symbol')} is not the underlying of ${brokerSymbol}`;
  return contractRow({ ...common, symbol }, kind, field('option type'), field('expiry date'), positive(field('strike price')));
}

function indexRow(common: Common, name: string): Parsed {
  const symbol = indexSymbol(common.segment, name);
  if (symbol === null) return 'the symbol is blank';
  return { ...common, ...noContract, brokerSymbol: name, type: 'INDEX', symbol, name, series: null };
}

/** The group is NSE's series or BSE's group; the symbol does not have it, the trading symbol of NSE does. */
function cashRow(common: Common, symbol: string, series: string | null, name: string | null): Parsed {
  const type = typeOfCash({ segment: common.segment, symbol, series, isin: null, name });
  return { ...common, ...noContract, type, symbol, name, series };
}

/** Contracts have no name of their own: the instrument name is the company's. A future is XX; BFO's types of futures are SF and IF. */
function contractRow(common: Common & { symbol: string }, kind: string, side: string, expiry: string, strike: string | null): Parsed {
  if (expiry === '') return 'a contract without expiry';
  if (!isDay(expiry)) return `the expiry ${expiry} is not a day`;
  const contract = { ...common, name: null, series: null, expiry };
  if (side === 'XX' || /^(?:FUT|SF$|IF$)/.test(kind)) return { ...contract, type: 'FUTURE', strike: null, optionType: null };
  if (side !== 'CE' && side !== 'PE') return `the option type ${side || '(blank)'} is unknown`;
  return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType: side };
}
