import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { freshDatabase, redisUrl } from './support/database';
import { future, kiteCsv, option, type KiteRow } from './support/kite';

jest.setTimeout(240_000);

const key = 'bootstrap-key-of-the-crash-specs';
const underlyings = Array.from({ length: 40 }, (_, n) => `STOCK${n}`);

/** Some 8,000 contracts; on the second day a tenth is adjusted, a tenth is gone, a tenth is new and some tokens mean other contracts. */
function dump(day: 1 | 2): string {
  const rows: KiteRow[] = [];
  underlyings.forEach((underlying, u) => {
    rows.push(future(100 + u, underlying, '2026-01-27', day === 1 ? 500 : 600));
    for (let n = 0; n < 200; n++) {
      const token = 10_000 + u * 1000 + n;
      const strike = 1000 + n * 10;
      if (day === 2 && n % 10 === 3) continue;
      const moved = day === 2 && n % 10 === 5 ? `${strike}.5` : String(strike);
      const expiry = day === 2 && n % 50 === 7 ? '2026-02-24' : '2026-01-27';
      rows.push(option(token, underlying, expiry, moved, n % 2 ? 'PE' : 'CE', 500));
      if (day === 2 && n % 10 === 9) rows.push(option(token + 500, underlying, '2026-03-30', String(strike), 'CE', 500));
    }
  });
  return kiteCsv(rows);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('a service that is killed in the middle of a run', () => {
  const started: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'registry-crash-'));
  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(databaseUrl: string) {
    const port = await freePort();
    const child = spawn(process.execPath, [join(__dirname, '../src/start.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl(),
        DATA_DIR: folder,
        PORT: String(port),
        BOOTSTRAP_API_KEY: key,
        SAMPLE_CATALOGUE: 'off',
        MARKET_CLOCK: 'follow',
        LOG_LEVEL: 'silent',
        INSTRUMENT_REGISTRY_INGESTION_BATCH_SIZE: '200',
        INSTRUMENT_REGISTRY_RATE_LIMIT_PER_MINUTE: '1000000',
      },
    });
    started.push(child);
    const base = `http://127.0.0.1:${port}`;
    for (const deadline = Date.now() + 120_000; ; await pause(20)) {
      if (child.exitCode !== null) throw new Error(`The service ended with ${child.exitCode}.`);
      const ready = await fetch(`${base}/health/ready`).catch(() => null);
      if (ready?.ok) return { child, base };
      if (Date.now() > deadline) throw new Error('The service did not become ready.');
    }
  }

  const ask = async (base: string, path: string, init: RequestInit = {}) =>
    (await (await fetch(`${base}/api/v1${path}`, { ...init, headers: { 'x-api-key': key, 'content-type': 'text/csv' } })).json()) as {
      id: string;
      status: string;
      counts: Record<string, number>;
    };
  const send = (base: string, day: 1 | 2) =>
    ask(base, `/brokers/kite/ingestions?day=2026-01-0${5 + day}`, { method: 'POST', body: dump(day) });
  async function ended(base: string, id: string) {
    for (const deadline = Date.now() + 100_000; ; await pause(20)) {
      const run = await ask(base, `/ingestions/${id}`);
      if (run.status !== 'queued' && run.status !== 'running') return run;
      if (Date.now() > deadline) throw new Error(`The run did not end: ${JSON.stringify(run)}`);
    }
  }
  async function kill(child: ChildProcess) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Everything that readers see, without ids and positions; and whether the log is whole. */
  async function stateOf(databaseUrl: string) {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const rows = await client.query<{ state: string; whole: boolean }>(`
        SELECT md5(string_agg(line, E'\\n' ORDER BY line)) AS state,
               (SELECT count(*) = (SELECT position FROM log.head) AND count(*) = max(position) FROM log.events) AS whole
        FROM (
          SELECT concat_ws('|', 'terms', key, valid_from, valid_to, lot_size, tick_size, strike, expiry) AS line FROM registry.lot_sizes
          UNION ALL
          SELECT concat_ws('|', 'token', b.exchange_token, b.token, b.symbol, b.valid_from, b.valid_to, t.key)
          FROM registry.broker_tokens b JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id
            AND t.valid_from <= b.valid_from AND (t.valid_to IS NULL OR t.valid_to > b.valid_from)
          UNION ALL
          SELECT concat_ws('|', 'name', kind, value, valid_from, valid_to) FROM registry.instrument_identifiers
        ) lines`);
      return rows.rows[0];
    } finally {
      await client.end();
    }
  }

  it('comes to the same end as one that was left alone, wherever it was cut off', async () => {
    const undisturbed = await freshDatabase();
    const calm = await start(undisturbed);
    const counts = [];
    for (const day of [1, 2] as const) {
      const run = await ended(calm.base, (await send(calm.base, day)).id);
      expect(run.status).toBe('completed');
      counts.push(run.counts);
    }
    await kill(calm.child);
    const wanted = await stateOf(undisturbed);
    expect(wanted?.whole).toBe(true);

    const disturbed = await freshDatabase();
    let service = await start(disturbed);
    for (const day of [1, 2] as const) {
      const { id } = await send(service.base, day);
      let cuts = 0;
      for (const delay of [120, 350, 700]) {
        await pause(delay);
        if (!['queued', 'running'].includes((await ask(service.base, `/ingestions/${id}`)).status)) break;
        await kill(service.child);
        cuts++;
        service = await start(disturbed);
      }
      expect(cuts).toBeGreaterThan(0);
      expect(await ended(service.base, id)).toMatchObject({ status: 'completed', counts: counts[day - 1] });
    }
    await kill(service.child);
    expect(await stateOf(disturbed)).toEqual(wanted);
  });
});
