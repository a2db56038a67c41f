import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, escapeIdentifier } from 'pg';
import { CannotStart } from '../cannot-start';
import { connect } from '../database/connect';
import { type PostgresHome, postgresHome } from './postgres-home';
import { type Program, type Running, freePort, keepRunning, largestLog, pause, start } from './server-process';

export type PrivatePostgres = { readonly url: string; stop(): Promise<void> };

type Options = {
  readonly folder: string;
  readonly say: (line: string) => void;
  /** For tests: what a power cut would lose does not matter. */
  readonly careless?: boolean;
};

const name = 'registry';
const mebibyte = 1024 * 1024;
/** A new cluster, its log segments and some room, in MB. */
const roomToBegin = 200;

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=512MB',
  'max_wal_size=2GB',
  'wal_level=replica',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_line_prefix=%m [%p] ',
];
const careless = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'autovacuum=off'];

/**
 * A PostgreSQL for this service alone, on 127.0.0.1, with its data under `folder`.
 * The port stays the same from start to start while nobody else takes it.
 */
export async function startPostgres(options: Options): Promise<PrivatePostgres> {
  const home = postgresHome(options.folder, options.say);
  const data = join(home.folder, 'data');
  await stopLeftover(data);
  const password = passwordIn(home);
  if (!existsSync(data)) await initialise(home, data, options);

  const portFile = join(home.folder, 'port');
  const url = (port: number, database: string) => `postgresql://${name}:${password}@127.0.0.1:${port}/${database}`;
  const port = await freePort(existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : undefined);
  writeFileSync(portFile, String(port));
  const program: Program = {
    command: join(home.native, 'bin', 'postgres'),
    args: ['-D', data, '-p', String(port), ...[...settings, ...(options.careless ? careless : [])].flatMap((setting) => ['-c', setting])],
    folder: home.folder,
    log: join(home.folder, 'postgres.log'),
    ...(home.user && { user: home.user }),
    // Fast shutdown: open transactions are rolled back; SIGQUIT would leave the log to be replayed.
    stopBy: 'SIGINT',
    killBy: 'SIGQUIT',
    patience: 60_000,
  };
  const kept = await keepRunning('PostgreSQL', () => launch(program, url(port, 'postgres')), options.say);
  try {
    await createDatabase(url(port, 'postgres'));
  } catch (error) {
    await kept.stop();
    throw error;
  }
  return { url: url(port, name), stop: () => kept.stop() };
}

/** Made once, readable only by the user who runs PostgreSQL (and root). */
function passwordIn({ folder, user }: PostgresHome): string {
  const file = join(folder, 'password');
  if (!existsSync(file) || statSync(file).size === 0) {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid);
  }
  return readFileSync(file, 'utf8');
}

/** Made beside and moved into place: a start that is killed in the middle leaves nothing that looks whole. */
async function initialise(home: PostgresHome, data: string, options: Options) {
  const { bavail, bsize } = statfsSync(home.folder);
  const free = Math.floor((bavail * bsize) / mebibyte);
  if (free < roomToBegin) {
    throw new CannotStart(
      `The disk of ${home.folder} has ${free} MB free and a database needs ${roomToBegin} MB to begin: free some space or set DATA_DIR.`,
    );
  }
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (home.user) chownSync(unfinished, home.user.uid, home.user.gid);
  const args = [
    `--pgdata=${unfinished}`,
    `--username=${name}`,
    `--pwfile=${join(home.folder, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(options.careless ? ['--no-sync'] : []),
  ];
  try {
    const run = { ...home.user, cwd: home.folder, env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' } };
    await promisify(execFile)(join(home.native, 'bin', 'initdb'), args, run);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new CannotStart(sentenceFor(String(error), home.folder), { cause: error });
  }
  renameSync(unfinished, data);
}

/** Ends a server on `data` that outlived a service which was killed, and clears a pid file that means nobody. */
async function stopLeftover(data: string) {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  for (const [signal, patience] of [['SIGINT', 60_000] as const, ['SIGQUIT', 10_000] as const]) {
    if (!servesFrom(pid, data)) break;
    process.kill(pid, signal);
    for (const deadline = Date.now() + patience; Date.now() < deadline && servesFrom(pid, data);) await pause(20);
  }
  if (servesFrom(pid, data)) throw new CannotStart(`Another PostgreSQL (process ${pid}) uses ${data} and does not stop: end it first.`);
  // PostgreSQL itself would take any living process of this number for a server.
  rmSync(file, { force: true });
}

/** PostgreSQL makes its data folder its working folder and gets it as an argument. */
function servesFrom(pid: number, data: string): boolean {
  try {
    process.kill(pid, 0);
    return existsSync('/proc/self/cwd')
      ? readlinkSync(`/proc/${pid}/cwd`) === data
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data);
  } catch {
    return false;
  }
}

/** Back ends of a postmaster that was killed need a moment to notice; recovery after a crash takes as long as it takes. */
async function launch(program: Program, url: string): Promise<Running> {
  for (const deadline = Date.now() + 15_000; ; await pause(100)) {
    const before = sizeOf(program.log);
    const running = await start(program);
    let ended = false;
    void running.exited.then(() => (ended = true));
    while (!ended) {
      if (await accepts(url)) return running;
      await pause(20);
    }
    const said = program.log ? readFileSync(program.log).subarray(before).toString() : '';
    if (!/pre-existing shared memory block/.test(said) || Date.now() > deadline) throw new CannotStart(sentenceFor(said, program.folder));
  }
}

const sizeOf = (file?: string) => (file && existsSync(file) && statSync(file).size <= largestLog ? statSync(file).size : 0);

async function accepts(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function createDatabase(connectionString: string) {
  const client = await connect(connectionString);
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function sentenceFor(said: string, folder: string): string {
  if (/No space left on device|Disk quota exceeded/.test(said)) {
    return `The disk of ${folder} is full: free some space or set DATA_DIR to a folder on another disk.`;
  }
  if (/could not bind|Address already in use/.test(said)) return 'Another program took the port of the embedded PostgreSQL: start again.';
  if (/incompatible with server/.test(said)) {
    return `The data in ${folder} was made by another version of PostgreSQL: move it with pg_dump, or set DATA_DIR to begin anew.`;
  }
  const reason = said.split('\n').findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? said.trim().split('\n').at(-1) ?? '';
  return `The embedded PostgreSQL does not start (${reason.replace(/^.*?(FATAL|PANIC|error):\s*/, '').trim()}): see ${join(folder, 'postgres.log')}.`;
}
