import { Day, decimal, Isin, segments, typeOfCash, type Broker, type Decimal, type Segment } from '../../instruments';
import { UnusableFile, type DumpRow, type RejectedRow } from '../domain/dump-row';
import type { Encoding } from '../files/text';
import type { ChangeRow } from '../domain/symbol-changes';
import type { Format } from '../domain/run';

export type Batch = {
  readonly rows: DumpRow[];
  readonly rejects: RejectedRow[];
  /** Of a file that tells of the past of listings, and not what is listed. */
  readonly symbolChanges?: readonly ChangeRow[];
  /** Of the unpacked text, from its beginning. */
  readonly bytesRead: number;
  /** The newest day that the rows say they are of, where a broker writes it into them. */
  readonly statedDay?: Day | null;
};

/** An entry of a zip, or the whole file ('' is its name). */
export type PartOfDump = { readonly name: string; readonly firstLine: number };

export type Identifier = 'isin' | 'series';

/** Reads one broker's dumps into the registry's terms. Knows nothing of other days, of other brokers or of the database. */
export type Adapter = {
  readonly broker: Broker;
  readonly formats: readonly Format[];
  /** Where the broker publishes its dump for everybody; several where it publishes one for each exchange. */
  readonly official?: readonly string[];
  /** Which entries of a zip hold the dump, where that is more than one. */
  readonly entries?: RegExp;
  /** Where it is not UTF-8. */
  readonly encoding?: Encoding;
  /** Which of a listing's identifiers its rows state by themselves; what others state they only go by. */
  readonly identifies?: readonly Identifier[];
  /** The same file may tell more when the registry knows more listings by then. */
  readonly tellsOfThePast?: true;
  /** In batches of a few thousand rows, in the file's order. Fails with `UnusableFile` when this is not (a whole) dump of this broker. */
  read(bytes: AsyncIterable<Buffer>, part?: PartOfDump): AsyncIterable<Batch>;
};

/** How many places the point of a price moves to the left: 0 where the file has rupees, 2 where it has paise, more where it counts finer. */
export type Shift = 0 | 2 | 4 | 7;

export const everySegment = (shift: Shift) =>
  Object.fromEntries(segments.map((segment) => [segment, shift])) as Readonly<Record<Segment, Shift>>; // an entry for each

/** Decides by the first byte that is not blank: a JSON text begins with a bracket, a CSV with its header. */
export async function detectFormat(bytes: AsyncIterable<Buffer>): Promise<{ format: Format; bytes: AsyncIterable<Buffer> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let format: Format | null = null;
  while (format === null) {
    const next = await iterator.next();
    if (next.done) throw new UnusableFile('The file is empty.');
    read.push(next.value);
    const first = /\S/.exec(next.value.toString('latin1', 0, 4096))?.[0];
    if (first) format = first === '[' || first === '{' ? 'json' : 'csv';
    else if (read.length > 16) throw new UnusableFile('The file begins with nothing but blanks.');
  }
  async function* again() {
    try {
      yield* read;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { format, bytes: again() };
}

/** The bytes, of a file that is in this format. @throws UnusableFile when it is in another */
export async function ofFormat(bytes: AsyncIterable<Buffer>, wanted: Format | null): Promise<AsyncIterable<Buffer>> {
  if (wanted === null) return bytes;
  const detected = await detectFormat(bytes);
  if (detected.format !== wanted)
    throw new UnusableFile(`The file is ${detected.format.toUpperCase()}, not ${wanted.toUpperCase()} as \`format\` says.`);
  return detected.bytes;
}

/** Adds up how much text went by. */
export async function* counting(bytes: AsyncIterable<Buffer>, progress: { bytes: number }): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of bytes) {
    progress.bytes += chunk.length;
    yield chunk;
  }
}

/** Why a row was not used, of which it could be told what segment it is of. */
type Unused = { readonly segment: Segment; readonly reason: string };

/** What a row became: the row, or the reason why not. */
export type Parsed = DumpRow | Unused | string;

export const isRow = (parsed: Parsed): parsed is DumpRow => typeof parsed !== 'string' && 'exchangeToken' in parsed;

