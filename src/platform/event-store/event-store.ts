import { Injectable, Optional } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { codeOf } from '../error-code';
import { currentContext, type Context } from '../context';
import { copyJson, copyLines, copyRows, deleteRows, insertRows, updateRows } from '../database/bulk';
import { Database, type Queryable } from '../database/database';
import { counter } from '../observability/metrics';
import type { AnyEvent } from './decider';
import { LogHead } from './log-head';
import { difference, type Change, type Row, type Table } from './table';

/** An event as the log keeps it. */
export type Recorded<Event extends AnyEvent = AnyEvent> = Event & {
  readonly position: number;
  /** `instrument-0192...`: category, hyphen, id. */
  readonly stream: string;
  readonly version: number;
  readonly metadata: Context;
  readonly recordedAt: Date;
};

/** Another writer was there first (HTTP 409): read again, decide again. */
export class WrongExpectedVersion extends Error {
  constructor(readonly streams: readonly string[]) {
    super(
      `${streams.length === 1 ? 'This resource was' : `${streams.length} resources were`} changed by another writer at the same time. Read again and retry.`,
    );
  }
}

/** One stream's part of a transaction. */
export type Append<State> = Change<State> & { readonly events: readonly AnyEvent[] };

/** Where the last event of a transaction stands. `repeated`: its command id was carried out before, and nothing was appended now. */
export type Appended = { readonly position: number; readonly repeated: boolean };

/** Log columns as SQL; positions and versions fit in a JavaScript number (2^53 positions are 2,800 years at 100,000 a second). */
const recorded = `position::float8 AS position, stream, version, type, data, metadata, recorded_at AS "recordedAt"`;

const appended = counter({ name: 'events_appended_total', help: 'Events appended to the log, by type.', labels: ['type'] });

const uniqueViolation = '23505';

/** From here on one COPY is faster than one INSERT. */
const many = 300;

@Injectable()
export class EventStore {
  constructor(
    private readonly database: Database,
    @Optional() private readonly head?: LogHead,
  ) {}

  /** The events of these streams, in order, grouped by stream. `upTo` is a position: what was known then. */
  async read(streams: readonly string[], upTo?: number): Promise<Map<string, Recorded[]>> {
    const { rows } = await this.database.pool.query<Recorded>(ofStreams('read', recorded, streams, upTo));
    const result = new Map<string, Recorded[]>();
    for (const event of rows) add(result, event.stream, event);
    return result;
  }

  /** What happened to these streams, in order, up to a position when it is given: all that a fold looks at. */
  async happened(streams: readonly string[], upTo?: number): Promise<Map<string, AnyEvent[]>> {
    const { rows } = await this.database.pool.query<[stream: string, type: string, data: object]>({
      ...ofStreams('happened', 'stream, type, data', streams, upTo),
      rowMode: 'array',
    });
    const result = new Map<string, AnyEvent[]>();
    for (const [stream, type, data] of rows) add(result, stream, { type, data });
    return result;
  }

  /** Events after a position, oldest first: the whole protocol of a follower. */
  async after(position: number, limit: number, db: Queryable = this.database.pool): Promise<Recorded[]> {
    const { rows } = await db.query<Recorded>({
      name: 'log-after',
      text: `SELECT ${recorded} FROM log.events WHERE position > $1 ORDER BY position LIMIT $2`,
      values: [position, limit],
    });
    return rows;
  }

  /** The newest position. */
  async position(db: Queryable = this.database.pool): Promise<number> {
    const { rows } = await db.query<{ position: number }>({
      name: 'log-position',
      text: 'SELECT position::float8 AS position FROM log.head',
    });
    return rows[0]?.position ?? 0;
  }

  /**
   * The position of the last event recorded at or before this instant: what `knownAt` means. Times are shown in milliseconds and kept in
   * microseconds, so the whole millisecond counts: who asks with the time that an event shows knows that event.
   */
  async positionAt(instant: Date): Promise<number> {
    const { rows } = await this.database.pool.query<{ position: number }>({
      name: 'log-position-at',
      text: `SELECT log.position_at($1::timestamptz + interval '999 microseconds')::float8 AS position`,
      values: [instant],
    });
    return rows[0]?.position ?? 0;
  }

