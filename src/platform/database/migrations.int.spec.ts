import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { emptyDatabase, freshDatabase } from '../../../test/support/database';
import { migrate, pendingMigrations } from './migrations';

describe('migrations', () => {
  let url: string;
  let folder: string;
  const write = (name: string, sql: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'migration.sql'), sql);
  };
  const rows = async (sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const records = () =>
    rows(`SELECT migration_name AS name, checksum, finished_at >= started_at AS finished, applied_steps_count AS steps, logs
            FROM _prisma_migrations ORDER BY migration_name`);

  beforeEach(async () => {
    url = await emptyDatabase();
    folder = mkdtempSync(join(tmpdir(), 'migrations-'));
    write('20260101000000_fruit', 'CREATE TABLE fruit (name text);');
    write('20260102000000_apple', `INSERT INTO fruit VALUES ('apple');`);
    writeFileSync(join(folder, 'migration_lock.toml'), 'provider = "postgresql"');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('apply what is new, in order, and record it as Prisma does', async () => {
    expect(await migrate(url, folder)).toEqual({ applied: ['20260101000000_fruit', '20260102000000_apple'] });
    expect(await records()).toEqual([
      { name: '20260101000000_fruit', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string, finished: true, steps: 1, logs: null },
      { name: '20260102000000_apple', checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string, finished: true, steps: 1, logs: null },
    ]);
    write('20260103000000_pear', `INSERT INTO fruit VALUES ('pear');`);
    expect(await pendingMigrations(url, folder)).toEqual(['20260103000000_pear']);
    expect(await migrate(url, folder)).toEqual({ applied: ['20260103000000_pear'] });
    expect(await migrate(url, folder)).toEqual({ applied: [] });
    expect(await rows('SELECT * FROM fruit')).toEqual([{ name: 'apple' }, { name: 'pear' }]);
  });

  it('keep the checksum that Prisma keeps: sha256 of the file', async () => {
    write('20260103000000_nothing', 'SELECT 1;\n');
    await migrate(url, folder);
    expect((await records())[2]).toMatchObject({ checksum: 'b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd' });
  });

  it('wait for each other when several start at once', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => migrate(url, folder)));
    expect(results.flatMap(({ applied }) => applied)).toEqual(['20260101000000_fruit', '20260102000000_apple']);
    expect(await rows('SELECT * FROM fruit')).toEqual([{ name: 'apple' }]);
  });

  it('leave nothing of one that fails, and say where it failed', async () => {
    write('20260103000000_wrong', `INSERT INTO fruit VALUES ('plum');\nSELECT 1;\nINSERT INTO vegetable VALUES ('leek');`);
    await expect(migrate(url, folder)).rejects.toMatchObject({
      message: 'Migration 20260103000000_wrong failed in line 3 and was rolled back: relation "vegetable" does not exist.',
    });
    expect(await rows('SELECT * FROM fruit')).toEqual([{ name: 'apple' }]);
    expect(await records()).toHaveLength(2);
    write('20260103000000_wrong', `INSERT INTO fruit VALUES ('plum');`);
    expect(await migrate(url, folder)).toEqual({ applied: ['20260103000000_wrong'] });
  });

  it('refuse one that was edited after it was applied', async () => {
    await migrate(url, folder);
    write('20260102000000_apple', `INSERT INTO fruit VALUES ('cherry');`);
    await expect(migrate(url, folder)).rejects.toThrow(/^Migration 20260102000000_apple is not the one that this database has/);
  });

  it('refuse to go on after one that Prisma could not finish', async () => {
    await migrate(url, folder);
    await rows(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '20260102000000_apple'`);
    await expect(migrate(url, folder)).rejects.toThrow(/^Migration 20260102000000_apple was begun on this database and did not finish/);
    expect(await pendingMigrations(url, folder)).toEqual(['20260102000000_apple']);
  });

  it('leave alone what a newer program has added', async () => {
    await migrate(url, folder);
    rmSync(join(folder, '20260102000000_apple'), { recursive: true });
    expect(await migrate(url, folder)).toEqual({ applied: [] });
  });

  it('are all applied in the database that specs get', async () => expect(await pendingMigrations(await freshDatabase())).toEqual([]));

  it.each([
    [
      'postgresql://registry:wrong@127.0.0.1:1/registry',
      /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\): check DATABASE_URL/,
    ],
    ['postgresql://registry@no-such-host.invalid/registry', /^PostgreSQL cannot be reached, the host "no-such-host.invalid" is not known/],
  ])('say in one sentence that %s cannot be used', (address, sentence) => expect(migrate(address, folder)).rejects.toThrow(sentence));

  it('say that the user or the password is wrong', async () => {
    const wrong = new URL(url);
    wrong.username = 'somebody';
    wrong.password = 'wrong';
    await expect(migrate(wrong.href, folder)).rejects.toThrow(/refuses the user "\w+" or its password: check DATABASE_URL\.$/);
  });
});
