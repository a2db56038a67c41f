import { UnusableFile, type RejectedRow } from '../domain/dump-row';
import { batches, counting, detectFormat, shortened, type Batch, type Parsed, type PartOfDump } from './adapter';

/**
 * Splits CSV (RFC 4180: quotes, doubled quotes, line breaks inside quotes; LF or CRLF; blanks may stand before a quote) as it streams.
 * By hand, because csv-parse 7 takes 1.2 to 1.4 s for the bare fields of a 147,000-row dump (as arrays) and this 0.15 to 0.2 s; a spec compares the two.
 */

/** A longer line is not a dump's. */
export const longestLine = 64 * 1024;

/** Nor is a text of such lines on average, once there is much of it: what rows keep of their lines would be more than memory holds. */
const longestOnAverage = 400;
const muchText = 64 * 1024 * 1024;

export type Line = {
  readonly number: number;
  readonly raw: string;
  /** Null when the quoting is broken. */ readonly fields: string[] | null;
  /** The file ends in it, without a line break. */ readonly isUnended?: true;
};

/** The fields of a line. Undefined: it ends inside quotes. Null: something other than a comma follows a closing quote. */
type Split = (raw: string) => string[] | null | undefined;
const atCommas: Split = (raw) => (raw.includes('"') ? quotedFields(raw) : raw.split(','));

export async function* csvLines(
  bytes: AsyncIterable<Buffer>,
  firstLine = 1,
  split: Split = atCommas,
): AsyncGenerator<Line[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let number = firstLine;
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > muchText && read / (number - firstLine + 1) > longestOnAverage)
      throw new UnusableFile(`The lines are longer than ${longestOnAverage} bytes on average: this is not a dump.`);
    const end = chunk.lastIndexOf(10);
    if (end < 0) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length > longestLine) throw tooLong(number);
      continue;
    }
    const block = Buffer.concat([rest, chunk.subarray(0, end + 1)]).toString('utf8');
    rest = chunk.subarray(end + 1);
    const { lines, next, open } = splitLines(block, number, split);
    number = next;
    // a quoted field goes on in the next chunk
    if (open) rest = Buffer.concat([Buffer.from(open), rest]);
    if (rest.length > longestLine) throw tooLong(number);
    yield lines;
  }
  if (rest.length === 0) return;
  const { lines, open } = splitLines(`${rest.toString('utf8')}\n`, number, split);
  if (open) throw new UnusableFile(`The file is cut off: a quote opened on line ${number} is never closed.`);
  yield lines.map((line) => ({ ...line, isUnended: true as const }));
}

const tooLong = (line: number) =>
  new UnusableFile(`Line ${line} is longer than ${longestLine} bytes: this is not a dump, or a quote is never closed.`);

/** The lines of a block that ends with a line break; `open` is what is left when it ends inside quotes. */
function splitLines(block: string, first: number, split: Split): { lines: Line[]; next: number; open: string } {
  const lines: Line[] = [];
  let number = first;
  for (let start = 0; start < block.length;) {
    let end = block.indexOf('\n', start);
    let breaks = 1;
    let raw = lineOf(block, start, end);
    let fields = split(raw);
    while (fields === undefined) {
      end = block.indexOf('\n', end + 1);
      if (end < 0) return { lines, next: number, open: block.slice(start) };
      breaks++;
      raw = lineOf(block, start, end);
      if (raw.length > longestLine) throw tooLong(number);
      fields = split(raw);
    }
    if (raw.length > longestLine) throw tooLong(number);
    if (raw !== '') lines.push({ number, raw, fields });
    number += breaks;
    start = end + 1;
  }
  return { lines, next: number, open: '' };
}

const lineOf = (block: string, start: number, end: number) =>
  block.slice(start, block.charCodeAt(end - 1) === 13 && end > start ? end - 1 : end);

function quotedFields(line: string): string[] | null | undefined {
  const fields: string[] = [];
  for (let at = 0; ;) {
    if (line.charCodeAt(at) === 32) at = quoteBehindBlanks(line, at) ?? at;
    if (line.charCodeAt(at) !== 34) {
      const comma = line.indexOf(',', at);
      if (comma < 0) {
        fields.push(line.slice(at));
        return fields;
      }
      fields.push(line.slice(at, comma));
      at = comma + 1;
      continue;
    }
    let close = line.indexOf('"', at + 1);
    let doubled = false;
    while (close >= 0 && line.charCodeAt(close + 1) === 34) {
      doubled = true;
      close = line.indexOf('"', close + 2);
    }
    if (close < 0) return undefined;
    const field = line.slice(at + 1, close);
    fields.push(doubled ? field.replaceAll('""', '"') : field);
    if (close + 1 === line.length) return fields;
    if (line.charCodeAt(close + 1) !== 44) return null;
    at = close + 2;
  }
}