  /** The position that a command id was carried out at, or null. */
  async positionOfCommand(commandId: string): Promise<number | null> {
    const { rows } = await this.database.pool.query<{ position: number }>({
      name: 'log-command',
      text: 'SELECT position::float8 AS position FROM log.commands WHERE command_id = $1',
      values: [commandId],
    });
    return rows[0]?.position ?? null;
  }

  /** Where the command of the present work was carried out already; null when it was not, or has no id. */
  async carriedOut(): Promise<number | null> {
    const { commandId } = currentContext();
    return commandId === undefined ? null : this.positionOfCommand(commandId);
  }

  /**
   * Events, read models and the command id commit together, or not at all. A command id that was carried out already changes nothing,
   * also when two transactions bring it at once: the second to record it rolls back wholly and answers what the first did.
   * Order within the transaction: versions by compare-and-set, read models, and last the counter, so that the one lock
   * which all writers share is held for the shortest time.
   * @throws WrongExpectedVersion when a stream is no longer at the version its change was decided on
   */
  async append<State>(category: string, appends: readonly Append<State>[], tables: readonly Table<State>[]): Promise<Appended> {
    const changed = appends.filter(({ events }) => events.length > 0);
    if (changed.length === 0) return this.appendNothing();
    let position: number;
    try {
      position = await this.database.transaction(async (tx) => {
        const context = currentContext();
        await tx.query({
          name: 'log-context',
          text: `SELECT set_config('registry.actor', $1, true), set_config('registry.correlation_id', $2, true), set_config('registry.run', $3, true),
                        set_config('registry.metadata', $4, true)`,
          values: [context.actor, context.correlationId, context.ingestionRun ?? '', JSON.stringify(context)],
        });
        await this.moveVersions(tx, category, changed);
        for (const table of tables) await write(tx, table, changed);
        return this.record(tx, category, changed, context);
      });
    } catch (error) {
      // A repeat may break on the command id, on a version or on a read model; what it would have done stands already.
      const first = await this.carriedOut().catch(() => null);
      if (first === null) throw error;
      this.head?.saw(first);
      return { position: first, repeated: true };
    }
    this.head?.saw(position);
    const counts = new Map<string, number>();
    for (const { events } of changed) for (const { type } of events) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const [type, count] of counts) appended.inc({ type }, count);
    return { position, repeated: false };
  }

  /** A command that had nothing to do was carried out, too. */
  private async appendNothing(): Promise<Appended> {
    const { commandId } = currentContext();
    if (commandId === undefined) return { position: await this.position(), repeated: false };
    const { rowCount } = await this.database.pool.query({
      name: 'log-remember-idle-command',
      text: 'INSERT INTO log.commands (command_id, position) SELECT $1, position FROM log.head ON CONFLICT DO NOTHING',
      values: [commandId],
    });
    return { position: (await this.positionOfCommand(commandId)) ?? 0, repeated: rowCount === 0 };
  }

  private async moveVersions<State>(tx: PoolClient, category: string, appends: readonly Append<State>[]) {
    const fresh = appends.filter(({ before }) => before.version === 0);
    const known = appends.filter(({ before }) => before.version > 0);
    const streams = (some: readonly Append<State>[]) => some.map(({ id }) => `${category}-${id}`);
    if (fresh.length >= many) {
      const lines = fresh.map(({ id, after }) => `${category}-${id}\t${after.version}`);
      await copyLines(tx, 'log.streams', ['stream', 'version'], lines).catch((error: unknown) => {
        throw codeOf(error) === uniqueViolation ? new WrongExpectedVersion(streams(fresh)) : error;
      });
    } else if (fresh.length > 0) {
      const { rowCount } = await tx.query({
        name: 'log-new-streams',
        text: `INSERT INTO log.streams (stream, version) SELECT * FROM unnest($1::text[], $2::int[]) ON CONFLICT DO NOTHING`,
        values: [streams(fresh), fresh.map(({ after }) => after.version)],
      });
      if (rowCount !== fresh.length) throw new WrongExpectedVersion(streams(fresh));
    }
    if (known.length > 0) {
      const { rowCount } = await tx.query({
        name: 'log-move-streams',
        text: `UPDATE log.streams s SET version = e.next FROM unnest($1::text[], $2::int[], $3::int[]) AS e (stream, expected, next)
               WHERE s.stream = e.stream AND s.version = e.expected`,
        values: [streams(known), known.map(({ before }) => before.version), known.map(({ after }) => after.version)],
      });
      if (rowCount !== known.length) throw new WrongExpectedVersion(streams(known));
    }
  }

  private async record<State>(tx: PoolClient, category: string, appends: readonly Append<State>[], context: Context): Promise<number> {
    const count = appends.reduce((sum, { events }) => sum + events.length, 0);
    const metadata = JSON.stringify(context);
    const head = `UPDATE log.head SET position = position + $1, recorded_at = greatest(clock_timestamp(), recorded_at + interval '1 microsecond')
                  RETURNING position - $1 AS base, recorded_at, log.ensure_partition(position + 1000000)`;
    let last: number;
    if (count < many) {
      const [streams, versions, types, data] = [[], [], [], []] as [string[], number[], string[], string[]];
      for (const { id, before, events } of appends)
        events.forEach((event, index) => {
          streams.push(`${category}-${id}`);
          versions.push(before.version + index + 1);
          types.push(event.type);
          data.push(JSON.stringify(event.data));
        });
      const { rows } = await tx.query<{ position: number }>({
        name: 'log-append',
        text: `WITH head AS (${head}),
               appended AS (INSERT INTO log.events (position, stream, version, type, data, metadata, recorded_at)
                 SELECT base + n, stream, version, type, data, $6::jsonb, recorded_at
                 FROM head, unnest($2::text[], $3::int[], $4::text[], $5::json[]) WITH ORDINALITY AS e (stream, version, type, data, n)
                 RETURNING position)
               SELECT max(position)::float8 AS position, pg_notify('log', max(position)::text) FROM appended`,
        values: [count, streams, versions, types, data, metadata],
      });
      last = rows[0]?.position ?? 0;
    } else {
      const { rows } = await tx.query<{ base: string; recorded_at: Date; stamp: string }>(
        `WITH head AS (${head}) SELECT base, recorded_at, recorded_at::text AS stamp FROM head`,
        [count],
      );
      const base = Number(rows[0]?.base);
      last = base + count;
      const stamp = rows[0]?.stamp ?? '';
      const lines = function* () {
        let position = base;
        for (const { id, before, events } of appends) {
          let version = before.version;
          for (const { type, data } of events) yield [++position, `${category}-${id}`, ++version, type, copyJson(data), stamp].join('\t');
        }
      };
      // The metadata is the column's default, which COPY reads once: parsing it for every event takes a quarter of the time.
      await copyLines(tx, 'log.events', ['position', 'stream', 'version', 'type', 'data', 'recorded_at'], lines());
      await tx.query(`SELECT pg_notify('log', $1)`, [String(last)]);
    }
    if (context.commandId)
      await tx.query({
        name: 'log-remember-command',
        text: 'INSERT INTO log.commands (command_id, position) VALUES ($1, $2)',
        values: [context.commandId, last],
      });
    return last;
  }
}

