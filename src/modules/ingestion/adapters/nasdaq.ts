import type { Day, InstrumentType, Segment } from '../../instruments';
import { UnusableFile } from '../domain/dump-row';
import { inSegment, isDay, noContract, quantity, textOrNull, type Adapter, type Common, type Parsed } from './adapter';
import { csvBatches, readHeader, type Header, type Line } from './csv';

/** nasdaqlisted.txt: what is listed at Nasdaq. */
const listed = ['symbol', 'security name', 'market category', 'test issue', 'round lot size'] as const;
/** otherlisted.txt: what is listed elsewhere in the United States and traded at Nasdaq, too. */
const other = ['act symbol', 'security name', 'exchange', 'etf', 'round lot size', 'test issue', 'nasdaq symbol'] as const;
type Column = (typeof listed)[number] | (typeof other)[number];

const segmentsByExchange: Readonly<Record<string, Segment>> = { A: 'XASE', N: 'XNYS', P: 'ARCX', Z: 'BATS', V: 'IEXG' };

const whose = "one of Nasdaq's lists (nasdaqlisted.txt, otherlisted.txt)";
const isOther = (line: Line | undefined) => line?.fields?.some((name) => name.trim().toLowerCase() === 'act symbol') ?? false;

/** Nasdaq Trader's symbol directories: what is listed at Nasdaq, and what at the other exchanges of the United States. */
export const nasdaq: Adapter = {
  broker: 'nasdaq',
  formats: ['csv'],
  official: ['https://www.nasdaqtrader.com/dynamic/SymDir/nasdaqlisted.txt', 'https://www.nasdaqtrader.com/dynamic/SymDir/otherlisted.txt'],
  // both in one zip are one dump
  entries: /listed\.txt$/i,
  async *read(bytes, part) {
    let statedDay: Day | null = null;
    let bytesRead = 0;
    const head = (line: Line | undefined) => readHeader(line, isOther(line) ? other : listed, whose, isOther(line) ? [] : ['etf']);
    const isBlank = (line: Line) => {
      const day = dayOfCreation(line);
      statedDay = day ?? statedDay;
      return day !== null;
    };
    for await (const batch of csvBatches(bytes, part, { whose, head, isBlank, split: (raw) => raw.split('|') }, row)) {
      bytesRead = batch.bytesRead;
      yield { ...batch, statedDay };
    }
    if (statedDay === null) throw new UnusableFile('The file is cut off: its last line, "File Creation Time: ...", is missing.');
    yield { rows: [], rejects: [], bytesRead, statedDay };
  },
};

/** `File Creation Time: 0815201621:32|||||` ends each file: month, day, year and time in New York. */
function dayOfCreation({ raw }: Line): Day | null {
  const [, month = '', date = '', year = ''] = /^File Creation Time: ?(\d\d)(\d\d)(\d{4})\d\d:\d\d\|*$/.exec(raw) ?? [];
  const day = `${year}-${month}-${date}`;
  return isDay(day) ? day : null;
}

function row(line: number, fields: readonly string[], { at }: Header): Parsed {
  const field: Field = (column) => fields[at[column] ?? -1]?.trim() ?? '';
  const isElsewhere = at['act symbol'] !== undefined;
  const segment = isElsewhere ? segmentsByExchange[field('exchange')] : 'XNAS';
  if (!segment) return `the exchange ${field('exchange') || '(blank)'} is unknown`;
  return inSegment(segment, rowOf(segment, isElsewhere, field, line));
}

type Field = (column: Column) => string;

function rowOf(segment: Segment, isElsewhere: boolean, field: Field, line: number): Parsed {
  const token = field(isElsewhere ? 'act symbol' : 'symbol');
  const symbol = symbolOf(token);
  if (symbol === null) return `the symbol ${token || '(blank)'} is not made of A-Z, 0-9, the point and one $`;
  const test = field('test issue');
  if (test !== 'Y' && test !== 'N') return `Test Issue is ${test || '(blank)'}, neither Y nor N`;
  const common: Common = {
    line,
    segment,
    // the exchanges of the United States number nothing: the symbol is the token
    exchangeToken: token,
    token,
    brokerSymbol: isElsewhere ? field('nasdaq symbol') || token : token,
    lotSize: quantity(field('round lot size')),
    tickSize: null,
    freezeQuantity: null,
    multiplier: null,
    isTest: test === 'Y',
  };
  const name = textOrNull(field('security name'));
  const type = field('etf') === 'Y' ? 'ETF' : typeOf(token, name ?? '');
  return { ...common, ...noContract, type, symbol, name, isin: null, series: null };
}

/**
 * As keys write it. The point of a class stays (`BRK.A`); `$`, which keys do not have, marks preferred shares and becomes `-P`, as market
 * data services write them: `WFC$J` is WFC-PJ, `TY$` TY-P. No symbol of the lists has a hyphen, so two never become one.
 */
const symbolOf = (token: string): string | null => (/^[A-Z0-9][A-Z0-9.]*(\$[A-Z0-9.]*)?$/.test(token) ? token.replace('$', '-P') : null);

/** What trades like shares and is none, where the symbol's ending or the end of the name says so: `AIG.W`, `SPE.R`, `ACME Inc. - Warrant`. */
function typeOf(token: string, name: string): InstrumentType {
  const title = / - ([^-]*)$/.exec(name)?.[1] ?? '';
  if (/\.WS?$/.test(token) || /^(series [a-z] )?warrants?$/i.test(title)) return 'WARRANT';
  return token.includes('$') || /\.[RU]$/.test(token) || /^(rights?|units?)$/i.test(title) ? 'OTHER' : 'EQUITY';
}