/** Where the quote stands that begins the field `"Token", "ShortName"` (ICICI) behind its blanks; null when it begins with none. */
function quoteBehindBlanks(line: string, from: number): number | null {
  let at = from;
  while (line.charCodeAt(at) === 32) at++;
  return line.charCodeAt(at) === 34 ? at : null;
}

export type Header = {
  /** Where each column that was asked for stands. */
  readonly at: Readonly<Record<string, number>>;
  readonly width: number;
  /** A line may end with a comma that the header lacks, or lack one that the header has. */
  readonly trailingComma: boolean;
};

/**
 * Columns in any order, named in any case, with blanks around or a semicolon behind (Kotak's `dStrikePrice;`); others are tolerated.
 * A missing one makes the file unusable, unless it is among those that a file may lack.
 */
export function readHeader(line: Line | undefined, columns: readonly string[], whose: string, optional: readonly string[] = []): Header {
  const names = (line?.fields ?? []).map((name) => name.trim().replace(/;$/, '').toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new UnusableFile(
      `This is not ${whose}: the column${missing.length > 1 ? 's' : ''} ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing. ` +
        `Expected: ${columns.join(', ')}. Found: ${shortened(line?.raw ?? '', 300) || 'no line at all'}.`,
    );
  }
  const known = [...columns, ...optional.filter((column) => names.includes(column))];
  const twice = known.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice) throw new UnusableFile(`The column ${twice} is there twice.`);
  return {
    at: Object.fromEntries(known.map((column) => [column, names.indexOf(column)])),
    width: names.length,
    trailingComma: names.at(-1) === '',
  };
}

/** Null when the line has the columns of the header, else why not. @throws UnusableFile when the file ends in the middle of it */
export function misfit({ number, raw, fields, isUnended }: Line, { width, trailingComma }: Header): RejectedRow | null {
  const count = fields?.length ?? 0;
  if (count === width || (count === width + 1 && fields?.at(-1) === '') || (count === width - 1 && trailingComma)) return null;
  if (isUnended && count < width)
    throw new UnusableFile(`The file is cut off: it ends in line ${number}, after ${count} of ${width} columns.`);
  const reason = fields ? `the header has ${width} columns, this line ${count}` : 'something follows a closing quote';
  return { line: number, raw: shortened(raw), reason };
}

export type CsvDump = {
  /** Whose it is, for messages: `a Groww dump`. */
  readonly whose: string;
  /** Reads the header; of a file without any line it gets undefined. @throws UnusableFile when it is none, or another */
  readonly head: (line: Line | undefined) => Header;
  /** Lines that say nothing. */
  readonly isBlank?: (line: Line) => boolean;
  /** Where fields end; at commas outside quotes unless given. */
  readonly split?: Split;
};

/** What `parse` makes of each line of a CSV that has as many fields as its header. @throws UnusableFile when the file is JSON, has another header or is cut off */
export async function* csvBatches(
  bytes: AsyncIterable<Buffer>,
  part: PartOfDump | undefined,
  { whose, head, isBlank = () => false, split }: CsvDump,
  parse: (number: number, fields: readonly string[], header: Header, raw: string) => Parsed,
): AsyncGenerator<Batch, void, undefined> {
  const progress = { bytes: 0 };
  const detected = await detectFormat(counting(bytes, progress));
  if (detected.format !== 'csv') throw new UnusableFile(`This is not ${whose}: a CSV file is expected, and the file holds JSON.`);
  let header: Header | undefined;
  yield* batches(
    csvLines(detected.bytes, part?.firstLine, split),
    progress,
    (line) => {
      if (!header) {
        header = head(line);
        return null;
      }
      if (isBlank(line)) return null;
      return misfit(line, header)?.reason ?? parse(line.number, line.fields ?? [], header, line.raw);
    },
    (line) => ({ line: line.number, raw: line.raw }),
  );
  if (!header) head(undefined);
}

export type Table<Column extends string> = {
  /** Whose it is, for messages: `a Groww dump`. */
  readonly whose: string;
  readonly columns: readonly Column[];
  /** Columns that a file may lack: their fields are blank then. */
  readonly optional?: readonly Column[];
};

/** A field of the line by its column. */
export type Field<Column extends string> = (column: Column) => string;

/** The same for a CSV whose columns are always the same ones. */
export const csvTable = <Column extends string>(
  bytes: AsyncIterable<Buffer>,
  part: PartOfDump | undefined,
  { whose, columns, optional = [] }: Table<Column>,
  row: (field: Field<Column>, line: number) => Parsed,
): AsyncGenerator<Batch, void, undefined> =>
  csvBatches(bytes, part, { whose, head: (line) => readHeader(line, columns, whose, optional) }, (number, fields, { at }) =>
    row((column) => fields[at[column] ?? -1] ?? '', number),
  );
