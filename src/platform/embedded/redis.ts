import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, extname, join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../cannot-start';
import { type Program, type Running, freePort, keepRunning, pause, start } from './server-process';

/** Where it listens, kept so that the next start finds one that outlived its service. */
const Place = z.object({ port: z.int().positive(), password: z.string().min(1) });
type Place = z.infer<typeof Place>;

export type PrivateRedis = { readonly url: string; readonly kind: string; stop(): Promise<void> };

/** A Redis for this service alone, on 127.0.0.1; it keeps nothing when it stops. `path` is the search path for a real server. */
export async function startRedis(folder: string, path: string, say: (line: string) => void): Promise<PrivateRedis> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'place.json');
  const before = placeIn(file);
  if (before) await tell(before, 'SHUTDOWN NOSAVE');

  const server = onPath(['redis-server', 'valkey-server'], path);
  const place: Place = { port: await freePort(before?.port), password: randomBytes(24).toString('hex') };
  writeFileSync(file, JSON.stringify(place), { mode: 0o600 });
  const program = { ...(server ? installed(server, place, folder) : bundled(place)), folder, log: join(folder, 'redis.log') };
  const kept = await keepRunning('Redis', () => launch(program, place), say);
  return {
    url: `redis://default:${place.password}@127.0.0.1:${place.port}`,
    kind: server ?? 'js-redis-server (in JavaScript; slower, for trying things out)',
    stop: () => kept.stop(),
  };
}

type Command = Omit<Program, 'folder' | 'log'>;

/** The configuration goes in by standard input, so that the password is in no process list. */
const installed = (command: string, { port, password }: Place, folder: string): Command => ({
  command,
  args: ['-'],
  input: [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    'save ""',
    'appendonly no',
    `dir ${JSON.stringify(folder)}`,
    'daemonize no',
    '',
  ].join('\n'),
  stopBy: 'SIGTERM',
  killBy: 'SIGKILL',
  patience: 5_000,
});

const bundled = ({ port, password }: Place): Command => ({
  command: process.execPath,
  args: ['--disable-warning=ExperimentalWarning', join(__dirname, `js-redis${extname(__filename)}`), String(port)],
  input: password,
  stopBy: 'SIGTERM',
  killBy: 'SIGKILL',
  patience: 5_000,
});

async function launch(program: Program, place: Place): Promise<Running> {
  const running = await start(program);
  let ended = false;
  void running.exited.then(() => (ended = true));
  for (const deadline = Date.now() + 20_000; Date.now() < deadline && !ended; await pause(20)) {
    if ((await tell(place, 'PING')).includes('PONG')) return running;
  }
  await running.stop();
  throw new CannotStart(`The embedded Redis did not start, ${program.log} says why: set REDIS_URL to use another one.`);
}

/** What the server there answers to one inline command; empty when there is none or the password is not ours. */
function tell({ port, password }: Place, command: string): Promise<string> {
  return new Promise((done) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`AUTH ${password}\r\n${command}\r\n`));
    socket.setTimeout(2_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      // SHUTDOWN is answered by the end of the connection.
      if (/PONG|^-/m.test(answer)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done(answer));
  });
}

/** A file cut short by a crash counts as none. */
function placeIn(file: string): Place | undefined {
  try {
    return Place.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function onPath(names: readonly string[], path: string): string | undefined {
  for (const name of names) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}
