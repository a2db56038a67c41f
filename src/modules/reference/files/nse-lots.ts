import { z } from 'zod';
import { UnusableFile, type Line } from '../../ingestion';
import { canonicalSymbol, type Day } from '../../instruments';
import { Entries, type ReferenceFile } from './reference-file';

export const Lot = z.object({
  underlying: z.string().meta({ examples: ['NIFTY'] }),
  expiryMonth: z
    .string()
    .regex(/^\d{4}-\d\d$/)
    .describe('Of the contracts that have this lot.')
    .meta({ examples: ['2026-11'] }),
  lotSize: z.int().meta({ examples: [65] }),
});
type Lot = z.infer<typeof Lot>;

const whose = "NSE's list of market lots (fo_mktlots.csv)";

/**
 * fo_mktlots.csv: for each underlying the lot of each month in which contracts expire, so that a new lot is announced for later months.
 * Padded columns; a second header stands above the shares. A month that is no column any more is over, not without a lot.
 */
export const nseLots: ReferenceFile<typeof Lot> = {
  name: 'nse-lots',
  whose,
  table: 'announced_lots',
  fact: Lot,
  isSteady: true,
  isPerIndex: false,
  read(lines) {
    const months = monthsIn(lines[0]);
    const found = new Entries<Lot>();
    for (const line of lines.slice(1)) {
      const [, name = '', ...lots] = (line.fields ?? []).map((field) => field.trim());
      if (line.raw.trim() === '' || name.toUpperCase() === 'SYMBOL') continue;
      found.rows++;
      const reason = unusable(name, lots, months.length);
      if (reason !== null) found.reject(line, reason);
      else
        months.forEach((expiryMonth, column) => {
          const underlying = canonicalSymbol(name) as string; // or it were unusable
          const lotSize = Number(lots[column]);
          if (lotSize > 0) found.add(line, `${underlying} ${expiryMonth}`, { underlying, expiryMonth, lotSize }, monthAfter(expiryMonth));
        });
    }
    const [first = ''] = months;
    return found.said({
      covers: (subject) => months.some((month) => subject.endsWith(` ${month}`)),
      contradicts: (day) =>
        first === day.slice(0, 7) || first === monthAfter(day.slice(0, 7)).slice(0, 7)
          ? null
          : `its first month is ${first}, and a file has the month of its day first, or, after the last expiry in it, the next`,
    });
  },
};

function monthsIn(header: Line | undefined): string[] {
  const names = (header?.fields ?? []).map((name) => name.trim());
  const written = names.slice(2).filter((name) => name !== '');
  const months = written.map(monthOf);
  const found = `Found: ${header?.raw.slice(0, 200) || 'no line at all'}.`;
  if (names[0]?.toUpperCase() !== 'UNDERLYING' || names[1]?.toUpperCase() !== 'SYMBOL' || months.length === 0)
    throw new UnusableFile(`This is not ${whose}: the header UNDERLYING, SYMBOL and the months of expiry (JAN-26) is missing. ${found}`);
  const wrong = written[months.indexOf(null)];
  if (wrong !== undefined)
    throw new UnusableFile(`The column ${wrong} is no month as NSE writes it (JAN-26): use the file as NSE serves it. ${found}`);
  const known = months.flatMap((month) => month ?? []);
  if (known.some((month, n) => n > 0 && month <= (known[n - 1] ?? ''))) throw new UnusableFile(`The months are not in order. ${found}`);
  return known;
}

const names = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `JAN-26`; null for anything else, such as a spreadsheet's `Jan-26` or `26-Jan`, of which nobody knows what it was. */
function monthOf(text: string): string | null {
  const [, name = '', year = ''] = /^([A-Z]{3})-(\d\d)$/.exec(text) ?? [];
  const month = names.indexOf(name) + 1;
  return month === 0 ? null : `20${year}-${String(month).padStart(2, '0')}`;
}

/** The first day after the month. */
function monthAfter(month: string): Day {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10);
}

function unusable(symbol: string, lots: readonly string[], months: number): string | null {
  if (canonicalSymbol(symbol) === null) return `the symbol ${symbol || '(blank)'} is not one`;
  if (lots.length < months) return `the header has ${months} months, this line ${lots.length}`;
  const wrong = lots.find((lot) => !/^([1-9]\d{0,8})?$/.test(lot));
  return wrong === undefined ? null : `the lot ${wrong} is not a number above 0`;
}
