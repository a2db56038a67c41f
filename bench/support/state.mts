// What a registry holds, told in names that every registry has; whether it contradicts itself; in what two differ.
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import { buildFolder } from './options.mts';
import type { Service } from './service.mts';

/** Something that should not be, with some examples of it. */
export type Finding = { readonly kind: string; readonly count: number; readonly examples: readonly string[] };

/** So many examples of each kind. */
const shown = 5;

export async function asking<T>({ databaseUrl }: Service, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET work_mem = '128MB'`);
    return await work(client);
  } finally {
    await client.end();
  }
}

const span = (row: string) => `daterange(${row}.valid_from, ${row}.valid_to)`;

/** What holds a mapping's name: its instrument's key when it began. */
const keyOf = (row: string) => `coalesce(
  (SELECT t.key FROM registry.lot_sizes t WHERE t.instrument_id = ${row}.instrument_id AND t.valid_from <= ${row}.valid_from ORDER BY t.valid_from DESC LIMIT 1),
  (SELECT t.key FROM registry.lot_sizes t WHERE t.instrument_id = ${row}.instrument_id ORDER BY t.valid_from LIMIT 1), '(no terms)')`;

const bothOf = (a: string, b: string) =>
  `concat_ws(' ', ${a}.segment, ${a}.exchange_token, ${a}.broker, ${a}.token, ${keyOf(a)}, ${span(a)}, 'and', ${b}.exchange_token, ${b}.broker, ${b}.token, ${keyOf(b)}, ${span(b)})`;

/** Both brokers have sent the segment while both mappings held: one that stays away knows nothing of what came to be meant since. */
const bothSpeak = ['a', 'b']
  .map(
    (one) => `EXISTS (
      SELECT FROM registry.ingestion_runs r WHERE r.broker = ${one}.broker AND r.segments ? ${one}.segment AND r.status IN ('completed', 'quarantined')
        AND r.day <@ (${span('a')} * ${span('b')}))`,
  )
  .join(' AND ');

/** Each gives one row for each contradiction, as a line. */
const contradictions: Readonly<Record<string, string>> = {
  'streams of the log with a gap in their versions': `
    SELECT format('%s: %s events, versions %s to %s', e.stream, count(*), min(e.version), max(e.version)) AS line FROM log.events e
    GROUP BY e.stream HAVING min(e.version) <> 1 OR max(e.version) <> count(*)`,
  'streams that are not as far as their events': `
    SELECT format('%s: %s, not %s', s.stream, s.version, e.version) AS line FROM log.streams s
    FULL JOIN (SELECT stream, max(version) AS version FROM log.events GROUP BY stream) e USING (stream) WHERE s.version IS DISTINCT FROM e.version`,
  'positions missing in the log': `
    SELECT format('%s events, last position %s, head %s', e.count, e.last, h.position) AS line
    FROM (SELECT count(*), max(position) AS last FROM log.events) e, log.head h WHERE e.count <> e.last OR e.last <> h.position`,
  'instruments with two open tokens of one broker and segment': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.instrument_id = a.instrument_id AND b.broker = a.broker AND b.segment = a.segment AND b.exchange_token > a.exchange_token
    WHERE ${span('a')} && ${span('b')}`,
  'exchange tokens of a broker that mean two instruments': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.exchange_token = a.exchange_token AND b.segment = a.segment AND b.broker = a.broker AND b.instrument_id > a.instrument_id
    WHERE ${span('a')} && ${span('b')}`,
  'tokens of a broker that mean two instruments': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.token = a.token AND b.segment = a.segment AND b.broker = a.broker AND b.instrument_id > a.instrument_id
      AND b.exchange_token <> a.exchange_token
    WHERE ${span('a')} && ${span('b')}`,
  'contracts split in two: same token, expiry, strike and side at two brokers': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.exchange_token = a.exchange_token AND b.segment = a.segment AND b.broker > a.broker AND b.instrument_id <> a.instrument_id
    JOIN registry.lot_sizes s ON s.instrument_id = a.instrument_id AND s.expiry IS NOT NULL
    JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.expiry = s.expiry AND t.strike IS NOT DISTINCT FROM s.strike
      AND t.option_type IS NOT DISTINCT FROM s.option_type
    WHERE NOT isempty(${span('a')} * ${span('b')} * ${span('s')} * ${span('t')}) AND ${bothSpeak}`,
  'other contracts under one token at two brokers': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.exchange_token = a.exchange_token AND b.segment = a.segment AND b.broker > a.broker AND b.instrument_id <> a.instrument_id
    JOIN registry.lot_sizes s ON s.instrument_id = a.instrument_id AND s.expiry IS NOT NULL
    JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.expiry IS NOT NULL
      AND (t.expiry, t.strike, t.option_type) IS DISTINCT FROM (s.expiry, s.strike, s.option_type)
    WHERE NOT isempty(${span('a')} * ${span('b')} * ${span('s')} * ${span('t')}) AND ${bothSpeak}`,
  'listings split in two: same token at two brokers': `
    SELECT ${bothOf('a', 'b')} AS line FROM registry.broker_tokens a
    JOIN registry.broker_tokens b ON b.exchange_token = a.exchange_token AND b.segment = a.segment AND b.broker > a.broker AND b.instrument_id <> a.instrument_id
    WHERE ${span('a')} && ${span('b')} AND right(a.segment, 5) <> 'INDEX' AND ${bothSpeak}
      AND EXISTS (SELECT FROM registry.lot_sizes t WHERE t.instrument_id = a.instrument_id AND t.expiry IS NULL)
      AND EXISTS (SELECT FROM registry.lot_sizes t WHERE t.instrument_id = b.instrument_id AND t.expiry IS NULL)`,
  'listings split in two: same segment, ISIN and series': `
    SELECT concat_ws(' ', s.segment, s.isin, s.series, s.key, ${span('s')}, 'and', t.key, ${span('t')}) AS line FROM registry.instrument_identifiers a
    JOIN registry.instrument_identifiers b ON b.value = a.value AND b.kind = a.kind AND b.segment = a.segment AND b.instrument_id > a.instrument_id
    JOIN registry.lot_sizes s ON s.instrument_id = a.instrument_id AND s.isin = a.value
    JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.isin = a.value AND t.series IS NOT DISTINCT FROM s.series
    WHERE a.kind = 'isin' AND ${span('s')} && ${span('t')}`,
  'names that are still open to question (KEY~token)': `
    SELECT concat_ws(' ', t.key, ${span('t')}, t.name, t.isin) AS line FROM registry.lot_sizes t WHERE t.key LIKE '%~%'`,
};

