import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/platform/database/migrations';
import { startPostgres } from '../../src/platform/embedded/postgres';
import { startRedis } from '../../src/platform/embedded/redis';
import { administer, urlOf } from './database';

let stop = async () => {};

/** One PostgreSQL and one Redis for the whole run, and a migrated database to copy; `TEST_DATABASE_URL` and `TEST_REDIS_URL` name others. */
export async function startEnvironment() {
  const folder = mkdtempSync(join(tmpdir(), 'registry-test-'));
  // PostgreSQL may run as another user.
  chmodSync(folder, 0o755);
  const say = (line: string) => console.log(line);
  const { TEST_DATABASE_URL, TEST_REDIS_URL, PATH } = process.env;
  const [postgres, redis] = await Promise.all([
    TEST_DATABASE_URL ? undefined : startPostgres({ folder: join(folder, 'postgres'), careless: true, say }),
    TEST_REDIS_URL ? undefined : startRedis(join(folder, 'redis'), PATH ?? '', say),
  ]);
  const run = `test_${Date.now().toString(36)}_${process.pid}`;
  process.env.TEST_SERVER_URL = TEST_DATABASE_URL ?? postgres?.url;
  process.env.TEST_REDIS_SERVER_URL = TEST_REDIS_URL ?? redis?.url;
  process.env.TEST_RUN = run;
  stop = async () => {
    if (!postgres) await dropDatabasesOf(run);
    await Promise.all([postgres?.stop(), redis?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await administer((client) => client.query(`CREATE DATABASE ${run}_template`));
    await migrate(urlOf(`${run}_template`));
  } catch (error) {
    await stop();
    throw error;
  }
}

export const stopEnvironment = () => stop();

const dropDatabasesOf = (run: string) =>
  administer(async (client) => {
    const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [`${run}_`]);
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });
