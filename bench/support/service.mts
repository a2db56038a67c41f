import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildFolder } from './options.mts';

export const apiKey = 'bootstrap-key-of-the-benchmarks';
/** As `npm start` runs it. */
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } };
const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
const headers = { 'x-api-key': apiKey };

export type Counts = Readonly<
  Record<
    'rows' | 'accepted' | 'rejected' | 'expired' | 'unchanged' | 'listed' | 'amended' | 'adjusted' | 'tokensAssigned' | 'tokensWithdrawn',
    number
  >
>;
export type Run = {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly day: string | null;
  readonly quarantined: readonly string[];
  readonly counts: Counts;
};
export type LoadedRun = Run & { readonly seconds: number };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  await new Promise((done) => server.close(done));
  return port;
}

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'registry-bench-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user
  return folder;
}

/**
 * The service as a user starts it, in a process of its own, with its own PostgreSQL (fsync on) and Redis, and nothing in it.
 * @param dataDir of a service that was killed, to go on with what it left
 */
export async function startService(dataDir = freshFolder(), settings: Readonly<Record<string, string>> = {}) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const log = openSync(join(dataDir, 'service.log'), 'a');
  const child = spawn(process.execPath, [...flags, join(buildFolder, 'main.js')], {
    // The channel ends the service with this process, however that ends.
    stdio: ['ignore', log, log, 'ipc'],
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: String(port),
      BOOTSTRAP_API_KEY: apiKey,
      SAMPLE_CATALOGUE: 'off',
      MARKET_CLOCK: 'follow',
      LOG_LEVEL: 'warn',
      INSTRUMENT_REGISTRY_RATE_LIMIT_PER_MINUTE: '10000000',
      ...settings,
    },
  });
  closeSync(log);
  const ended = new Promise((done) => child.once('exit', done));
  async function stop() {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
  /** In the middle of whatever it does, and without a word to its PostgreSQL and Redis: the next start on the folder finds them. */
  async function kill() {
    child.kill('SIGKILL');
    await ended;
  }
  for (const deadline = Date.now() + 60_000; ; await pause(100)) {
    if ((await fetch(`${base}/health/ready`).catch(() => null))?.ok) break;
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) continue;
    const said = readFileSync(join(dataDir, 'service.log'), 'utf8');
    await stop();
    throw new Error(`The service did not start: ${said}`);
  }
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, 'embedded.json'), 'utf8')) as { databaseUrl: string };

  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`${base}/api/v1${path}`, { headers });
    if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Sends a file; the run's id. */
  async function send(broker: string, file: Buffer, query: string, type: string): Promise<string> {
    const response = await fetch(`${base}/api/v1/brokers/${broker}/ingestions?${query}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: new Uint8Array(file),
    });
    if (response.status !== 202) throw new Error(`The upload was answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as Run).id;
  }

  /** The run as it ended. */
  async function ending(id: string): Promise<Run> {
    for (;;) {
      const run = await get<Run>(`/ingestions/${id}`);
      if (run.status !== 'queued' && run.status !== 'running') return run;
      await pause(50);
    }
  }

  /** From the first byte sent to the end of the run, whatever that is, in seconds. */
  async function load(broker: string, file: Buffer, query: string, type: string): Promise<LoadedRun> {
    const began = performance.now();
    const run = await ending(await send(broker, file, query, type));
    return { ...run, seconds: (performance.now() - began) / 1000 };
  }

  /** A file that must go in as a whole. */
  async function ingest(broker: string, file: Buffer, day: string, type = 'text/csv'): Promise<LoadedRun> {
    const run = await load(broker, file, `day=${day}`, type);
    if (run.status !== 'completed') throw new Error(`The run ended as ${run.status}: ${run.reason}`);
    return run;
  }

  /** Until the copy in memory shows everything that was committed. */
  async function settled() {
    for (;;) {
      const { headers: said } = await fetch(`${base}/api/v1/brokers`, { headers });
      const ready = (await (await fetch(`${base}/health/ready`, { headers })).json()) as { details: { catalogue: { position: number } } };
      if (ready.details.catalogue.position >= Number(said.get('registry-position'))) return;
      await pause(50);
    }
  }

  /** Most memory that the process ever had, in MB; null where the system does not say. */
  function peakMegabytes(): number | null {
    try {
      const said = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      return said === undefined ? null : Math.round(Number(said) / 1024);
    } catch {
      return null;
    }
  }

  return { base, dataDir, databaseUrl, get, send, ending, load, ingest, settled, peakMegabytes, kill, stop };
}
export type Service = Awaited<ReturnType<typeof startService>>;

/** Whatever happens, nothing stays behind. */
export async function withService(work: (service: Service) => Promise<void>, settings: Readonly<Record<string, string>> = {}) {
  const service = await startService(undefined, settings);
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}
