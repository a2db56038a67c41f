// All real files in the order of their days into one registry, and into another with the brokers of each day the other way round.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { brokersReversed, generatedFiles, realFiles, typeOf, type DumpFile } from './support/files.mts';
import { dataFolder } from './support/options.mts';
import { check, report, type Figure } from './support/report.mts';
import { withService, type LoadedRun, type Service } from './support/service.mts';
import { asking, contradictionsOf, differences, differingFromLog, keepState, type Finding } from './support/state.mts';

const size = { instruments: 1_500, days: 6, seed: 3, start: '2026-01-05' };

type Loaded = { readonly file: DumpFile; readonly run: LoadedRun; readonly events: number };

/** File after file; what became of each. */
async function load(service: Service, files: readonly DumpFile[]): Promise<Loaded[]> {
  const runs: { file: DumpFile; run: LoadedRun }[] = [];
  for (const file of files) {
    const run = await service.load(file.broker, readFileSync(file.path), `day=${file.day}`, typeOf(file.path));
    const { rows, rejected } = run.counts;
    console.log(
      `${file.day} ${file.name}: ${run.status}, ${rows} rows, ${rejected} rejected, ${run.seconds.toFixed(1)} s ${run.reason ?? ''}`,
    );
    runs.push({ file, run });
  }
  const events = await asking(service, async (client) => {
    const { rows } = await client.query<{ run: string; events: number }>(
      `SELECT metadata->>'ingestionRun' AS run, count(*)::int AS events FROM log.events WHERE stream LIKE 'instrument-%' GROUP BY 1`,
    );
    return new Map(rows.map((row) => [row.run, row.events]));
  });
  return runs.map(({ file, run }) => ({ file, run, events: events.get(run.id) ?? 0 }));
}

function printFiles(loaded: readonly Loaded[]) {
  const head = ['day', 'broker', 'file', 'status', 'rows', 'accepted', 'rejected', 'expired', 'quarantined', 'events', 's'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const { file, run, events } of loaded) {
    const { rows, accepted, rejected, expired } = run.counts;
    const name = file.name.slice(file.name.indexOf('/') + 1);
    const held = run.quarantined.join(' ');
    table.push([file.day, file.broker, name, run.status, rows, accepted, rejected, expired, held, events, run.seconds.toFixed(1)]);
  }
  console.log(table.toString());
}

function printFindings(title: string, findings: readonly Finding[]) {
  console.log(`\n${title}`);
  for (const { kind, count, examples } of findings) {
    console.log(`${count.toLocaleString('en').padStart(9)}  ${kind}`);
    for (const example of examples) console.log(`           ${example.slice(0, 300)}`);
  }
}

/** Rejected rows by broker and reason, numbers and names in the reasons left out; and the gates that held a segment back. */
async function refusals(service: Service): Promise<Finding[]> {
  return asking(service, async (client) => {
    const { rows } = await client.query<Finding>(`
      SELECT 'rejected, ' || r.broker || ' ' || r.day || ': ' || regexp_replace(regexp_replace(j.reason, '(: (?:.* of )?[0-9a-f-]{36}.*|\\(.*\\)|: [A-Z]+:.*)', ''), '[0-9]+', 'N', 'g') AS kind,
             count(*)::int AS count, (array_agg(j.raw || ': ' || j.reason ORDER BY j.line))[1:3] AS examples
      FROM registry.ingestion_rejects j JOIN registry.ingestion_runs r ON r.id = j.run_id GROUP BY 1
      UNION ALL
      SELECT 'held back, ' || c.broker || ' ' || c.day || ': ' || c.segment || ' by ' || c.name, 1, ARRAY[concat(c.measured, ', limit ', c."limit")]
      FROM registry.data_quality_checks c WHERE c.outcome = 'failed' AND c.name <> 'expiries_on_holidays'
      ORDER BY 1`);
    return rows;
  });
}

/** A file is taken or not as is known of it. */
function checkOutcomes(loaded: readonly Loaded[]) {
  for (const { file, run } of loaded) {
    const isRefused = run.status === 'failed';
    check(isRefused === (file.refused !== null), `${file.name} (${file.refused ?? 'to be taken'}) ended as ${run.status}: ${run.reason}`);
  }
}

const sum = (findings: readonly Finding[]) => findings.reduce((total, { count }) => total + count, 0);
const none = (name: string, value: number): Figure => ({ name, value, unit: '', target: '0', met: value === 0 });

const started = new Date();
const folder = mkdtempSync(join(tmpdir(), 'registry-bench-history-'));
try {
  const files = dataFolder === undefined ? await generatedFiles(folder, size) : realFiles(dataFolder);
  check(files.length > 0, 'there are no files');
  const kept = join(folder, 'state');
  let postgres = '';
  let first: { loaded: Loaded[]; contradictions: Finding[]; rebuilt: Finding[]; refused: Finding[]; events: number } | undefined;
  await withService(async (service) => {
    const loaded = await load(service, files);
    printFiles(loaded);
    const [contradictions, rebuilt, refused] = [await contradictionsOf(service), await differingFromLog(service), await refusals(service)];
    printFindings('Rejected rows and segments held back', refused);
    printFindings('Contradictions', [...contradictions, ...rebuilt]);
    await keepState(service, kept);
    const { rows } = await asking(service, (client) =>
      client.query<{ postgres: string; events: number }>(
        `SELECT current_setting('server_version') AS postgres, position::int AS events FROM log.head`,
      ),
    );
    postgres = rows[0]?.postgres ?? '';
    first = { loaded, contradictions, rebuilt, refused, events: rows[0]?.events ?? 0 };
  });
  check(first !== undefined, 'nothing was loaded');
  const { loaded, contradictions, rebuilt, refused, events } = first;
  check(sum(rebuilt) === 0, `read models differ from the log: ${JSON.stringify(rebuilt)}`);

  let order: (Finding & { readonly lines: number })[] = [];
  await withService(async (service) => {
    await load(service, brokersReversed(files));
    const again = await differingFromLog(service);
    check(sum(again) === 0, `read models differ from the log: ${JSON.stringify(again)}`);
    order = await differences(service, kept);
    printFindings('In another order of brokers', order);
  });
  checkOutcomes(loaded);
  const named = (part: string) => sum(contradictions.filter(({ kind }) => kind.includes(part)));
  check(named('log') + named('streams') === 0, `the log is not whole: ${JSON.stringify(contradictions)}`);
  const described = loaded.map(({ file, run, events: made }) => ({
    ...{ day: file.day, broker: file.broker, name: file.name, status: run.status, reason: run.reason, counts: run.counts },
    ...{ quarantined: run.quarantined, events: made, seconds: run.seconds },
  }));
  report('history', { started, postgres, data: { files: described, refused, contradictions, order } }, [
    { name: 'files', value: files.length, unit: '' },
    { name: 'rows', value: loaded.reduce((total, { run }) => total + run.counts.rows, 0), unit: '' },
    { name: 'events', value: events, unit: '' },
    { name: 'all files, one after another', value: loaded.reduce((total, { run }) => total + run.seconds, 0), unit: 's' },
    ...contradictions.filter(({ kind }) => !kind.startsWith('names')).map(({ kind, count }) => none(kind, count)),
    ...order.map(({ kind, count }) => none(`in another order of brokers: ${kind}`, count)),
  ]);
} finally {
  rmSync(folder, { recursive: true });
}
