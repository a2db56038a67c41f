import type { Client } from 'pg';
import { connect } from '../database/connect';
import { insertRows } from '../database/bulk';
import type { AnyEvent, Decider } from './decider';
import { difference, type Row, type Table } from './table';

/** What a rebuilt table has, and how the live one differed from it: `wrong` rows were too many there, `missing` ones were not there. */
export type RebuiltTable = { readonly name: string; readonly rows: number; readonly wrong: number; readonly missing: number };
export type Rebuilt = { readonly events: number; readonly seconds: number; readonly tables: readonly RebuiltTable[] };

type LoggedEvent = [stream: string, type: string, data: object, endsTransaction: boolean];

/** The events of one transaction share their time of recording, and no others have it. */
const endsTransaction = 'recorded_at IS DISTINCT FROM lead(recorded_at) OVER (PARTITION BY stream ORDER BY version)';
type Folded = { readonly rows: Row[]; readonly superseded: Row[] };

/** Events read at a time. */
const chunk = 10_000;

/**
 * Folds every stream of the log into a new table and makes the live one equal to it, with its history. The first pass runs beside
 * writers; then they wait while what came meanwhile is folded in and the two tables are compared. Only rows that differ are replaced,
 * in the same transaction: readers never wait, and views, triggers, grants and indexes stay what they are (a renamed table would leave
 * them behind with the old one).
 * @param url the owner's: the service itself may not lock the log
 */
export async function rebuild<State, Event extends AnyEvent>(
  url: string,
  decider: Decider<State, Event>,
  table: Table<State>,
  onProgress: (events: number, position: number) => void = () => {},
): Promise<Rebuilt> {
  const began = performance.now();
  const [reader, writer] = await Promise.all([connect(url), connect(url)]);
  try {
    await writer.query('BEGIN');
    await writer.query(`SELECT set_config('registry.actor', 'system:rebuild', true)`);
    const pairs = [
      { live: table.name, rebuilt: 'pg_temp.rebuilt', columns: table.columns },
      ...(table.history
        ? [{ live: table.history, rebuilt: 'pg_temp.rebuilt_history', columns: [...table.columns, 'superseded_version'] }]
        : []),
    ];
    for (const { live, rebuilt } of pairs)
      await writer.query(`CREATE TEMPORARY TABLE ${rebuilt.slice('pg_temp.'.length)} (LIKE ${live} INCLUDING GENERATED) ON COMMIT DROP`);
    const write = async ({ rows, superseded }: Folded) => {
      await insertRows(writer, 'pg_temp.rebuilt', table.columns, rows);
      if (table.history) await insertRows(writer, 'pg_temp.rebuilt_history', [...table.columns, 'superseded_version'], superseded);
    };

    const position = await headOf(reader);
    let events = 0;
    let writing: Promise<void> = Promise.resolve();
    const range = [`${decider.category}-`, `${decider.category}.`]; // the character after the hyphen
    for await (const part of folded(reader, decider, table, 'stream >= $1 AND stream < $2 AND position <= $3', [...range, position])) {
      // The next part is read and folded while this one is copied.
      await writing;
      writing = write(part);
      writing.catch(() => undefined); // awaited in the next round or after the loop
      onProgress((events += part.events), position);
    }
    await writing;

    // Writers take their streams first, so from here on nobody is in the middle of an append.
    await writer.query('LOCK TABLE log.streams IN SHARE ROW EXCLUSIVE MODE');
    const { rows: changed } = await writer.query<{ stream: string }>(
      'SELECT DISTINCT stream FROM log.events WHERE position > $1 AND stream >= $2 AND stream < $3',
      [position, ...range],
    );
    if (changed.length > 0) {
      const streams = changed.map(({ stream }) => stream);
      const ids = streams.map((stream) => stream.slice(decider.category.length + 1));
      for (const { rebuilt } of pairs) await writer.query(`DELETE FROM ${rebuilt} WHERE ${table.key[0]}::text = ANY($1)`, [ids]);
      for await (const part of folded(reader, decider, table, 'stream = ANY($1)', [streams])) {
        await write(part);
        events += part.events;
      }
    }
    const tables: RebuiltTable[] = [];
    for (const pair of pairs) tables.push(await replace(writer, pair));
    await writer.query('COMMIT');
    return { events, seconds: (performance.now() - began) / 1000, tables };
  } finally {
    await Promise.all([reader.end(), writer.end()]);
  }
}

