import { parse } from 'csv-parse/sync';
import type { Adapter } from '../../src/modules/ingestion/adapters/adapter';
import type { DumpRow, RejectedRow } from '../../src/modules/ingestion/domain/dump-row';
import { openDump } from '../../src/modules/ingestion/files/open-dump';
import { readDump } from '../../src/modules/ingestion/files/read-dump';
import { dataFile } from './data';

/** All that the adapter reads in a real file. */
export async function loadDump(adapter: Adapter, name: string): Promise<{ rows: DumpRow[]; rejects: RejectedRow[] }> {
  const rows: DumpRow[] = [];
  const rejects: RejectedRow[] = [];
  for await (const batch of readDump(await openDump(dataFile(name)), adapter)) {
    rows.push(...batch.rows);
    rejects.push(...batch.rejects);
  }
  return { rows, rejects };
}

/** A real CSV read the plain way, past all adapters: by the names in its header, or by number where it has none. */
export async function loadPlainCsv(name: string, hasHeader = true): Promise<Readonly<Record<string, string>>[]> {
  const chunks: Buffer[] = [];
  for (const { stream } of (await openDump(dataFile(name))).parts) for await (const chunk of stream) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  if (hasHeader) return parse(text, { columns: true });
  return parse(text).map((line) => Object.fromEntries(line.map((field, at) => [String(at), field])));
}

export const keyOf = (row: DumpRow) => `${row.segment} ${row.exchangeToken}`;

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

type Told = { readonly key: string } & { readonly [Field in keyof DumpRow]?: string | number | boolean | null };

/** Of what another source tells of the same (segment, token): how many rows are common, and in how many each field differs. Null is no difference. */
export function differences(rows: readonly DumpRow[], others: Iterable<Told>): Record<string, Record<string, number>> {
  const ours = new Map(rows.map((row) => [keyOf(row), row]));
  const found: Record<string, Record<string, number>> = {};
  for (const { key, ...told } of others) {
    const row = ours.get(key);
    if (!row) continue;
    const counts = (found[row.segment] ??= { common: 0 });
    counts.common = (counts.common ?? 0) + 1;
    for (const [field, value] of Object.entries(told)) {
      const own = row[field as keyof DumpRow]; // told has fields of a row only
      if (own !== null && value !== null && own !== value) counts[field] = (counts[field] ?? 0) + 1;
    }
  }
  return found;
}
