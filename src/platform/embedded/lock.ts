import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart } from '../cannot-start';
import { codeOf } from '../error-code';
import { pause } from './server-process';

/** Who uses a data folder: the process and when it began, because numbers of processes come back. `kill` takes the first word alone. */
const me = () => `${process.pid} began:${beginningOf(process.pid)}\n`;

/** A service that was just told to stop gets so long to leave, in milliseconds. */
const leaving = 5_000;

/** Takes `folder` for this process, or says who has it. A lock left by a process that is dead counts for nothing. */
export async function lock(folder: string, patience = leaving): Promise<{ release(): void }> {
  const file = join(folder, 'service.pid');
  const mine = `${file}.${process.pid}`;
  try {
    writeFileSync(mine, me());
    while (!tryLink(mine, file)) {
      await untilUnused(folder, patience);
      // Moved aside rather than removed: of several starters that see the same dead lock one moves it, the others find it gone.
      const dead = `${mine}.dead`;
      try {
        renameSync(file, dead);
        if (living(readFileSync(dead, 'utf8'))) tryLink(dead, file);
        rmSync(dead);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(file, { force: true }) };
}

export async function untilUnused(folder: string, patience = leaving) {
  for (const deadline = Date.now() + patience; holderOf(folder) && Date.now() < deadline;) await pause(50);
  const holder = holderOf(folder);
  if (holder) {
    throw new CannotStart(
      `An instrument registry (process ${holder}) already runs on ${folder}: stop it, or give this one its own DATA_DIR and PORT.`,
    );
  }
}

/** The process that has `folder`, when it lives. */
export function holderOf(folder: string): number | undefined {
  try {
    return living(readFileSync(join(folder, 'service.pid'), 'utf8'));
  } catch {
    // None, or none that can be read: taking the lock will say what is wrong.
    return undefined;
  }
}

function living(text: string): number | undefined {
  const [pid, beginning] = text.trim().split(' ');
  return pid && beginning === `began:${beginningOf(Number(pid))}` ? Number(pid) : undefined;
}

/** Ticks since boot on Linux (proc(5), field 22); elsewhere only whether it lives. */
function beginningOf(pid: number): string {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return 'dead';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'alive';
  } catch {
    return 'alive';
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
