import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { freshDatabase } from '../../../test/support/database';
import { Config } from '../config';
import { Database } from '../database/database';
import { EventStore } from './event-store';
import { Fenced, LogFollower, type Follower } from './follower';

const happened = { type: 'Happened', data: {} };
const nothing = { version: 0, state: null };

describe('a follower of the log', () => {
  let url: string;
  let database: Database;
  let store: EventStore;

  beforeAll(async () => {
    url = await freshDatabase();
    database = new Database(Config.load({ DATABASE_URL: url, DATABASE_POOL_SIZE: '20' }));
    store = new EventStore(database);
    const owner = new Client({ connectionString: url });
    await owner.connect();
    await owner.query(`CREATE TABLE registry.effects (follower text, position bigint, PRIMARY KEY (follower, position))`);
    await owner.end();
  });
  afterAll(() => database.onModuleDestroy());

  /** The position of one more event. */
  const append = async () => {
    const fresh = { id: randomUUID(), events: [happened], before: nothing, after: { version: 1, state: null } };
    return (await store.append('test', [fresh], [])).position;
  };

  /** Notes every position it was given: twice the same one would break the primary key. */
  const noting = (name: string, seen: number[] = []): Follower & { seen: number[] } => ({
    name,
    batch: 50,
    seen,
    async handle(tx, events) {
      for (const { position } of events) {
        await tx.query('INSERT INTO registry.effects VALUES ($1, $2)', [name, position]);
        seen.push(position);
      }
    },
  });

  const following = (follower: Follower, trouble: (error: unknown) => void = () => {}) => {
    const one = new LogFollower(follower, database, store, url, trouble);
    one.start();
    return one;
  };

  const effects = async (name: string) =>
    (
      await database.query<{ position: number }>({
        text: 'SELECT position FROM registry.effects WHERE follower = $1 ORDER BY position',
        values: [name],
      })
    ).map(({ position }) => position);

  async function until(reached: () => Promise<boolean>) {
    const deadline = Date.now() + 20_000;
    while (!(await reached())) {
      if (Date.now() > deadline) throw new Error('It did not come to that within 20 s.');
      await pause(20);
    }
  }

  const positions = (to: number) => Array.from({ length: to }, (_, index) => index + 1);

  it('sees every event once and in order, while writers commit and roll back around each other', async () => {
    const follower = noting('all');
    const running = following(follower);
    const broken = { name: 'registry.nowhere', columns: ['id'], key: ['id'], rows: () => [{ id: 'x' }] };
    const fails = () =>
      store.append('test', [{ id: randomUUID(), events: [happened], before: nothing, after: { version: 1, state: null } }], [broken]);
    const writers = Array.from({ length: 12 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) await ((n + writer) % 4 === 0 ? expect(fails()).rejects.toThrow('nowhere') : append());
    });
    await Promise.all(writers);
    const head = await store.position();
    await until(async () => (await effects('all')).length === head);
    await running.stop();
    expect(await effects('all')).toEqual(positions(head));
    expect(follower.seen).toEqual(positions(head));
  });

  it('goes on from its checkpoint, and does nothing twice when its effect failed', async () => {
    let failures = 2;
    const follower = noting('stumbling');
    const stumbling: Follower = {
      ...follower,
      async handle(tx, events) {
        await follower.handle(tx, events.slice(0, 1));
        if (failures-- > 0) throw new Error('stumbled');
        await follower.handle(tx, events.slice(1));
      },
    };
    const troubles: unknown[] = [];
    const first = following(stumbling, (error) => troubles.push(error));
    const head = await store.position();
    await until(async () => (await effects('stumbling')).length === head);
    await first.stop();
    expect(troubles).toHaveLength(2);
    const position = await append();
    const second = following(stumbling);
    await until(async () => (await effects('stumbling')).length === position);
    await second.stop();
    expect(await effects('stumbling')).toEqual(positions(position));
  });

  it('leads in one process at a time; another takes over where it stopped', async () => {
    const [one, two] = [noting('pair'), noting('pair')];
    const first = following(one);
    await until(async () => (await effects('pair')).length === (await store.position()));
    const second = following(two);
    const next = await append();
    await until(async () => (await effects('pair')).length === next);
    expect(two.seen).toEqual([]);
    await first.stop();
    const last = await append();
    await until(async () => (await effects('pair')).length === last);
    await second.stop();
    expect(two.seen).toEqual([last]);
  });

  it('fences off a leader that was replaced while it was paused', async () => {
    const follower = noting('paused');
    let resume = () => {};
    const paused = new Promise<void>((done) => (resume = done));
    let replaced = false;
    const troubles: unknown[] = [];
    const slow: Follower = { ...follower, name: 'paused', batch: 1, handle: (tx, events) => follower.handle(tx, events) };
    // The next read of the log hangs, as a process that was stopped would, until a new leader has raised the epoch.
    const hanging = Object.assign(new EventStore(database), {
      async after(position: number, limit: number) {
        const events = await store.after(position, limit);
        if (position >= 1 && !replaced) await paused;
        return events;
      },
    });
    const old = new LogFollower(slow, database, hanging, url, (error) => troubles.push(error));
    old.start();
    await until(async () => (await effects('paused')).length === 1);
    await database.query({ text: `UPDATE log.followers SET epoch = epoch + 1 WHERE follower = 'paused'` });
    replaced = true;
    resume();
    await until(() => Promise.resolve(troubles.length > 0));
    await old.stop();
    expect(troubles[0]).toBeInstanceOf(Fenced);
  });
});