async function headOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ position: string }>('SELECT position FROM log.head');
  return Number(rows[0]?.position ?? 0);
}

/** The rows of the streams that `where` selects, some thousand events at a time; the next ones are read while these are folded. */
async function* folded<State, Event extends AnyEvent>(
  client: Client,
  decider: Decider<State, Event>,
  table: Table<State>,
  where: string,
  values: unknown[],
): AsyncGenerator<Folded & { events: number }> {
  await client.query('BEGIN READ ONLY');
  await client.query(`SET LOCAL work_mem = '256MB'`);
  await client.query({
    text: `DECLARE log NO SCROLL CURSOR FOR SELECT stream, type, data, ${table.history ? endsTransaction : 'false'} FROM log.events WHERE ${where} ORDER BY stream, version`,
    values,
  });
  const fetch = () => client.query<LoggedEvent>({ text: `FETCH ${chunk} FROM log`, rowMode: 'array' });
  let next = fetch();
  let open: LoggedEvent[] = [];
  for (;;) {
    const { rows } = await next;
    const isLast = rows.length < chunk;
    if (!isLast) {
      next = fetch();
      next.catch(() => undefined); // awaited in the next round
    }
    const part = { rows: [] as Row[], superseded: [] as Row[], events: rows.length };
    for (const event of rows) {
      if (open[0] && open[0][0] !== event[0]) {
        fold(decider, table, open, part);
        open = [];
      }
      open.push(event);
    }
    if (isLast && open.length > 0) fold(decider, table, open, part);
    yield part;
    if (isLast) break;
  }
  await client.query('COMMIT');
}

/** Superseded rows are those that each transaction left behind. */
function fold<State, Event extends AnyEvent>(
  decider: Decider<State, Event>,
  table: Table<State>,
  events: readonly LoggedEvent[],
  into: Folded,
) {
  const stream = events[0]?.[0] ?? '';
  const id = stream.slice(decider.category.length + 1);
  let before = { version: 0, state: decider.initial };
  let state = decider.initial;
  events.forEach(([, type, data, ends], index) => {
    // True because a stream has events of its own category only.
    state = decider.evolve(state, { type, data } as unknown as Event);
    if (!ends) return;
    const after = { version: index + 1, state };
    if (before.version > 0) into.superseded.push(...difference(table, [{ id, before, after }]).superseded);
    before = after;
  });
  into.rows.push(...table.rows(id, events.length, state));
}

type Pair = { readonly live: string; readonly rebuilt: string; readonly columns: readonly string[] };

/** Rows of `a` that `b` has not, or has fewer times; whole rows are compared by their text. */
const lacking = (a: string, b: string) => `
  SELECT l.place FROM (SELECT t.ctid AS place, t::text AS said, row_number() OVER (PARTITION BY t::text) AS n FROM ${a} t) l
  WHERE NOT EXISTS (
    SELECT FROM (SELECT t::text AS said, row_number() OVER (PARTITION BY t::text) AS n FROM ${b} t) r WHERE r.said = l.said AND r.n = l.n)`;

/** Of a table's rows in any order: 64 bits of each, summed up exactly. */
const fingerprint = (table: string) => `SELECT count(*)::int AS rows, sum(hashtextextended(t::text, 0)::numeric) AS sum FROM ${table} t`;

async function replace(client: Client, { live, rebuilt, columns }: Pair): Promise<RebuiltTable> {
  await client.query(`SET LOCAL work_mem = '256MB'`);
  const list = columns.join(', ');
  const { rows } = await client.query<{ rows: number; same: boolean }>(
    `SELECT r.rows, (l.rows, l.sum) IS NOT DISTINCT FROM (r.rows, r.sum) AS same FROM (${fingerprint(live)}) l, (${fingerprint(rebuilt)}) r`,
  );
  const { rows: count, same } = rows[0] ?? { rows: 0, same: false };
  if (same) return { name: live, rows: count, wrong: 0, missing: 0 };
  const removed = await client.query(`DELETE FROM ${live} WHERE ctid = ANY(ARRAY(${lacking(live, rebuilt)}))`);
  const inserted = await client.query(
    `INSERT INTO ${live} (${list}) SELECT ${list} FROM ${rebuilt} WHERE ctid = ANY(ARRAY(${lacking(rebuilt, live)}))`,
  );
  return { name: live, rows: count, wrong: removed.rowCount ?? 0, missing: inserted.rowCount ?? 0 };
}
