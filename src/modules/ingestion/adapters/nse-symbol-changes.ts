import { canonicalSymbol, type Day } from '../../instruments';
import { UnusableFile, type RejectedRow } from '../domain/dump-row';
import type { ChangeRow } from '../domain/symbol-changes';
import { counting, detectFormat, shortened, writtenDay, type Adapter, type Batch } from './adapter';
import { csvLines, type Line } from './csv';

/** `Zomato Limited,ZOMATO,ETERNAL,09-APR-2025`: no header; the name of the company may be blank. */
const width = 4;

/** NSE's symbolchange.csv: every change of a symbol since 1995, in no order. */
export const nseSymbolChanges: Adapter = {
  broker: 'nse-symbolchange',
  formats: ['csv'],
  tellsOfThePast: true,
  official: ['https://nsearchives.nseindia.com/content/equities/symbolchange.csv'],
  async *read(bytes, part) {
    const progress = { bytes: 0 };
    const detected = await detectFormat(counting(bytes, progress));
    const isFirst = { line: true };
    for await (const lines of csvLines(detected.bytes, part?.firstLine)) yield batch(lines, progress.bytes, isFirst);
  },
};

function batch(lines: readonly Line[], bytesRead: number, isFirst: { line: boolean }): Batch {
  const symbolChanges: ChangeRow[] = [];
  const rejects: RejectedRow[] = [];
  for (const line of lines) {
    if (isFirst.line && (line.fields?.length !== width || dayOf(line.fields[3] ?? '') === null))
      throw new UnusableFile(
        `This is not NSE's symbolchange.csv, which has no header and begins with a change (name, old symbol, new symbol, day). Found: ${shortened(line.raw, 300)}.`,
      );
    const change = changeIn(line);
    isFirst.line = false;
    if (typeof change === 'string') rejects.push({ line: line.number, raw: shortened(line.raw), reason: change });
    else symbolChanges.push(change);
  }
  return { rows: [], rejects, symbolChanges, bytesRead };
}

function changeIn({ number, raw, fields, isUnended }: Line): ChangeRow | string {
  if (isUnended && fields && fields.length < width)
    throw new UnusableFile(`The file is cut off: it ends in line ${number}, after ${fields.length} of ${width} columns.`);
  if (fields?.length !== width) return `${width} columns are expected, this line has ${fields?.length ?? 'a broken quote'}`;
  const [, old = '', now = '', written = ''] = fields;
  const [from, to, day] = [canonicalSymbol(old), canonicalSymbol(now), dayOf(written)];
  if (from === null) return `the old symbol ${old.trim() || '(blank)'} is not one`;
  if (to === null) return `the new symbol ${now.trim() || '(blank)'} is not one`;
  if (day === null) return `the day ${written.trim() || '(blank)'} is not one`;
  if (from === to) return `the symbol ${from} stays as it is`;
  return { line: number, raw: shortened(raw), from, to, day };
}

/** Some copies have years of two digits: NSE opened in 1994. */
function dayOf(text: string): Day | null {
  const day = writtenDay(text);
  return day !== null && day >= '2094' ? `19${day.slice(2)}` : day;
}
