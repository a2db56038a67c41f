import type { Database } from '../../platform/database/database';
import { renamedOn, type Instrument } from '../instruments';
import { chainsOf, type ChangeRow } from './domain/symbol-changes';
import type { Publisher } from './publish';

/**
 * The listings that a chain of changes is of: those that have its last symbol on the day of its last change, else those that have it
 * next, and the other listings of the same securities, which may have ended under an earlier symbol. `$1` chains, `$2` symbols, `$3` days.
 */
const listings = `
  WITH named AS (
    SELECT s.n, s.id FROM (
      SELECT c.n, i.instrument_id AS id, rank() OVER (PARTITION BY c.n ORDER BY greatest(i.valid_from, c.since)) AS place
      FROM unnest($1::int[], $2::text[], $3::date[]) AS c (n, symbol, since)
      JOIN registry.instrument_identifiers i ON i.value = c.symbol AND i.kind = 'symbol' AND i.segment = 'NSE'
        AND (i.valid_to IS NULL OR i.valid_to > c.since)
    ) s WHERE s.place = 1
  )
  SELECT n, id FROM named
  UNION
  SELECT n.n, o.id FROM named n
  JOIN registry.instruments i ON i.id = n.id
  JOIN registry.instruments o ON o.security_id = i.security_id AND o.segment = 'NSE'
  ORDER BY n, id`;

/**
 * Puts the changes of symbols at their places in the past of the listings that the registry has.
 * @returns how many of the changes are of a listing that is known, and how many of these said something new
 */
export async function publishSymbolChanges(
  database: Database,
  publisher: Publisher,
  rows: readonly ChangeRow[],
): Promise<{ readonly known: number; readonly changed: number }> {
  const chains = chainsOf(rows);
  const found = await database.query<{ n: number; id: string }>({
    text: listings,
    values: [chains.map((_, n) => n), chains.map(([{ to }]) => to), chains.map(([{ day }]) => day)],
  });
  const known = new Set(found.flatMap(({ n }) => chains[n] ?? []));
  const changed = new Set<ChangeRow>();
  const changes = found.flatMap(({ n, id }) =>
    (chains[n] ?? []).map((row) => ({
      id,
      row,
      decide: (state: Instrument) => {
        const events = renamedOn(state, row);
        if (events.length > 0) changed.add(row);
        return events;
      },
    })),
  );
  await publisher.changes(changes);
  const refused = new Set(publisher.refusals.map(({ line }) => line));
  const isTaken = ({ line }: ChangeRow) => !refused.has(line);
  return { known: [...known].filter(isTaken).length, changed: [...changed].filter(isTaken).length };
}
