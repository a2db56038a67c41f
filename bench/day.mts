// A day of ten brokers on a registry that the day before has filled: the whole pipeline, one file after another.
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WrittenDay } from '../src/generator/index.js';
import { copyTime } from './support/copy-time.mts';
import { typeOf, writeDumps, writers } from './support/files.mts';
import { small } from './support/options.mts';
import { check, report } from './support/report.mts';
import { withService, type Service } from './support/service.mts';

const brokers = ['kite', 'upstox', 'angel', 'dhan', 'fyers', 'shoonya', 'icici', 'nuvama', 'kotak', 'fivepaisa'];
const size = { instruments: small ? 1_000 : 120_000, days: 2, seed: 1, start: '2026-01-05', mistake: null };

/** All files of a day, one after another; the seconds of each. */
async function load(service: Service, { tally, dumps }: WrittenDay) {
  const seconds: Record<string, number> = {};
  const counts = { rows: 0, accepted: 0, listed: 0, adjusted: 0 };
  for (const { broker, path } of dumps) {
    const run = await service.ingest(broker, readFileSync(path), tally.day, typeOf(path));
    seconds[broker] = run.seconds;
    for (const name of Object.keys(counts) as (keyof typeof counts)[]) counts[name] += run.counts[name];
  }
  const rows = dumps.reduce((sum, dump) => sum + dump.rows, 0);
  const expected = { rows, accepted: rows, listed: tally.listed, adjusted: tally.adjusted };
  check(JSON.stringify(counts) === JSON.stringify(expected), `${tally.day}: ${JSON.stringify(counts)}, not ${JSON.stringify(expected)}`);
  return { rows, seconds, total: Object.values(seconds).reduce((sum, one) => sum + one, 0) };
}

const started = new Date();
const folder = mkdtempSync(join(tmpdir(), 'registry-bench-day-'));
try {
  const began = performance.now();
  const wanted = brokers.flatMap((broker) => writers.get(broker) ?? []);
  const days: WrittenDay[] = [];
  for await (const written of writeDumps({ ...size, writers: wanted, folder })) days.push(written);
  const [first, second] = days;
  check(first !== undefined && second !== undefined, 'two days are wanted');
  const generated = (performance.now() - began) / 1000;
  await withService(async (service) => {
    const path = join(folder, second.tally.day, 'kite.csv');
    const [header = ''] = readFileSync(path, 'utf8').split('\n', 1);
    const often = brokers.map(() => () => createReadStream(path));
    const copy = await copyTime(service.databaseUrl, header.split(','), often);
    const full = await load(service, first);
    const day = await load(service, second);
    const memory = service.peakMegabytes();
    report('day', { started, postgres: copy.postgres, data: { ...size, brokers, tally: second.tally } }, [
      { name: `${full.rows + day.rows} rows in ${2 * brokers.length} files generated`, value: generated, unit: 's' },
      { name: `bare COPY of Kite's file, ${brokers.length} times`, value: copy.seconds, unit: 's' },
      {
        name: 'the registry filled by ten brokers',
        value: full.total,
        unit: 's',
        ratio: full.total / copy.seconds,
        reference: 'bare COPY',
      },
      {
        ...{ name: 'a day of ten brokers', value: day.total, unit: 's', ratio: day.total / copy.seconds, reference: 'bare COPY' },
        ...{ target: '<= 60 s', met: day.total <= 60 },
      },
      ...Object.entries(day.seconds).map(([broker, seconds]) => ({ name: `of it ${broker}`, value: seconds, unit: 's' })),
      { name: 'rows a second', value: day.rows / day.total, unit: 'rows/s' },
      { name: 'memory of the process', value: memory, unit: 'MB', target: '< 1000', ...(memory !== null && { met: memory < 1000 }) },
    ]);
  });
} finally {
  rmSync(folder, { recursive: true });
}
