import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { resultsFolder, small } from './options.mts';

export type Figure = {
  readonly name: string;
  readonly value: number | null;
  readonly unit: string;
  /** What it is measured against in the same run, and the ratio to it. */
  readonly reference?: string;
  readonly ratio?: number;
  readonly target?: string;
  /** Absent when there is no target or the data is too small to tell. */
  readonly met?: boolean;
};

const number = (value: number | null) =>
  value === null ? '-' : value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });

/** What git answers; null without git. */
function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** Prints the figures as a table and keeps them as JSON, with all that is needed to read them later. */
export function report(
  name: string,
  facts: { readonly started: Date; readonly postgres: string; readonly data: unknown },
  figures: readonly Figure[],
) {
  const shown = small ? figures.map(({ met: _, ...figure }) => figure) : figures;
  const table = new Table({ head: [name, 'value', 'unit', 'ratio', 'reference', 'target', 'met'], style: { head: [], border: [] } });
  for (const { name, value, unit, ratio, reference, target, met } of shown as readonly Figure[])
    table.push([
      name,
      number(value),
      unit,
      ratio === undefined ? '' : number(ratio),
      reference ?? '',
      target ?? '',
      met === undefined ? '' : met ? 'yes' : 'NO',
    ]);
  console.log(table.toString());
  mkdirSync(resultsFolder, { recursive: true });
  const file = join(resultsFolder, `${name}.json`);
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? null };
  const changes = git('status', '--porcelain', '--', 'src', 'prisma', 'bench', 'package-lock.json');
  const uncommitted = changes === null ? null : changes !== '';
  const commit = git('rev-parse', 'HEAD');
  const all = { name, small, commit, uncommitted, node: process.version, machine, ...facts, ended: new Date(), figures: shown };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`Written to ${file}.`);
}

/** A benchmark of something that answers wrongly measures nothing. */
export function check(isRight: boolean, what: string): asserts isRight {
  if (!isRight) throw new Error(`Wrong: ${what}`);
}
