import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed, build, node } from './build.mjs';

/** Runs `entry` of the present build on Node 24: here when this is one (as in npm scripts), else in a process of its own that ends with this one. */
export async function run(entry, options) {
  try {
    endWithNpm();
    const file = join(await build(options), entry);
    if (Number(process.versions.node.split('.')[0]) >= 24) {
      process.argv[1] = file;
      await import(pathToFileURL(file));
    } else await inNode24(file);
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** npm that is killed leaves its shell or what the shell runs behind: nobody would know that the service is still there. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = chain();
  const watch = setInterval(() => {
    if (chain() === before) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  watch.unref();
}

/** Our parent, and the parent's parent where that is npm itself (a shell between us and npm outlives it). */
function chain() {
  const shell = process.ppid;
  try {
    const npm = readFileSync(`/proc/${shell}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
    return /^npm\b/.test(readFileSync(`/proc/${npm}/cmdline`, 'utf8')) ? `${shell} ${npm}` : `${shell}`;
  } catch {
    return `${shell}`;
  }
}

/** The channel tells the program when this process is gone, even when it was killed. */
function inNode24(file) {
  const child = spawn(node, [...process.execArgv, file, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
      done();
    });
  });
}