/** `position + 0`: found by stream and never by position, which half of the log may fulfil. */
const ofStreams = (name: string, columns: string, streams: readonly string[], upTo: number | undefined) => ({
  name: upTo === undefined ? `log-${name}` : `log-${name}-up-to`,
  text: `SELECT ${columns} FROM log.events WHERE stream = ANY($1) ${upTo === undefined ? '' : 'AND position + 0 <= $2'} ORDER BY stream, version`,
  values: upTo === undefined ? [streams] : [streams, upTo],
});

function add<Event>(to: Map<string, Event[]>, stream: string, event: Event) {
  const events = to.get(stream);
  if (events) events.push(event);
  else to.set(stream, [event]);
}

/** Brings one read model up to what the states say, in sets. The rows of many new streams are made when they are written: none waits. */
async function write<State>(tx: PoolClient, table: Table<State>, changes: readonly Change<State>[]) {
  const fresh = changes.filter(({ before }) => before.version === 0);
  const { removed, changed, added, superseded } = difference(
    table,
    fresh.length < many ? changes : changes.filter(({ before }) => before.version > 0),
  );
  if (table.history) await insertRows(tx, table.history, [...table.columns, 'superseded_version'], superseded);
  await deleteRows(tx, table.name, table.key, removed);
  await updateRows(tx, table.name, table.columns, table.key, changed);
  await insertRows(tx, table.name, table.columns, added);
  if (fresh.length >= many) await copyRows(tx, table.name, table.columns, rowsOf(table, fresh));
}

function* rowsOf<State>(table: Table<State>, changes: readonly Change<State>[]): Generator<Row> {
  for (const { id, after } of changes) yield* table.rows(id, after.version, after.state);
}