/** What the registry's own tables say against each other, kind by kind; those of which there are none, too. */
export async function contradictionsOf(service: Service): Promise<Finding[]> {
  return asking(service, async (client) => {
    const findings: Finding[] = [];
    for (const [kind, lines] of Object.entries(contradictions)) findings.push(await finding(client, kind, lines));
    return findings;
  });
}

async function finding(client: Client, kind: string, lines: string, values: readonly unknown[] = []): Promise<Finding> {
  const { rows } = await client.query<{ count: number; examples: string[] | null }>(
    `SELECT count(*)::int AS count, (array_agg(f.line ORDER BY f.line))[1:${shown}] AS examples FROM (SELECT DISTINCT l.line FROM (${lines}) l) f`,
    [...values],
  );
  return { kind, count: rows[0]?.count ?? 0, examples: rows[0]?.examples ?? [] };
}

/** Every read model folded anew from the log, by the operator's command; the rows that were not what the log tells. */
export async function differingFromLog({ databaseUrl }: Service): Promise<Finding[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(buildFolder, 'cli.js'), 'rebuild', 'all', '--json'], {
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    maxBuffer: 16 * 1024 * 1024,
  });
  const rebuilt = JSON.parse(stdout) as { tables: { name: string; rows: number; wrong: number; missing: number }[] }[];
  const differing = rebuilt.flatMap(({ tables }) => tables).filter(({ wrong, missing }) => wrong + missing > 0);
  return differing.map(({ name, wrong, missing }) => ({
    kind: `rows of ${name} that differ from the log`,
    count: wrong + missing,
    examples: [`${wrong} wrong, ${missing} missing`],
  }));
}

/**
 * All that readers see, line by line and in names that every registry has: without ids, positions and recorded times. A delisting's
 * reason ends in the run that found it.
 */
