// Builds the program when its sources have changed, into `dist-<hash>` beside `src`. Several may start from one checkout at the same time:
// one builds, the others wait; a build appears by one rename; builds of older sources go when no process runs them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Node 24 of the npm package; the one that runs this where that is not installed. */
export const node =
  [join(root, 'node_modules/node/bin/node'), join(root, 'node_modules/node/bin/node.exe')].find(existsSync) ?? process.execPath;

/** A build that nobody runs is kept for so long, in milliseconds: somebody may be about to. */
const grace = 10 * 60_000;

export class BuildFailed extends Error {}

/** The folder of the present build; this process is entered as one that runs it. */
export async function build({ quiet = false } = {}) {
  if (!existsSync(join(root, 'node_modules'))) fail('The packages are not installed: run "npm ci" first.');
  const folder = join(root, `dist-${hashOfSources()}`);
  if (!existsSync(folder)) {
    await alone(() => {
      if (existsSync(folder)) return;
      if (!quiet) console.log('Building ...');
      compile(folder);
    });
  }
  use(folder);
  removeUnused(folder);
  return folder;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    const file = join(root, path);
    if (!existsSync(file)) return;
    if (statSync(file).isDirectory()) {
      for (const name of readdirSync(file).sort()) if (join(path, name) !== join('src', 'generated')) add(join(path, name));
    } else if (!file.endsWith('.spec.ts')) hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  };
  ['src', 'prisma/schema', 'prisma/generate.mjs', 'package-lock.json', 'tsconfig.json', 'nest-cli.json', '.swcrc'].forEach(add);
  return hash.digest('hex').slice(0, 12);
}

function compile(folder) {
  const unfinished = join(root, `dist-unfinished-${process.pid}`);
  const config = JSON.parse(readFileSync(join(root, 'nest-cli.json'), 'utf8'));
  config.compilerOptions = {
    ...config.compilerOptions,
    deleteOutDir: false,
    builder: { type: 'swc', options: { outDir: relative(root, unfinished), quiet: true } },
  };
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  try {
    writeFileSync(join(unfinished, 'nest-cli.json'), JSON.stringify(config));
    run(['prisma/generate.mjs']);
    run(['node_modules/@nestjs/cli/bin/nest.js', 'build', '--silent', '--config', join(relative(root, unfinished), 'nest-cli.json')]);
    if (!existsSync(join(unfinished, 'main.js'))) fail('The build made no main.js.');
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function run(args) {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) fail(`The build failed: node ${args.join(' ')}\n${stdout}${stderr}`);
}

/** Waits while another living process builds. */
async function alone(work) {
  const lock = join(root, 'node_modules/.build-lock');
  const mine = `${lock}-${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        linkSync(mine, lock);
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      if (!isAlive(readOr(lock, ''))) rmSync(lock, { force: true });
      else await new Promise((done) => setTimeout(done, 100));
    }
    try {
      work();
    } finally {
      rmSync(lock, { force: true });
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

const usersOf = (folder) => join(folder, '.users');

function use(folder) {
  try {
    mkdirSync(usersOf(folder), { recursive: true });
    for (const pid of readdirSync(usersOf(folder))) if (!isAlive(pid)) rmSync(join(usersOf(folder), pid), { force: true });
    writeFileSync(join(usersOf(folder), String(process.pid)), '');
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Somebody else's checkout, or a read-only one: nobody cleans up there either.
  }
}

function removeUnused(current) {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    if (!/^dist-(unfinished-\d+|[0-9a-f]{12})$/.test(name) || folder === current) continue;
    try {
      const users = existsSync(usersOf(folder)) ? readdirSync(usersOf(folder)) : [];
      if (Date.now() - statSync(folder).mtimeMs > grace && !users.some(isAlive)) rmSync(folder, { recursive: true });
    } catch {
      // Another process is removing it, or it is not ours to remove.
    }
  }
}

function isAlive(pid) {
  try {
    process.kill(Number(pid) || -1_000_000_000, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function fail(message) {
  throw new BuildFailed(message);
}
