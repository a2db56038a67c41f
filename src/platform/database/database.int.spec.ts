import { Client } from 'pg';
import { freshDatabase } from '../../../test/support/database';
import { Config } from '../config';
import { Database } from './database';

describe('a lock of the cluster', () => {
  let url: string;
  let database: Database;
  let other: Database;
  beforeEach(async () => {
    url = await freshDatabase();
    const config = Config.load({ DATABASE_URL: url });
    [database, other] = [new Database(config), new Database(config)];
  });
  afterEach(() => Promise.all([database.onModuleDestroy(), other.onModuleDestroy()]));

  const ran = () => Promise.resolve('ran');

  it('keeps everybody else out while the work goes on, and nobody afterwards', async () => {
    const meanwhile = await database.alone('a', async () => [
      await other.alone('a', ran),
      await database.alone('a', ran),
      await other.alone('b', ran),
    ]);
    expect(meanwhile?.result).toEqual([null, null, { result: 'ran' }]);
    expect(await other.alone('a', ran)).toEqual({ result: 'ran' });
  });

  it('goes when the work fails', async () => {
    await expect(database.alone('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await other.alone('a', ran)).toEqual({ result: 'ran' });
  });

  it('goes with its connection, and takes the process not with it', async () => {
    const done = await database.alone('a', async () => {
      await endWhoHasLocks(url);
      for (;;) {
        const taken = await other.alone('a', ran);
        if (taken) return [taken, await database.query({ text: 'SELECT 1 AS one' })];
      }
    });
    expect(done?.result).toEqual([{ result: 'ran' }, [{ one: 1 }]]);
  });
});

async function endWhoHasLocks(url: string) {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(
    `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
     WHERE l.locktype = 'advisory' AND d.datname = current_database()`,
  );
  await owner.end();
}
