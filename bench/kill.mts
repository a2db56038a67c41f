// The service is killed at random moments of its runs and started again: it must come to the same end as one that was left alone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Table from 'cli-table3';
import { generatedFiles, typeOf, type DumpFile } from './support/files.mts';
import { buildFolder, small } from './support/options.mts';
import { check, report } from './support/report.mts';
import { startService, withService, type Service } from './support/service.mts';
import { asking, contradictionsOf, differences, differingFromLog, keepState } from './support/state.mts';

const { Random } = createRequire(import.meta.url)(join(buildFolder, 'generator/random.js')) as typeof import('../src/generator/random.js');

/** The first file of each broker is new from end to end, the second one here and there. */
const brokers = small
  ? ['kite', 'upstox', 'dhan']
  : ['kite', 'upstox', 'angel', 'dhan', 'fyers', 'shoonya', 'icici', 'nuvama', 'groww', 'kotak'];
const size = { instruments: small ? 1_500 : 20_000, days: small ? 2 : 3, seed: 7, start: '2026-01-05' };
const kills = small ? 5 : 20;
/** Many transactions to each run. */
const settings = { INSTRUMENT_REGISTRY_INGESTION_BATCH_SIZE: small ? '200' : '500' };
const started = new Date();
const random = new Random(1);

const send = (service: Service, { broker, path, day }: DumpFile) => service.send(broker, readFileSync(path), `day=${day}`, typeOf(path));

async function load(service: Service, file: DumpFile): Promise<number> {
  const began = performance.now();
  const run = await service.ending(await send(service, file));
  check(run.status === 'completed' || run.status === 'quarantined', `${file.name} ended as ${run.status}: ${run.reason}`);
  return performance.now() - began;
}

/** Whether the run had ended by a moment, and how many events it had published of how many. */
async function progressOf(service: Service, run: string, moment: Date) {
  return asking(service, async (client) => {
    const { rows } = await client.query<{ hadEnded: boolean; before: number; all: number }>(
      `SELECT r.ended_at < $2 AS "hadEnded", count(e.position) FILTER (WHERE e.recorded_at < $2)::int AS before, count(e.position)::int AS all
       FROM registry.ingestion_runs r LEFT JOIN log.events e ON e.metadata->>'ingestionRun' = r.id::text AND e.stream LIKE 'instrument-%'
       WHERE r.id = $1 GROUP BY r.id`,
      [run, moment],
    );
    return rows[0] ?? { hadEnded: false, before: 0, all: 0 };
  });
}

type Cut = {
  readonly file: string;
  readonly milliseconds: number;
  readonly hadEnded: boolean;
  readonly before: number;
  readonly all: number;
};

/** Sends the file, kills the service after some milliseconds, starts it again and waits for the run's end. */
async function cut(service: Service, file: DumpFile, milliseconds: number): Promise<{ service: Service; cut: Cut }> {
  const run = await send(service, file);
  await pause(milliseconds);
  const moment = new Date();
  await service.kill();
  const next = await startService(service.dataDir, settings);
  await next.ending(run);
  return { service: next, cut: { file: file.name, milliseconds: Math.round(milliseconds), ...(await progressOf(next, run, moment)) } };
}

const folder = mkdtempSync(join(tmpdir(), 'registry-bench-kill-'));
try {
  const [first, ...rest] = await generatedFiles(folder, size, brokers);
  check(first !== undefined, 'there are no files');
  const kept = join(folder, 'state');
  const times: number[] = [];
  let postgres = '';
  await withService(async (calm) => {
    await load(calm, first);
    for (const file of rest) times.push(await load(calm, file));
    await keepState(calm, kept, { counts: true });
    const { rows } = await asking(calm, (client) =>
      client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`),
    );
    postgres = rows[0]?.version ?? '';
  }, settings);

  const cuts: Cut[] = [];
  let service = await startService(undefined, settings);
  try {
    await load(service, first);
    for (const [n, file] of rest.entries()) {
      if (cuts.length === kills) {
        await load(service, file);
        continue;
      }
      const done = await cut(service, file, ((times[n] ?? 0) * random.below(1000)) / 1000);
      service = done.service;
      cuts.push(done.cut);
    }
    check(cuts.length === kills, `${cuts.length} kills, not ${kills}`);
    const head = ['file', 'killed after', 'had ended', 'events by then', 'events'];
    const table = new Table({ head, style: { head: [], border: [], compact: true } });
    for (const { file, milliseconds, hadEnded, before, all } of cuts)
      table.push([file, `${milliseconds} ms`, hadEnded ? 'yes' : '', before, all]);
    console.log(table.toString());
    const order = await differences(service, kept, { counts: true });
    const wrong = [...(await contradictionsOf(service)), ...(await differingFromLog(service)), ...order].filter(({ count }) => count > 0);
    for (const { kind, count, examples } of wrong) console.log([`${count} ${kind}`, ...examples].join('\n  '));
    report('kill', { started, postgres, data: { ...size, brokers, cuts } }, [
      { name: 'kills', value: cuts.length, unit: '' },
      { name: 'of them while a run published', value: cuts.filter(({ before, all }) => before > 0 && before < all).length, unit: '' },
      {
        name: 'of them when it had ended',
        value: cuts.filter(({ hadEnded }) => hadEnded).length,
        unit: '',
      },
      { name: 'lines of the state compared', value: order.reduce((sum, { lines }) => sum + lines, 0), unit: '' },
      { name: 'differences and contradictions', value: wrong.length, unit: 'kinds', target: '0', met: wrong.length === 0 },
    ]);
    check(wrong.length === 0, 'the state is not that of a service which was left alone');
  } finally {
    await service.stop();
  }
} finally {
  rmSync(folder, { recursive: true });
}
