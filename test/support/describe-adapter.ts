import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Adapter, PartOfDump } from '../../src/modules/ingestion/adapters/adapter';
import type { Format } from '../../src/modules/ingestion/domain/run';
import { type DumpRow, type RejectedRow, UnusableFile } from '../../src/modules/ingestion/domain/dump-row';
import { Day, Decimal, formatKey, InstrumentType, Isin, parseKey, Segment } from '../../src/modules/instruments';

/** Reads everything; `step` is the size of the chunks in bytes. */
export async function readAll(
  adapter: Adapter,
  content: Buffer,
  step = 65536,
  part?: PartOfDump,
): Promise<{ rows: DumpRow[]; rejects: RejectedRow[]; bytesRead: number }> {
  const rows: DumpRow[] = [];
  const rejects: RejectedRow[] = [];
  let bytesRead = 0;
  for await (const batch of adapter.read(chunks(content, step), part)) {
    rows.push(...batch.rows);
    rejects.push(...batch.rejects);
    bytesRead = batch.bytesRead;
  }
  return { rows, rejects, bytesRead };
}

export async function* chunks(content: Buffer, step: number): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < content.length; at += step) yield await Promise.resolve(content.subarray(at, at + step));
}

type Case = {
  readonly format: Format;
  /** In test/fixtures. */
  readonly fixture: string;
  /** The entry of a zip that it stands for, where the adapter reads several. */
  readonly part?: string;
  readonly rows: readonly Partial<DumpRow>[];
  readonly rejects: readonly (readonly [line: number, reason: string])[];
  /** A column or property without which the file is refused; null for a CSV without header, whose columns have places only. */
  readonly required: string | null;
  /** A comma unless given. */
  readonly separator?: string;
  /** Lines at the end without which the file is cut off. */
  readonly footer?: number;
};

/** What every adapter must do, with the odd rows that its fixtures hold. */
export function describeAdapter(adapter: Adapter, cases: readonly Case[]): void {
  describe(`the ${adapter.broker} adapter`, () => {
    it('has a case for each of its formats', () =>
      expect([...new Set(cases.map(({ format }) => format))].sort()).toEqual([...adapter.formats].sort()));

    it.each(['', '  \n\t ', '<html><body>Service unavailable</body></html>', '{"status":"error"}', 'a,b,c\n1,2,3\n', '[{"id":1}]', '[1]'])(
      'refuses %j',
      async (content) => {
        await expect(readAll(adapter, Buffer.from(content))).rejects.toThrow(UnusableFile);
      },
    );

    describe.each(cases)('on $fixture', ({ format, fixture, part, rows, rejects, required, separator = ',', footer = 0 }) => {
      const content = readFileSync(path.join(__dirname, '../fixtures', fixture));
      const text = content.toString('utf8');
      const load = (bytes = content, step?: number) => readAll(adapter, bytes, step, { name: part ?? '', firstLine: 1 });

      it('reads every row in the registry’s terms', async () => {
        const read = await load();
        expect(read.rows).toEqual(rows.map((row) => ({ ...blank, ...row })));
      });

      it('rejects what it cannot use, with the reason and the text', async () => {
        const read = await load();
        expect(read.rejects.map(({ line, reason }) => [line, reason])).toEqual(rejects);
        for (const { raw } of read.rejects) expect(raw).not.toBe('');
      });

      it.each([1, 7, 64])('reads the same in chunks of %i bytes', async (step) => {
        expect(await load(content, step)).toEqual(await load());
      });

      it('tells how far it has come', async () => expect((await load()).bytesRead).toBe(content.length));

      it('gives rows that can be stored, and keys that can be read back', async () => {
        for (const row of (await load()).rows) {
          expect(Segment.options).toContain(row.segment);
          expect([...InstrumentType.options, null]).toContain(row.type);
          for (const number of [row.strike, row.tickSize, row.multiplier]) if (number !== null) Decimal.parse(number);
          if (row.expiry !== null) Day.parse(row.expiry);
          if (row.isin !== null) Isin.parse(row.isin);
          const key = parseKey(formatKey(row));
          expect(key).toMatchObject({
            segment: row.segment,
            symbol: row.symbol,
            expiry: row.expiry,
            strike: row.strike,
            optionType: row.optionType,
          });
        }
      });

      if (required !== null)
        it(`refuses the file without ${required}, and names it`, async () => {
          const anyCase = (flags: string) => new RegExp(required, flags);
          await expect(load(Buffer.from(text.replaceAll(anyCase('gi'), 'renamed')))).rejects.toThrow(anyCase('i'));
        });

      if (format === 'csv') {
        it('takes CRLF for LF', async () => {
          const read = await load(Buffer.from(text.replaceAll('\n', '\r\n')));
          expect(read.rows).toEqual((await load()).rows);
        });

        if (required !== null)
          it('takes columns in any order, in capitals, with another one between', async () => {
            const { rows } = await load();
            const [header = '', ...lines] = text.trimEnd().split('\n');
            const width = header.split(separator).length;
            const shuffle = (line = '') =>
              separator === ',' ? reversed(line, width) : [...line.split(separator), 'more'].reverse().join(separator);
            const end = footer > 0 ? lines.slice(-footer) : [];
            const shuffled = [shuffle(header.toUpperCase()), ...rows.map(({ line }) => shuffle(lines[line - 2])), ...end];
            const read = await load(Buffer.from(shuffled.join('\n')));
            expect(read.rows).toEqual(rows.map((row, at) => ({ ...row, line: at + 2 })));
          });
      } else {
        it.each([1, 30, 2000])('refuses the file when its last %i bytes are missing', async (missing) => {
          const end = text.trimEnd().length;
          await expect(load(Buffer.from(text.slice(0, end - missing)))).rejects.toThrow(/cut off/);
        });

        it('refuses anything behind the array', async () => {
          await expect(load(Buffer.from(`${text}[]`))).rejects.toThrow(UnusableFile);
        });
      }
    });
  });
}

/** The line's fields from the last to the first, with one more, all in quotes. A line may lack the header's trailing comma. */
function reversed(line: string, width: number): string {
  const [fields = []] = parse(line, { ltrim: true });
  const all = fields.length < width ? [...fields, ''] : fields;
  return [...all.reverse(), 'more'].map((field) => `"${field.replaceAll('"', '""')}"`).join(',');
}

const blank = {
  name: null,
  isin: null,
  series: null,
  expiry: null,
  strike: null,
  optionType: null,
  lotSize: null,
  tickSize: null,
  freezeQuantity: null,
  multiplier: null,
  isTest: false,
};

/** The terms of a contract in a row that an adapter gives. */
export const future = (symbol: string, expiry: Day) => ({ type: 'FUTURE', symbol, expiry }) as const;
export const option = (symbol: string, expiry: Day, strike: string, optionType: 'CE' | 'PE') =>
  ({ type: 'OPTION', symbol, expiry, strike, optionType }) as const;
