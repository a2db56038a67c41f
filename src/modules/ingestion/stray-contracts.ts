import type { PoolClient } from 'pg';
import type { Day, Segment } from '../instruments';
import type { DumpRow } from './domain/dump-row';
import type { Stray } from './domain/underlying-names';

/**
 * `$1` segments and `$2` underlyings of the file, in pairs; `$3` its day; `$4` segments for which newer days are known. The names of a
 * segment are stepped through in the index: a thousand steps instead of a million rows.
 */
const strays = `
  WITH RECURSIVE in_file AS (SELECT DISTINCT f.segment, f.underlying FROM unnest($1::text[], $2::text[]) AS f (segment, underlying)),
  known (segment, underlying) AS (
    SELECT f.segment, (SELECT min(t.underlying) FROM registry.lot_sizes t WHERE t.segment = f.segment) FROM (SELECT DISTINCT segment FROM in_file) f
    UNION ALL
    SELECT k.segment, (SELECT min(t.underlying) FROM registry.lot_sizes t WHERE t.segment = k.segment AND t.underlying > k.underlying)
    FROM known k WHERE k.underlying IS NOT NULL
  )
  SELECT t.segment, t.underlying, b.exchange_token AS "exchangeToken", t.expiry, t.strike, t.option_type AS "optionType", t.valid_from AS since,
         ARRAY(SELECT DISTINCT e.underlying FROM registry.lot_sizes e WHERE e.instrument_id = t.instrument_id AND e.valid_from < t.valid_from) AS before,
         array_agg(b.broker) AS brokers
  FROM known k
  JOIN registry.lot_sizes t ON t.segment = k.segment AND t.underlying = k.underlying AND t.expiry >= $3
    AND (t.valid_from <= $3 OR t.segment = ANY($4)) AND t.valid_to > $3
  JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id AND (b.valid_to IS NULL OR b.valid_to > $3)
    AND (b.valid_from <= $3 OR t.valid_from > $3)
  WHERE k.underlying IS NOT NULL AND NOT EXISTS (SELECT FROM in_file f WHERE f.segment = k.segment AND f.underlying = k.underlying)
  GROUP BY t.instrument_id, t.valid_from, b.exchange_token`;

/** The contracts, alive on the day, of underlyings that no row of the file names, in the segments of which it has contracts. */
export async function strayContracts(connection: PoolClient, rows: readonly DumpRow[], day: Day, backdated: readonly Segment[]) {
  const names = new Map<Segment, Set<string>>();
  for (const { segment, symbol, expiry } of rows)
    if (expiry !== null && expiry >= day) (names.get(segment) ?? names.set(segment, new Set()).get(segment))?.add(symbol);
  const pairs = [...names].flatMap(([segment, symbols]) => [...symbols].map((symbol) => [segment, symbol] as const));
  const { rows: found } = await connection.query<Stray>(strays, [
    pairs.map(([segment]) => segment),
    pairs.map(([, symbol]) => symbol),
    day,
    backdated,
  ]);
  return found;
}
