import { z } from 'zod';
import { UnusableFile, writtenDay } from '../../ingestion';
import { canonicalSymbol } from '../../instruments';
import { Entries, type ReferenceFile } from './reference-file';

const Banned = z.object({ underlying: z.string() });

const whose = "NSE's list of securities in ban period (fo_secban.csv)";

/** `Securities in Ban For Trade Date 07-JAN-2026:`, then `1,SYMBOL`; on most days few, on some none. */
export const nseBanList: ReferenceFile<typeof Banned> = {
  name: 'nse-ban-list',
  whose,
  table: 'banned_underlyings',
  fact: Banned,
  isSteady: false,
  isPerIndex: false,
  read([title, ...lines]) {
    const [, written = ''] = /^"?Securities in Ban For Trade Date (\S+?):?\s*(?:NIL)?"?,*$/i.exec(title?.raw.trim() ?? '') ?? [];
    const statedDay = writtenDay(written);
    if (statedDay === null)
      throw new UnusableFile(
        `This is not ${whose}: its first line is "Securities in Ban For Trade Date DD-MMM-YYYY:". Found: ${title?.raw.slice(0, 200) || 'no line at all'}.`,
      );
    const found = new Entries<z.infer<typeof Banned>>();
    for (const line of lines) {
      const [number = '', name = '', ...rest] = (line.fields ?? []).map((field) => field.trim());
      if (line.raw.trim() === '' || /^nil,?$/i.test(line.raw.trim())) continue;
      found.rows++;
      const underlying = canonicalSymbol(name);
      if (!/^\d+$/.test(number) || underlying === null || rest.some((field) => field !== ''))
        found.reject(line, 'a line is a number and a symbol: 1,ACME');
      else found.add(line, underlying, { underlying });
    }
    return found.said({ statedDay });
  },
};
