import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { Config } from '../config';
import { type Embedded, runningEmbedded, startEmbedded } from './embedded';

jest.setTimeout(60_000);

const ask = async (config: Config, sql: string) => {
  const client = new Client({ connectionString: config.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};
const ping = async (config: Config) => {
  const redis = new Redis(config.redisUrl);
  try {
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
};
const until = async <T>(what: () => Promise<T>): Promise<T> => {
  for (const deadline = Date.now() + 20_000; ;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
};
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the embedded servers', () => {
  let dataDir: string;
  let embedded: Embedded;
  const said: string[] = [];
  const config = (path = Config.load().searchPath) => Config.load({ DATA_DIR: dataDir, PATH: path });
  const postmaster = () => Number.parseInt(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'embedded-'));
    chmodSync(dataDir, 0o755);
    embedded = await startEmbedded(config(), (line) => said.push(line));
  });
  afterAll(async () => {
    await embedded.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('serve the addresses that the configuration then has', async () => {
    expect(
      await ask(
        embedded.config,
        `SELECT current_database() AS name, pg_encoding_to_char(encoding) AS encoding, current_setting('fsync') AS fsync
                                         FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual([{ name: 'registry', encoding: 'UTF8', fsync: 'on' }]);
    expect(await ping(embedded.config)).toBe('PONG');
    expect(statSync(join(dataDir, 'embedded.json')).mode & 0o777).toBe(0o600);
  });

  it('are found by the command line', () => expect(runningEmbedded(config())?.databaseUrl).toBe(embedded.config.databaseUrl));

  it('come back on the same address when they are killed', async () => {
    process.kill(postmaster(), 'SIGKILL');
    await until(() => ask(embedded.config, 'SELECT 1'));
    expect(said).toContain('The embedded PostgreSQL ended by itself and is started again.');
  });

  it('keep the data and the port, and leave no process behind', async () => {
    await ask(embedded.config, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const before = embedded.config.databaseUrl;
    const pid = postmaster();
    await embedded.stop();
    expect([isAlive(pid), existsSync(join(dataDir, 'embedded.json')), runningEmbedded(config())]).toEqual([false, false, undefined]);
    // Without a search path no installed Redis is found: the one in JavaScript takes its place.
    embedded = await startEmbedded(config(''), () => undefined);
    expect(embedded.config.databaseUrl).toBe(before);
    expect(await ask(embedded.config, 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
    expect(await ping(embedded.config)).toBe('PONG');
  });
});
