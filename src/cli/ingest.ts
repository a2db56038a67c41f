import { setTimeout as pause } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import type { Api, Query } from './api';
import { Failure } from './failure';
import { fileToSend } from './file-to-send';
import { facts, print, table } from './print';

export type Run = {
  id: string;
  broker: string;
  status: 'queued' | 'running' | 'quarantined' | 'completed' | 'failed' | 'cancelled';
  day: string | null;
  dayEstimated: boolean | null;
  dryRun: boolean;
  quarantined: string[];
  reason: string | null;
  progress: { phase: string; rowsRead: number; percent: number };
  counts: Record<string, number>;
  gates: { name: string; segment?: string; outcome: string; measured: number; limit: number }[];
  pending: { segment: string; counts: Record<string, number> }[];
  startedAt: string | null;
  endedAt: string | null;
};
type Rejects = { items: { line: number; raw: string; reason: string }[]; page: { nextCursor: string | null } };
type Options = {
  day?: string;
  mode?: string;
  dryRun?: true;
  segments?: string[];
  symbols?: string[];
  priority?: string;
  format?: string;
  json?: true;
};

const quarantined = 3;

export const ingestCommand = (api: Api) =>
  new Command('ingest')
    .description("load a broker's file of instruments; exit code 1 when it is refused, 3 when a part waits for a decision")
    .argument('<broker>', 'such as kite or upstox')
    .argument('[source]', "a file, or an address that the service reads itself; default: the broker's official one")
    .option('--day <day>', 'the day of the file, YYYY-MM-DD; default: as the file says')
    .addOption(
      new Option(
        '--mode <mode>',
        'incremental with --segments, on_demand with --symbols, backfill for a day before the newest; default: full',
      ).choices(['full', 'incremental', 'on_demand', 'backfill']),
    )
    .option('--dry-run', 'measure and compare, publish nothing')
    .option('--segments <segments...>', 'only these: whatever is absent from them is gone')
    .option('--symbols <symbols...>', 'only these, with their contracts: nothing is gone that is absent')
    .option('--priority <priority>', '0 to 100: higher goes first; default: 50')
    .addOption(new Option('--format <format>', 'default: by content').choices(['csv', 'json']))
    .option('--json', "the API's own answer")
    .action(async (broker: string, source: string | undefined, options: Options) => {
      const { id } = await send(api, `/api/v1/brokers/${encodeURIComponent(broker)}/ingestions`, source, options);
      await ended(api, await follow(api, id, !options.json), options.json === true);
    });

/** Shows what became of a run. @throws Failure unless it is completed */
export async function ended(api: Api, { text, body: run }: { text: string; body: Run }, isJson: boolean) {
  if (isJson) print(text);
  else print(summary(run, (await api.get<Rejects>(`/api/v1/ingestions/${run.id}/rejects`, { limit: 5 })).body));
  if (run.status === 'quarantined')
    throw new Failure(
      `${run.quarantined.join(', ')} wait${run.quarantined.length === 1 ? 's' : ''} for a decision. ` +
        `"registry changes ${run.id} --pending" lists what would change; then "registry approve ${run.id}" or "registry reject ${run.id}".`,
      quarantined,
    );
  if (run.status !== 'completed') throw new Failure(run.reason ?? `The run was ${run.status}.`);
}

async function send(
  api: Api,
  path: string,
  source = 'official',
  { day, mode, dryRun, segments, symbols, priority, format }: Options,
): Promise<{ id: string }> {
  const only = segments?.flatMap((text) => text.toUpperCase().split(','));
  const named = symbols?.flatMap((text) => text.split(','));
  if (source === 'official' || /^(https?|file):/.test(source))
    return (
      await api.post<{ id: string }>(path, {
        source,
        day,
        mode,
        dryRun,
        segments: only,
        symbols: named,
        priority: priority && Number(priority),
      })
    ).body;
  const { file, head } = await fileToSend(source);
  const query: Query = { day, mode, dryRun, format, priority, segments: only?.join(','), symbols: named?.join(',') };
  return (await api.upload<{ id: string }>(path, query, file, typeOf(head))).body;
}

/** By content, as the service reads it; the name counts for nothing. */
export function typeOf(head: Uint8Array): string {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'application/gzip';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'application/zip';
  return /^(\uFEFF)?\s*[[{]/.test(new TextDecoder('utf-8', { ignoreBOM: true }).decode(head)) ? 'application/json' : 'text/csv';
}

/** Asks how far the run is until it has ended: often at first, then once a second (the key has a budget of requests). */
export async function follow(api: Api, id: string, shows: boolean) {
  const bar =
    shows && process.stderr.isTTY
      ? new SingleBar({ format: '{bar} {percentage}%  {phase}  {rows} rows', barsize: 30, hideCursor: true })
      : null;
  bar?.start(100, 0, { phase: 'queued', rows: 0 });
  try {
    for (let wait = 100; ; wait = Math.min(1_000, wait * 1.5)) {
      const answer = await api.get<Run>(`/api/v1/ingestions/${id}`);
      const { status, progress } = answer.body;
      bar?.update(progress.percent, { phase: progress.phase, rows: progress.rowsRead.toLocaleString('en') });
      if (status !== 'queued' && status !== 'running') return answer;
      await pause(wait);
    }
  } finally {
    bar?.stop();
  }
}

/** First what became of the file's rows, then what was recorded. */
const counted = [
  ...['rows', 'accepted', 'rejected', 'expired', 'unchanged', 'learnt'],
  ...['listed', 'amended', 'adjusted', 'rescheduled', 'renamed', 'tokensAssigned', 'tokensWithdrawn', 'delisted', 'instrumentsExpired'],
];

const foreseen = ['accepted', 'unchanged', 'listed', 'amended', 'adjusted', 'tokensAssigned', 'tokensWithdrawn'];

/** `tokensAssigned` as people read it. */
const words = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function summary(run: Run, rejects: Rejects): string {
  const seconds = run.startedAt && run.endedAt ? ((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1) : null;
  const failed = run.gates.filter(({ outcome }) => outcome === 'failed');
  const parts = [
    facts([
      ['run', run.id],
      ['status', run.status + (run.dryRun ? ' (dry run: nothing was published)' : '')],
      ['day', run.day && run.day + (run.dayEstimated ? ' (estimated)' : '')],
      ['seconds', seconds],
      ['note', run.status === 'failed' ? null : run.reason],
    ]),
  ];
  // A file that was refused before its rows were counted has nothing to show.
  if (run.counts.rows)
    parts.push(
      table(
        ['counts', ''],
        counted.map((name) => [words(name), run.counts[name]]),
      ),
    );
  if (failed.length > 0)
    parts.push(
      table(
        ['failed gate', 'segment', 'measured', 'limit'],
        failed.map(({ name, segment, measured, limit }) => [name, segment, String(measured), String(limit)]),
      ),
    );
  if (run.pending.length > 0)
    parts.push(
      table(
        ['if approved', ...foreseen.map(words)],
        run.pending.map(({ segment, counts }) => [segment, ...foreseen.map((name) => counts[name])]),
      ),
    );
  if (rejects.items.length > 0)
    parts.push(
      table(
        ['line', 'rejected because'],
        rejects.items.map(({ line, reason }) => [line, reason.length > 88 ? `${reason.slice(0, 87)}…` : reason]),
      ),
    );
  if (rejects.page.nextCursor) parts.push(`All rejects: GET /api/v1/ingestions/${run.id}/rejects`);
  return parts.join('\n\n');
}