/** The row, or the reason why not together with the segment that lacks it. */
export const inSegment = (segment: Segment, parsed: Parsed): Parsed => (typeof parsed === 'string' ? { segment, reason: parsed } : parsed);

const batchSize = 4000;

/** Collects parsed rows into batches. */
export async function* batches<Item>(
  source: AsyncIterable<readonly Item[]>,
  progress: { readonly bytes: number },
  parse: (item: Item) => Parsed | null,
  identify: (item: Item) => { line: number; raw: string },
): AsyncGenerator<Batch, void, undefined> {
  let rows: DumpRow[] = [];
  let rejects: RejectedRow[] = [];
  for await (const items of source) {
    for (const item of items) {
      const parsed = parse(item);
      if (parsed === null) continue;
      if (isRow(parsed)) rows.push(parsed);
      else {
        const { line, raw } = identify(item);
        rejects.push({ line, raw: shortened(raw), ...(typeof parsed === 'string' ? { reason: parsed } : parsed) });
      }
      if (rows.length + rejects.length >= batchSize) {
        yield { rows, rejects, bytesRead: progress.bytes };
        rows = [];
        rejects = [];
      }
    }
  }
  if (rows.length + rejects.length > 0) yield { rows, rejects, bytesRead: progress.bytes };
}

/** Rejected rows are kept with their text, but a hostile file must not fill the table with it; nor, by a part of it, keep all of it in memory. */
export const shortened = (raw: string, length = 2000) => Buffer.from(raw.length <= length ? raw : `${raw.slice(0, length)}...`).toString();

/** Exchanges number their instruments; 0 and blank are no token. */
export const isNumericToken = (token: string) => /^[1-9]\d{0,17}$/.test(token);

/** Exchange test instruments: `011NSETEST`, `011NSETEST36DECFUT`, `INDEX1 NSETEST`. */
export const isTestSymbol = (symbol: string) => symbol.includes('TEST') && /(NSE|BSE|MCX|NCDEX)TEST/.test(symbol);

/** Types of rows that contracts are written on and that cannot be traded, as NSE and MCX name them in their files. */
export const isUnderlying = (instrumentType: string) => /^(?:UND(?:CUR|IRC|IRD|IRT)|COMDTY|INDEX)$/.test(instrumentType);

/**
 * The underlying in `SILVERM26FEB245000`, a contract's symbol up to its CE, PE or FUT: what stands before the strike and
 * five characters of expiry (YYMMM, or YYMDD with M of 1-9, O, N, D). Null when it is not written so.
 */
export function symbolBeforeExpiry(body: string, strike: Decimal | null): string | null {
  if (strike !== null && !body.endsWith(strike)) return null;
  // `011NSETEST36DECFUT` expires in November: the code's form is what counts
  return /^(.+)\d\d(?:[A-Z]{3}|[1-9OND]\d\d)$/.exec(strike === null ? body : body.slice(0, -strike.length))?.[1] ?? null;
}

/** Null for blank. */
export const textOrNull = (text: string) => text.trim() || null;

/** A quantity above 0, written as `75` or `75.0`; null otherwise. */
export function quantity(text: string): number | null {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** Numbers and days repeat by the thousand in a dump: each text is worked out once. */
function remembering<Key, Value>(work: (key: Key) => Value, size = 50_000): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key);
    if (value !== undefined || known.has(key)) return value as Value; // has() says it is there
    if (known.size >= size) known.clear();
    const worked = work(key);
    known.set(key, worked);
    return worked;
  };
}

/** The decimal above 0 in the text; null for none: blank, 0, -1, -0.01. */
export const positive: (text: string) => Decimal | null = remembering((text) => {
  const value = decimal(text);
  return value === '0' ? null : value;
});

const shifted: Readonly<Record<Exclude<Shift, 0>, (text: string) => Decimal | null>> = {
  2: remembering((text) => nonZero(decimal(text, 2))),
  4: remembering((text) => nonZero(decimal(text, 4))),
  7: remembering((text) => nonZero(decimal(text, 7))),
};
const nonZero = (value: Decimal | null) => (value === '0' ? null : value);

