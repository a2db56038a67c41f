import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { data: { type: 'string' }, results: { type: 'string' }, small: { type: 'boolean', default: false } },
});

const root = join(import.meta.dirname, '../..');

/** Generated data of some thousand rows, and a second for each measurement: for correctness only. */
export const small = values.small;

/** Where results are written. */
export const resultsFolder = resolve(values.results ?? join(root, 'bench/results'));

/** The folder with brokers' real files; null where there is none. */
export const dataFolder = [values.data, process.env.REGISTRY_DATA, join(root, '../shared/data')].find(
  (folder) => !small && folder !== undefined && existsSync(folder),
);

/** The present build of the service. */
export const buildFolder = process.env.BENCH_BUILD ?? '';
if (!buildFolder) throw new Error('Run this with "npm run bench".');

/** How long one measurement of a rate takes, in seconds. */
export const seconds = small ? 1 : 8;
