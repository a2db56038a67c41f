import type { Adapter } from '../../src/modules/ingestion/adapters/adapter';
import type { DumpRow, RejectedRow } from '../../src/modules/ingestion/domain/dump-row';
import { dumpLimits, openDump } from '../../src/modules/ingestion/files/open-dump';
import { readDump } from '../../src/modules/ingestion/files/read-dump';
import type { Day } from '../../src/modules/instruments';
import { countBy, keyOf } from './load-dump';

export { countBy };

/** Everything that the adapter reads in a file, packed or not. */
export async function readFile(
  path: string,
  adapter: Adapter,
): Promise<{ rows: DumpRow[]; rejects: RejectedRow[]; statedDay: Day | null }> {
  const rows: DumpRow[] = [];
  const rejects: RejectedRow[] = [];
  let statedDay: Day | null = null;
  for await (const batch of readDump(
    await openDump(path, { ...dumpLimits, encoding: adapter.encoding }, adapter.entries ?? null),
    adapter,
  )) {
    rows.push(...batch.rows);
    rejects.push(...batch.rejects);
    statedDay = batch.statedDay ?? statedDay;
  }
  return { rows, rejects, statedDay };
}

/** What must be unique in a file. */
export const keysOf = (rows: readonly DumpRow[]) => new Set(rows.map(keyOf));

/** How many rows two files have in common by segment and exchange token, and in how many of them each field differs. What one does not say is no difference. */
export function differences(
  ours: readonly DumpRow[],
  theirs: readonly DumpRow[],
  fields: readonly (keyof DumpRow)[],
): Record<string, number> {
  const others = new Map(theirs.map((row) => [keyOf(row), row]));
  const pairs = ours.flatMap((row) => {
    const other = others.get(keyOf(row));
    return other ? [{ row, other }] : [];
  });
  const differing = pairs.flatMap(({ row, other }) =>
    fields.filter((field) => row[field] !== null && other[field] !== null && row[field] !== other[field]),
  );
  return { common: pairs.length, ...countBy(differing) };
}
