import type { PoolClient } from 'pg';
import { segmentFacts, type Day, type Segment } from '../instruments';
import type { DumpRow } from './domain/dump-row';
import type { Doubts } from './domain/gates';
import type { Comparison } from './matching';

/** What the registry holds against contracts of a file. Both functions read in the transaction that the connection is in. */

/** Where the underlyings of contracts are listed. In the other segments they are goods and currencies, which are not. */
const listedIn: Readonly<Partial<Record<Segment, readonly [cash: Segment, index: Segment]>>> = {
  NFO: ['NSE', 'NSE_INDEX'],
  BFO: ['BSE', 'BSE_INDEX'],
};

/** Of a segment's contracts at most about this many are held against the others, evenly taken: a share needs no more, and all of Dhan's 187,000 took a tenth of their run. */
const sample = 10_000;

/** So many listings are a market. Fewer, as in the bundled sample or a list of favourites, say nothing about what is missing. */
const market = 1_000;

/** Contracts on what neither the file nor the registry has, by any name that it ever had; only where both could have it. */
export async function unknownUnderlyings(connection: PoolClient, all: readonly DumpRow[], rows: readonly DumpRow[]): Promise<Doubts[]> {
  const contracts = grouped(rows.filter(({ segment, expiry, isTest }) => expiry !== null && !isTest && listedIn[segment]));
  if (contracts.size === 0) return [];
  const listed = grouped(all.filter(({ segment }) => segmentFacts[segment].kind !== 'derivatives'));
  const found: Doubts[] = [];
  for (const [segment, symbols] of contracts) {
    const [cash, index] = listedIn[segment] ?? [segment, segment]; // it is there: see above
    const [shares, indices] = [listed.get(cash), listed.get(index)];
    const missing = [...symbols.keys()].filter((symbol) => !shares?.has(symbol) && !indices?.has(symbol));
    const { rows: known } = await connection.query<{ shares: number; indices: number; names: string[] }>(inRegistry, [
      cash,
      index,
      missing,
    ]);
    const registry = known[0] ?? { shares: 0, indices: 0, names: [] };
    if (Math.max(shares?.size ?? 0, registry.shares) < market || Math.max(indices?.size ?? 0, registry.indices) === 0) continue;
    const names = new Set(registry.names);
    const count = (some: readonly string[]) => some.reduce((sum, symbol) => sum + (symbols.get(symbol) ?? 0), 0);
    found.push({ segment, rows: count([...symbols.keys()]), doubtful: count(missing.filter((symbol) => !names.has(symbol))) });
  }
  return found;
}

/** How many rows each symbol has, by segment. */
function grouped(rows: readonly DumpRow[]): ReadonlyMap<Segment, ReadonlyMap<string, number>> {
  const segments = new Map<Segment, Map<string, number>>();
  for (const { segment, symbol } of rows) {
    let symbols = segments.get(segment);
    if (!symbols) segments.set(segment, (symbols = new Map<string, number>()));
    symbols.set(symbol, (symbols.get(symbol) ?? 0) + 1);
  }
  return segments;
}

const inRegistry = `
  SELECT (SELECT count(*)::int FROM (SELECT FROM registry.lot_sizes t WHERE t.segment = $1 LIMIT ${market}) t) AS shares,
         (SELECT count(*)::int FROM (SELECT FROM registry.lot_sizes t WHERE t.segment = $2 LIMIT 1) t) AS indices,
         ARRAY(SELECT DISTINCT n.value FROM registry.instrument_identifiers n
               WHERE n.value = ANY($3) AND n.kind = 'symbol' AND n.segment IN ($1, $2)) AS names`;

/**
 * Contracts whose token other brokers have on the day, and all of them for another expiry, strike, side or lot. Lots are compared where all
 * brokers count in the exchange's (Dhan and Fyers say 1 for every contract of MCX). Rows that say what they said before were held against
 * the others then, and count as agreed.
 * @param others whose files of which segments are of these days: an older one may speak of contracts that are over
 */
export async function disagreements(
  connection: PoolClient,
  day: Day,
  others: readonly { readonly broker: string; readonly segment: Segment }[],
  rows: readonly DumpRow[],
  { changed }: Comparison,
): Promise<Doubts[]> {
  const judged = new Set(others.map(({ segment }) => segment));
  const contracts = new Map<Segment, DumpRow[]>();
  for (const row of changed) {
    if (row.expiry === null || !judged.has(row.segment)) continue;
    const some = contracts.get(row.segment);
    if (some) some.push(row);
    else contracts.set(row.segment, [row]);
  }
  if (contracts.size === 0) return [];
  const every = new Map([...contracts].map(([segment, some]) => [segment, Math.ceil(some.length / sample)]));
  const taken = [...contracts.values()].flatMap((some) => some.filter(({ segment }, n) => n % (every.get(segment) ?? 1) === 0));
  const { rows: found } = await connection.query<{ segment: Segment; compared: number; disagreeing: number }>(disagreeing, [
    day,
    others.map(({ broker }) => broker),
    others.map(({ segment }) => segment),
    taken.map(({ segment }) => segment),
    taken.map(({ exchangeToken }) => exchangeToken),
    taken.map(({ expiry }) => expiry),
    taken.map(({ strike }) => strike),
    taken.map(({ optionType }) => optionType),
    taken.map(({ segment, lotSize }) => (listedIn[segment] ? lotSize : null)),
  ]);
  return found.map(({ segment, compared, disagreeing: doubtful }) => {
    const each = every.get(segment) ?? 1;
    const all = rows.reduce((sum, row) => (row.segment === segment && row.expiry !== null ? sum + 1 : sum), 0);
    const unchanged = all - (contracts.get(segment)?.length ?? 0);
    return { segment, rows: each * compared + unchanged, doubtful: each * doubtful };
  });
}

/** `$1` the day, `$2` and `$3` whose files of which segments are recent, the others the rows. */
const disagreeing = `
  SELECT c.segment, count(*)::int AS compared, (count(*) FILTER (WHERE c.agrees IS NOT TRUE))::int AS disagreeing
  FROM (
    SELECT s.segment, bool_or(t.expiry = s.expiry AND t.strike IS NOT DISTINCT FROM s.strike AND t.option_type IS NOT DISTINCT FROM s.option_type
             AND (s.lot IS NULL OR b.lot_size IS NULL OR b.lot_size = s.lot)) AS agrees
    FROM unnest($4::text[], $5::text[], $6::date[], $7::numeric[], $8::text[], $9::int[]) WITH ORDINALITY
      AS s (segment, exchange_token, expiry, strike, option_type, lot, n)
    JOIN unnest($2::text[], $3::text[]) AS o (broker, segment) ON o.segment = s.segment
    JOIN registry.broker_tokens b ON b.exchange_token = s.exchange_token AND b.segment = s.segment AND b.broker = o.broker
      AND b.valid_from <= $1 AND (b.valid_to IS NULL OR b.valid_to > $1)
    JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1)
    GROUP BY s.n, s.segment
  ) c
  GROUP BY c.segment`;