/** A strike or a tick in rupees; null for none: blank, 0, negative. */
export const rupees = (text: string, shift: Shift) => (shift === 0 ? positive(text) : shifted[shift](text));

/** Whether the text is a day, `YYYY-MM-DD`. */
export const isDay: (text: string) => boolean = remembering((text) => Day.safeParse(text).success);

/** @throws UnusableFile when the text is a day as spreadsheet programs rewrite it: `25-04-2024`, where day and month could be swapped anywhere in the file */
export function refuseSpreadsheetDay(text: string, line: number, broker: string): void {
  if (!/^\d{1,2}[-/]\d{1,2}[-/]\d{2,4}$/.test(text)) return;
  throw new UnusableFile(
    `Line ${line} has the expiry ${text}: a spreadsheet program has rewritten this file. ${broker} writes YYYY-MM-DD; use the file as ${broker} serves it.`,
  );
}

/** The day in Asia/Kolkata of an instant given in milliseconds since 1970. */
export const dayInIndia: (instant: number) => Day | null = remembering((instant) => {
  const local = new Date(instant + 5.5 * 60 * 60 * 1000);
  return Number.isNaN(local.getTime()) ? null : local.toISOString().slice(0, 10);
});

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The day in `30-DEC-2025`, `29OCT2025`, `29-Sep-26`, `30/Sep/25`; null when it is none. */
export const writtenDay: (text: string) => Day | null = remembering((text) => {
  const match = /^(\d{1,2})[-/ ]?([A-Za-z]{3})[-/ ]?(\d{2}|\d{4})$/.exec(text.trim());
  const [, day = '', name = '', year = ''] = match ?? [];
  const month = months.indexOf(name.toUpperCase()) + 1;
  if (month === 0) return null;
  const iso = `${year.padStart(4, '20')}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(iso) ? iso : null;
});

/** Where the indices of a cash segment are, for files that list them among its rows. */
export const indicesOf: Readonly<Partial<Record<Segment, Segment>>> = { NSE: 'NSE_INDEX', BSE: 'BSE_INDEX' };

/** What every kind of row has. */
export type Common = Omit<DumpRow, 'type' | 'symbol' | 'name' | 'isin' | 'series' | 'expiry' | 'strike' | 'optionType'>;

/** Of what is no contract. */
export const noContract = { expiry: null, strike: null, optionType: null } as const;
const noSecurity = { isin: null, series: null } as const;

/** Nothing trades in an index: what a file says of its lot and its tick is a filler. */
export const indexRow = (common: Common, segment: Segment, symbol: string, name: string): DumpRow => ({
  ...{ ...common, ...noContract, ...noSecurity, segment, type: 'INDEX', symbol, name: textOrNull(name) },
  ...{ lotSize: null, tickSize: null },
});

type Listing = { readonly symbol: string; readonly series: string | null; readonly isin: string; readonly name: string };

/** Text that is no ISIN, on test rows for example, is none. */
export function cashRow(common: Common, listing: Listing): DumpRow {
  const isin = Isin.safeParse(listing.isin.trim()).data ?? null;
  const told = { ...listing, isin, name: textOrNull(listing.name) };
  return { ...common, ...noContract, ...told, type: typeOfCash({ ...told, segment: common.segment }) };
}

/** What contracts are written on and nobody can trade, in a segment of contracts. */
export const underlyingRow = (common: Common, symbol: string, name: string | null): DumpRow => ({
  ...{ ...common, ...noContract, ...noSecurity, type: 'UNDERLYING', symbol, name },
});

type Terms = { readonly symbol: string; readonly expiry: Day; readonly kind: 'FUT' | 'CE' | 'PE'; readonly strike: Decimal | null };

/** Contracts have no name of their own. */
export function contractRow(common: Common, { symbol, expiry, kind, strike }: Terms): Parsed {
  const contract = { ...common, ...noSecurity, symbol, name: null, expiry };
  if (kind === 'FUT') return { ...contract, type: 'FUTURE', strike: null, optionType: null };
  return strike === null ? 'an option without strike' : { ...contract, type: 'OPTION', strike, optionType: kind };
}
