import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Benchmarks assert what they measure: small, they are tests of that. How fast anything is, is nobody's test. */
describe('the benchmarks', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['ingest', ['first load', 'unchanged, other bytes']],
    ['append', ['bulk, 5000 a transaction', 'single commands, 16 writers']],
    ['day', ['a day of ten brokers']],
    ['resolve', ['GET resolve by token', 'POST resolve, 1,000 items']],
  ])(
    '%s runs on generated data and writes what it saw',
    async (name, figures) => {
      await promisify(execFile)(process.execPath, ['bench/run.mjs', name, '--small', '--results', folder]);
      const result = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
        small: boolean;
        data: object;
        figures: { name: string; value: number; ratio: number }[];
      };
      expect(result).toMatchObject({ name, small: true, node: process.version });
      for (const figure of figures) {
        const { value, ratio } = result.figures.find((one) => one.name === figure) ?? { value: 0, ratio: 0 };
        expect([figure, value > 0, ratio > 0]).toEqual([figure, true, true]);
      }
    },
    120_000,
  );

  it.each(['history', 'kill'])(
    '%s finds on generated data nothing that should not be',
    async (name) => {
      await promisify(execFile)(process.execPath, ['bench/run.mjs', name, '--small', '--results', folder]);
      const { figures } = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as {
        figures: { name: string; value: number; target?: string }[];
      };
      const judged = figures.filter(({ target }) => target === '0');
      expect(judged.length).toBeGreaterThan(0);
      expect(judged.filter(({ value }) => value !== 0)).toEqual([]);
    },
    240_000,
  );

  it('name what there is when asked for something else', async () => {
    await expect(promisify(execFile)(process.execPath, ['bench/run.mjs', 'nothing'])).rejects.toMatchObject({
      code: 2,
      stderr: 'There is no benchmark nothing. There are: append, day, history, ingest, kill, resolve.\n',
    });
  });
});