const state = `
  SELECT 'instrument' AS kind, concat_ws('|', i.segment, i.listed_from, i.listed_to, i.expired, i.is_test, regexp_replace(i.delisting, 'ingestion [0-9a-f-]+', 'ingestion'),
           (SELECT string_agg(t.key || ' ' || t.valid_from, ', ' ORDER BY t.valid_from) FROM registry.lot_sizes t WHERE t.instrument_id = i.id),
           (SELECT string_agg(DISTINCT concat_ws(' ', b.broker, b.segment, b.exchange_token), ', ') FROM registry.broker_tokens b WHERE b.instrument_id = i.id)) AS line
  FROM registry.instruments i
  UNION ALL
  SELECT 'security', concat_ws('|', t.key, t.valid_from, i.security_id) FROM registry.lot_sizes t JOIN registry.instruments i ON i.id = t.instrument_id
  WHERE i.listed_from = t.valid_from
  UNION ALL
  SELECT 'terms', concat_ws('|', t.key, t.valid_from, coalesce(t.valid_to::text, ''), t.symbol, coalesce(t.name, ''), t.type, coalesce(t.isin, ''), coalesce(t.series, ''),
           coalesce(t.underlying, ''), t.expiry, t.strike, t.option_type, 'lot', t.lot_size, 'tick', trim_scale(t.tick_size), 'multiplier', trim_scale(t.multiplier),
           'freeze', t.freeze_quantity, CASE WHEN t.suspended THEN 'suspended' END, t.flags)
  FROM registry.lot_sizes t
  UNION ALL
  SELECT 'token', concat_ws('|', ${keyOf('b')}, b.broker, b.segment, b.exchange_token, b.token, b.symbol, coalesce(b.name, ''), b.valid_from, coalesce(b.valid_to::text, ''),
           'lot', b.lot_size, 'tick', trim_scale(b.tick_size), 'freeze', b.freeze_quantity, 'called', b.exchange_symbol)
  FROM registry.broker_tokens b
  UNION ALL
  SELECT 'name', concat_ws('|', n.segment, n.kind, n.value, n.valid_from, n.valid_to) FROM registry.instrument_identifiers n
  UNION ALL
  SELECT 'chain', concat_ws('|', c.segment, c.underlying, c.expiry, c.calls, c.puts, trim_scale(c.min_strike), trim_scale(c.max_strike), c.strikes) FROM registry.option_chains c
  UNION ALL
  SELECT 'run', concat_ws('|', r.broker, r.wanted_day, r.day, r.sha256, r.status, r.segments, 'quarantined', r.quarantined, r.reason) FROM registry.ingestion_runs r`;

/** And what each run says that it did: the same for the same files in the same order. */
const withCounts = `${state} UNION ALL SELECT 'counts', concat_ws('|', r.broker, r.day, r.sha256, r.counts) FROM registry.ingestion_runs r`;

/** Writes all that a registry holds to a file. */
export async function keepState(service: Service, file: string, { counts = false } = {}) {
  await asking(service, (client) => pipeline(client.query(to(`COPY (${counts ? withCounts : state}) TO STDOUT`)), createWriteStream(file)));
}

/** In what a registry differs from one whose state was kept, kind by kind; those in which it does not, too. */
export async function differences(
  service: Service,
  file: string,
  { counts = false } = {},
): Promise<(Finding & { readonly lines: number })[]> {
  return asking(service, async (client) => {
    await client.query('CREATE TEMPORARY TABLE expected (kind text, line text)');
    await pipeline(createReadStream(file), client.query(from('COPY expected FROM STDIN')));
    await client.query(`CREATE TEMPORARY TABLE found AS ${counts ? withCounts : state}`);
    const { rows } = await client.query<{ kind: string; lines: number; count: number; examples: string[] }>(`
      WITH missing AS (SELECT kind, line FROM expected EXCEPT ALL SELECT kind, line FROM found),
           surplus AS (SELECT kind, line FROM found EXCEPT ALL SELECT kind, line FROM expected),
           differing AS (SELECT kind, '- ' || line AS line FROM missing UNION ALL SELECT kind, '+ ' || line FROM surplus)
      SELECT e.kind, e.lines, coalesce(d.count, 0)::int AS count, coalesce(d.examples, '{}') AS examples
      FROM (SELECT kind, count(*)::int AS lines FROM found GROUP BY kind) e
      LEFT JOIN (SELECT kind, count(*), (array_agg(line ORDER BY substr(line, 3) COLLATE "C", line))[1:${2 * shown}] AS examples FROM differing GROUP BY kind) d USING (kind)
      ORDER BY e.kind`);
    return rows;
  });
}
