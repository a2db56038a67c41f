// A first load, the same again, and a day on which 7 % changed: the whole pipeline, from the first byte sent to the end of the run.
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { copyTime } from './support/copy-time.mts';
import { described, fileOf, generatedDump, realDump, type Dump } from './support/dumps.mts';
import { check, report, type Figure } from './support/report.mts';
import { withService, type Counts } from './support/service.mts';

const day = '2026-01-07';
const next = '2026-01-08';
const [lastPrice, expiry, lotSize] = [4, 5, 8];

const started = new Date();
const dump = realDump('upstox/2026-01-07_complete.csv.gz') ?? generatedDump();

const replaced = (row: readonly string[], at: number, field: string) => row.toSpliced(at, 1, field);

/** The same rows at other prices: every byte may differ, and nothing that counts. */
const repriced = ([header = [], ...rows]: Dump['rows']) => [header, ...rows.map((row, n) => replaced(row, lastPrice, `${n % 97}.5`))];

/** Seven of a hundred rows get another lot: contracts that live on, spread over the file. */
function changed([header = [], ...rows]: Dump['rows']): { rows: string[][]; count: number } {
  let count = 0;
  const after = rows.map((row, n) => {
    const livesOn = (row[expiry] ?? '') > next && Number(row[lotSize]) > 0;
    if (!livesOn || count >= 0.07 * (n + 1)) return [...row];
    count++;
    return replaced(row, lotSize, String(Number(row[lotSize]) + 1));
  });
  return { rows: [[...header], ...after], count };
}

/** A file that says nothing new changes nothing. */
function checkNothingChanged({ counts }: { readonly counts: Counts }, what: string) {
  const { accepted, unchanged, listed, amended, tokensAssigned, tokensWithdrawn } = counts;
  const isSo = accepted > 0 && unchanged === accepted && listed + amended + tokensAssigned + tokensWithdrawn === 0;
  check(isSo, `${what} changed something: ${JSON.stringify(counts)}`);
}

await withService(async (service) => {
  const text = gunzipSync(dump.file);
  const copy = await copyTime(service.databaseUrl, dump.rows[0] ?? [], [() => Readable.from([text])]);
  const first = await service.ingest('upstox', dump.file, day);
  check(first.counts.listed === first.counts.accepted && first.counts.accepted > 0, `first load ${JSON.stringify(first.counts)}`);
  const memory = service.peakMegabytes();

  const otherBytes = fileOf(repriced(dump.rows));
  const again = await service.ingest('upstox', otherBytes, day);
  checkNothingChanged(again, 'the unchanged file');
  const identical = await service.ingest('upstox', otherBytes, day);
  checkNothingChanged(identical, 'the identical file');
  check(identical.counts.accepted === first.counts.accepted, `first ${first.counts.accepted} rows, then ${identical.counts.accepted}`);

  const other = changed(dump.rows);
  const changedRun = await service.ingest('upstox', fileOf(other.rows), next);
  check(changedRun.counts.amended === other.count, `${other.count} lots changed, ${JSON.stringify(changedRun.counts)}`);

  const figures: Figure[] = [
    { name: 'bare COPY of the file', value: copy.seconds, unit: 's' },
    ...[
      { name: 'first load', run: first, most: 8, times: null },
      { name: `${other.count} of ${dump.rows.length - 1} rows changed`, run: changedRun, most: 3, times: null },
      { name: 'unchanged, other bytes', run: again, most: 3, times: 10 },
      { name: 'unchanged, same bytes', run: identical, most: 3, times: 10 },
    ].map(({ name, run, most, times }) => ({
      name,
      value: run.seconds,
      unit: 's',
      ratio: run.seconds / copy.seconds,
      reference: 'bare COPY',
      target: `<= ${most} s${times === null ? '' : ` and ${times} x`}`,
      met: run.seconds <= most && (times === null || run.seconds <= times * copy.seconds),
    })),
    { name: 'first load, rows a second', value: first.counts.rows / first.seconds, unit: 'rows/s' },
    {
      name: 'memory of the process, first load',
      value: memory,
      unit: 'MB',
      target: '< 700',
      ...(memory !== null && { met: memory < 700 }),
    },
    { name: 'memory of the process, all four', value: service.peakMegabytes(), unit: 'MB' },
  ];
  report('ingest', { started, postgres: copy.postgres, data: described(dump) }, figures);
});
