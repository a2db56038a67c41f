import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** Set by the environment that jest starts once per run; absent when a spec is run in a project without it. */
function setting(name: 'TEST_SERVER_URL' | 'TEST_REDIS_SERVER_URL' | 'TEST_RUN'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: specs that need a database are named *.int.spec.ts or *.e2e.spec.ts.`);
  return value;
}

export function urlOf(database: string): string {
  const url = new URL(setting('TEST_SERVER_URL'));
  url.pathname = `/${database}`;
  return url.href;
}

/** Work on the test server itself, outside the databases under test. */
export async function administer<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: setting('TEST_SERVER_URL') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Random: each spec file has modules of its own, so a counter would begin anew in the same process. */
const name = () => `${setting('TEST_RUN')}_${randomBytes(6).toString('hex')}`;

/** A migrated database that nobody else uses; returns its address. It goes away with the run. */
export async function freshDatabase(): Promise<string> {
  const database = name();
  await administer((client) => client.query(`CREATE DATABASE ${database} TEMPLATE ${setting('TEST_RUN')}_template`));
  return urlOf(database);
}

/** A database without any table; returns its address. */
export async function emptyDatabase(): Promise<string> {
  const database = name();
  await administer((client) => client.query(`CREATE DATABASE ${database}`));
  return urlOf(database);
}

/** A Redis database for the specs of this worker, one file after another: what a file before left may still be there. */
export function redisUrl(): string {
  const url = new URL(setting('TEST_REDIS_SERVER_URL'));
  url.pathname = `/${Number(process.env.JEST_WORKER_ID ?? 0) % 16}`;
  return url.href;
}
