import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { freshDatabase } from '../../../test/support/database';
import { Config } from '../config';
import { withContext } from '../context';
import { Database } from '../database/database';
import { Stale } from '../errors';
import { EventStore, WrongExpectedVersion } from './event-store';
import { Streams } from './streams';
import type { Table } from './table';

type Counted = { readonly type: 'Counted'; readonly data: { readonly to: number } };
const counted = (to: number): Counted => ({ type: 'Counted', data: { to } });
/** What is decided on the latest state is never out of order, however many decide at once. */
const next = (state: number) => [counted(state + 1)];

const table: Table<number> = {
  name: 'registry.counters',
  columns: ['id', 'version', 'value'],
  key: ['id'],
  rows: (id, version, value) => [{ id, version, value }],
};
const broken: Table<number> = { ...table, name: 'registry.nowhere' };
const decider = { category: 'counter', initial: 0, evolve: (_: number, event: Counted) => event.data.to };
const Counters = Streams<number, Counted>(decider, [table]);
const BrokenCounters = Streams<number, Counted>(decider, [table, broken]);

describe('the log', () => {
  let database: Database;
  let owner: Client;
  let store: EventStore;
  let counters: InstanceType<typeof Counters>;

  beforeAll(async () => {
    const url = await freshDatabase();
    owner = new Client({ connectionString: url });
    await owner.connect();
    await owner.query('CREATE TABLE registry.counters (id uuid PRIMARY KEY, version integer NOT NULL, value integer NOT NULL)');
    database = new Database(Config.load({ DATABASE_URL: url, DATABASE_POOL_SIZE: '20' }));
    store = new EventStore(database);
    counters = new Counters(store);
  });
  afterAll(async () => {
    await database.onModuleDestroy();
    await owner.end();
  });
  /** Whatever a spec did: positions without gaps up to the head, versions 1..n in the order of positions, times that never go back. */
  afterEach(async () => {
    const { rows } = await owner.query(`
      SELECT count(*) = coalesce(max(position), 0) AND coalesce(max(position), 0) = (SELECT position FROM log.head) AS whole,
             bool_and(version = n) AS versions, bool_and(recorded_at >= before) IS NOT FALSE AS times
      FROM (SELECT position, version, recorded_at, row_number() OVER (PARTITION BY stream ORDER BY position) AS n,
                   lag(recorded_at) OVER (ORDER BY position) AS before FROM log.events) e`);
    expect(rows).toEqual([{ whole: true, versions: true, times: true }]);
  });

  const valueOf = async (id: string) =>
    (await owner.query<{ value: number; version: number }>('SELECT value, version FROM registry.counters WHERE id = $1', [id])).rows[0];

  it('keeps what 16 writers add to one stream at the same time: all of it, once, in order', async () => {
    const id = randomUUID();
    const writer = async () => {
      let done = 0;
      while (done < 10) {
        try {
          await counters.change(id, next);
          done++;
        } catch (error) {
          // after some attempts a caller is told, and may ask again
          if (!(error instanceof WrongExpectedVersion)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: 16 }, writer));
    const events = (await store.read([`counter-${id}`])).get(`counter-${id}`) ?? [];
    expect(events.map(({ data }) => (data as Counted['data']).to)).toEqual(Array.from({ length: 160 }, (_, n) => n + 1));
    expect(await valueOf(id)).toEqual({ value: 160, version: 160 });
  }, 60_000);

  it('lets one of several win that expect the same version, and tells the others', async () => {
    const id = randomUUID();
    await counters.change(id, next);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => counters.change(id, next, 1)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Stale);
    expect(await valueOf(id)).toEqual({ value: 2, version: 2 });
  });

  it('takes thousands of streams in one transaction, new ones and known ones, by the same decisions', async () => {
    const ids = Array.from({ length: 1_200 }, () => randomUUID());
    for (const _ of [1, 2])
      await counters.changeMany(ids.map((id) => ({ id, decide: (state) => [counted(state + 1), counted(state + 2)] })));
    const states = await counters.states(ids);
    expect([...states.values()].every(({ version, state }) => version === 4 && state === 4)).toBe(true);
    const { rows } = await owner.query(
      'SELECT count(*)::int AS count, min(value) AS least, max(version) AS most FROM registry.counters WHERE id = ANY($1)',
      [ids],
    );
    expect(rows).toEqual([{ count: 1_200, least: 4, most: 4 }]);
  });

  it('takes all of a transaction or nothing', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const before = await store.position();
    await counters.change(one, next);
    const stale = [{ id: one, events: [counted(9)], before: { version: 0, state: 0 }, after: { version: 1, state: 9 } }];
    const fresh = { id: other, events: [counted(1)], before: { version: 0, state: 0 }, after: { version: 1, state: 1 } };
    await expect(store.append('counter', [fresh, ...stale], [table])).rejects.toBeInstanceOf(WrongExpectedVersion);
    await expect(new BrokenCounters(store).change(other, next)).rejects.toThrow('nowhere');
    expect([await store.position(), await valueOf(other)]).toEqual([before + 1, undefined]);
    expect((await store.read([`counter-${other}`])).size).toBe(0);
  });

  describe('carries out a command id once', () => {
    const once = <T>(commandId: string, work: () => Promise<T>) =>
      withContext({ correlationId: 'spec', actor: 'key:spec', commandId }, work);
    const never = (): never => {
      throw new Error('This was decided already.');
    };

    it('and answers a repeat as the first time, whatever happened since', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      const first = await once(commandId, () => counters.change(id, next));
      expect(await store.positionOfCommand(commandId)).toBe(first.position);
      await counters.change(id, next);
      const before = await store.position();
      expect(await once(commandId, () => counters.change(id, next))).toEqual(first);
      expect(await once(commandId, () => counters.change(id, never, 0))).toEqual(first);
      expect(await once(commandId, () => counters.changeMany([{ id, decide: never }]))).toEqual({ position: first.position, appends: [] });
      expect([await store.position(), await valueOf(id)]).toEqual([before, { value: 2, version: 2 }]);
    });

    it('also when there was nothing to do the first time', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      const { position } = await counters.change(id, next);
      const first = await once(commandId, () => counters.change(id, () => []));
      expect(first).toEqual({ version: 1, position });
      await counters.change(id, next);
      expect(await once(commandId, () => counters.change(id, next))).toEqual(first);
      expect(await valueOf(id)).toEqual({ value: 2, version: 2 });
    });

    it('when an append is repeated as it was', async () => {
      const [id, commandId] = [randomUUID(), randomUUID()];
      const fresh = [{ id, events: [counted(1)], before: { version: 0, state: 0 }, after: { version: 1, state: 1 } }];
      const { position } = await once(commandId, () => store.append('counter', fresh, [table]));
      expect(await once(commandId, () => store.append('counter', fresh, [table]))).toEqual({ position, repeated: true });
      expect(await store.position()).toBe(position);
    });

    it.each([
      ['one stream', [randomUUID()]],
      ['a stream each', Array.from({ length: 8 }, () => randomUUID())],
    ])('when eight race for %s: the others change nothing and get the position of the first', async (_, ids) => {
      const commandId = randomUUID();
      const before = await store.position();
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, n) => once(commandId, () => counters.change(ids[n % ids.length] ?? '', next))),
      );
      expect(outcomes.map(({ position }) => position)).toEqual(Array.from({ length: 8 }, () => before + 1));
      expect(await store.position()).toBe(before + 1);
      const values = await Promise.all(ids.map(valueOf));
      expect(values.filter((value) => value !== undefined)).toEqual([{ value: 1, version: 1 }]);
    });

    it('when bulk work races: one appends all of it, the other nothing', async () => {
      const commandId = randomUUID();
      const bulk = () => Array.from({ length: 400 }, () => ({ id: randomUUID(), decide: next, fresh: true }));
      const before = await store.position();
      const [one, other] = await Promise.all([bulk(), bulk()].map((changes) => once(commandId, () => counters.changeMany(changes))));
      expect([one?.position, other?.position, await store.position()]).toEqual([before + 400, before + 400, before + 400]);
      expect([one?.appends.length, other?.appends.length].sort()).toEqual([0, 400]);
    });
  });

  it('says with each event who caused it, and when', async () => {
    const id = randomUUID();
    const context = { correlationId: 'a-request', actor: 'key:somebody', causationId: '7', ingestionRun: 'a-run' };
    await withContext(context, () => counters.change(id, next));
    const [event] = (await store.read([`counter-${id}`])).get(`counter-${id}`) ?? [];
    expect(event).toMatchObject({ version: 1, type: 'Counted', metadata: context, recordedAt: expect.any(Date) as Date });
    expect(await store.positionAt(event?.recordedAt ?? new Date(0))).toBeGreaterThanOrEqual(event?.position ?? Infinity);
    expect(await store.positionAt(new Date('2000-01-01'))).toBe(0);
  });

  describe('only grows', () => {
    const attempts = [
      `UPDATE log.events SET data = '{}'`,
      'DELETE FROM log.events',
      'TRUNCATE log.events',
      'UPDATE log.events_p00000 SET version = 2',
      'DELETE FROM log.events_p00000',
      'TRUNCATE log.events_p00000',
      'UPDATE log.commands SET position = 1',
      'DELETE FROM log.commands',
      'DELETE FROM log.streams',
      'TRUNCATE log.streams',
      'DELETE FROM log.head',
      'TRUNCATE log.head',
    ];
    it.each(attempts)('for its owner: %s is refused', async (attempt) => {
      await expect(owner.query(attempt)).rejects.toMatchObject({ code: '42501' });
    });
    it.each([
      ...attempts,
      'DELETE FROM registry.audit_trail',
      `UPDATE registry.audit_trail SET actor = 'nobody'`,
      `INSERT INTO registry.audit_trail (table_name, operation, instrument_ids) VALUES ('x', 'INSERT', '{}')`,
    ])('for the service: %s is refused', async (attempt) => {
      await expect(database.query({ text: attempt })).rejects.toMatchObject({ code: '42501' });
    });
  });
});
