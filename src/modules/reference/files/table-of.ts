import { misfit, readHeader, type Line } from '../../ingestion';
import { Entries } from './reference-file';

type Field<Column extends string> = (column: Column) => string;
type Add<Fact> = { readonly subject: string; readonly fact: Fact };

/** What each row of a CSV with a header says: a fact of a subject, or (text) why it cannot be used. Fields come without blanks around. */
export function tableOf<Column extends string, Fact extends object>(
  lines: readonly Line[],
  { whose, columns, optional = [] }: { readonly whose: string; readonly columns: readonly Column[]; readonly optional?: readonly Column[] },
  row: (field: Field<Column>) => Add<Fact> | string,
): Entries<Fact> {
  const header = readHeader(lines[0], columns, whose, optional);
  const found = new Entries<Fact>();
  for (const line of lines.slice(1)) {
    if (line.raw.trim() === '') continue;
    found.rows++;
    const said = misfit(line, header)?.reason ?? row((column) => line.fields?.[header.at[column] ?? -1]?.trim() ?? '');
    if (typeof said === 'string') found.reject(line, said);
    else found.add(line, said.subject, said.fact);
  }
  return found;
}
