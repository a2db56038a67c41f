import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { devNull } from 'node:os';

/** A server that this process has started. */
export type Running = { readonly pid: number; readonly exited: Promise<void>; stop(): Promise<void> };

export type Program = {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  /** What it prints goes here. */
  readonly log?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Given on standard input. */
  readonly input?: string;
  /** The polite signal, and the last one after `patience` milliseconds. */
  readonly stopBy: NodeJS.Signals;
  readonly killBy: NodeJS.Signals;
  readonly patience: number;
};

/** A longer log is put aside at the next start, in bytes. */
export const largestLog = 10_000_000;

export const pause = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

/** Runs in a process group of its own: Ctrl-C in the terminal reaches the service first, which then stops it. */
export async function start(program: Program): Promise<Running> {
  const output = openLog(program.log);
  let child: ChildProcess;
  try {
    child = spawn(program.command, program.args, {
      cwd: program.folder,
      // The service's own environment holds secrets that are none of its business.
      env: { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdio: [program.input === undefined ? 'ignore' : 'pipe', output, output],
      detached: true,
      windowsHide: true,
      ...program.user,
    });
  } finally {
    closeSync(output);
  }
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await new Promise<void>((started, failed) => child.once('spawn', started).once('error', failed));
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(program.input);
  child.unref();
  // True because the child has spawned.
  const pid = child.pid as number;
  const watch = stopWithUs(pid, program.stopBy);
  void exited.then(() => watch?.kill());
  return {
    pid,
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      watch?.kill();
      child.ref();
      child.kill(program.stopBy);
      const last = setTimeout(() => child.kill(program.killBy), program.patience);
      await exited;
      clearTimeout(last);
    },
  };
}

/** A shell that waits for the end of a pipe which only we hold: it tells the server to stop when we are killed with no chance to. */
function stopWithUs(pid: number, signal: NodeJS.Signals): ChildProcess | undefined {
  if (!existsSync('/bin/sh')) return undefined;
  const watch = spawn('/bin/sh', ['-c', 'read _; kill -s "$0" "$1"', signal.slice(3), String(pid)], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.on('error', () => undefined);
  watch.unref();
  // True because a pipe of a child process is a socket, which can be let go by the event loop.
  (watch.stdin as unknown as { unref(): void }).unref();
  return watch;
}

function openLog(path?: string): number {
  if (!path) return openSync(devNull, 'w');
  if (existsSync(path) && statSync(path).size > largestLog) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

/** Launches once, and again whenever it ends without being asked to, for as long as it takes: a full disk may be emptied in an hour. */
export async function keepRunning(name: string, launch: () => Promise<Running>, say: (line: string) => void) {
  let current = await launch();
  let stopping = false;
  const relaunch = async () => {
    let said = '';
    for (let attempt = 1; !stopping; attempt++) {
      await pause(Math.min(100 * attempt, 1_000));
      try {
        current = await launch();
        if (stopping) await current.stop();
        if (said !== '') say(`The embedded ${name} runs again.`);
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (reason !== said) say(`The embedded ${name} could not be started again and is tried every second. ${reason}`);
        said = reason;
      }
    }
  };
  const watching = (async () => {
    for (;;) {
      await current.exited;
      if (stopping) return;
      say(`The embedded ${name} ended by itself and is started again.`);
      await relaunch();
    }
  })();
  return {
    async stop() {
      stopping = true;
      await current.stop();
      await watching;
    },
  };
}

/** `wanted` when nobody listens there, else any free port. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted && (await listenOnce(wanted)) === wanted) return wanted;
  const port = await listenOnce(0);
  if (!port) throw new Error('No free port on 127.0.0.1.');
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      // True because it listens on TCP.
      const { port: got } = server.address() as AddressInfo;
      server.close(() => done(got));
    });
  });
}
