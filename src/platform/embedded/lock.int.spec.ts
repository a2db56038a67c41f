import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderOf, lock } from './lock';

describe('the lock of a data folder', () => {
  let folder: string;
  const file = () => join(folder, 'service.pid');
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is held by one process until it is released', async () => {
    const held = await lock(folder);
    expect(holderOf(folder)).toBe(process.pid);
    await expect(lock(folder, 100)).rejects.toThrow(
      `An instrument registry (process ${process.pid}) already runs on ${folder}: stop it, or give this one its own DATA_DIR and PORT.`,
    );
    held.release();
    expect([holderOf(folder), existsSync(file())]).toEqual([undefined, false]);
    // One that is about to leave is waited for.
    const leaving = await lock(folder);
    const next = lock(folder);
    leaving.release();
    (await next).release();
  });

  it.each([
    ['a process that is dead', () => `${spawnSync('true').pid} began:12345\n`],
    ['an earlier process of the same number', () => `${process.pid} began:1\n`],
    ['a write that was cut short', () => ''],
  ])('is taken over from %s', async (_, text) => {
    writeFileSync(file(), text());
    expect(holderOf(folder)).toBeUndefined();
    await lock(folder);
    expect(holderOf(folder)).toBe(process.pid);
  });
});
