import { parse } from 'csv-parse/sync';
import { Invalid } from '../../platform/errors';
import { CalendarDay } from './domain/calendar';

const header = ['day', 'name', 'open', 'close'];
/** Years outside these are slips of the pen. */
const [firstYear, lastYear] = ['1990', '2100'];

/**
 * A list of days: CSV with the header `day,name` or `day,name,open,close`.
 * @throws Invalid with the line of each mistake
 */
export function readHolidayList(text: string): CalendarDay[] {
  const [names = [], ...lines] = rowsOf(text);
  if (names.length < 2 || names.length > header.length || names.some((name, n) => name.toLowerCase() !== header[n]))
    throw invalid([{ path: 'line 1', message: 'The first line is day,name or day,name,open,close.' }]);
  if (lines.length === 0) throw invalid([{ path: '', message: 'The list has no days.' }]);
  const errors: { path: string; message: string }[] = [];
  const seen = new Map<string, number>();
  const days = lines.flatMap(([day = '', name = '', open = '', close = ''], n) => {
    const line = n + 2;
    const complain = (message: string) => void errors.push({ path: `line ${line}`, message });
    const read = CalendarDay.safeParse({ day, name, open: open || null, close: close || null });
    if (!read.success) for (const { path, message } of read.error.issues) complain(`${path.join('.')}: ${message}`);
    else if (day < firstYear || day >= lastYear) complain(`day: Give a day of the years ${firstYear} to ${Number(lastYear) - 1}.`);
    else if ((open === '') !== (close === '')) complain('Give both open and close, or neither for a closed day.');
    else if (open !== '' && open >= close) complain(`close: ${close} is not after ${open}.`);
    const first = seen.get(day);
    if (first !== undefined) complain(`day: ${day} stands in line ${first} already.`);
    seen.set(day, line);
    return read.success ? [read.data] : [];
  });
  if (errors.length > 0) throw invalid(errors);
  return days;
}

function rowsOf(text: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    throw invalid([{ path: '', message: `This is no CSV: ${error instanceof Error ? error.message : String(error)}` }]);
  }
}

function invalid(errors: readonly { path: string; message: string }[]): Invalid {
  const [first] = errors;
  return new Invalid(first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The list is not valid.', errors.slice(0, 100));
}
