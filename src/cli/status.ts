import { Command } from 'commander';
import { ApiFailure, type Answer, type Api } from './api';
import { facts, print, table } from './print';

type Health = { status: string; details: Record<string, { status: string; [detail: string]: unknown }> };
type Broker = {
  broker: string;
  segments: readonly { segment: string }[];
  lastRun: { endedAt: string | null } | null;
  freshness: { day: string; ageDays: number; lateMinutes: number; status: string } | null;
  openTokens: number;
};
type Slot = { day: string; time: string };
type Schedule = { broker: string; times: string[]; nextDue: Slot | null; last: (Slot & { outcome: string; reason: string | null }) | null };
type Run = { id: string; broker: string; status: string; queuedAt: string; progress: { phase: string; percent: number } };

export const statusCommand = (api: Api) =>
  new Command('status')
    .description('health of the service, brokers and their last good runs, schedules, runs under way')
    .option('--json', "the API's own answers: its health, with brokers, schedules and open ingestions beside it")
    .action(async ({ json }: { json?: true }) => {
      const health = await readiness(api);
      const [brokers, schedules, running, queued, waiting] = await Promise.all([
        api.get<{ items: Broker[] }>('/api/v1/brokers'),
        api.get<{ items: Schedule[] }>('/api/v1/schedules'),
        ...['running', 'queued', 'quarantined'].map((status) => api.get<{ items: Run[] }>('/api/v1/ingestions', { status, limit: 20 })),
      ]);
      const open = [running, queued, waiting].flatMap((answer) => answer?.body.items ?? []);
      if (json)
        return print(JSON.stringify({ ...health.body, brokers: brokers.body, schedules: schedules.body, ingestions: { items: open } }));
      const checks = Object.entries(health.body.details).map(
        ([name, { status, message }]) => [name, `${status}${typeof message === 'string' ? ` (${message})` : ''}`] as const,
      );
      print(facts([['service', health.body.status], ...checks, ['log position', brokers.headers.get('registry-position')]]));
      print(`\n${brokersTable(brokers.body.items)}`);
      if (schedules.body.items.length > 0) print(`\n${schedulesTable(schedules.body.items)}`);
      if (open.length > 0) print(`\n${runsTable(open)}`);
    });

/** Not ready is an answer, too. */
async function readiness(api: Api): Promise<Answer<Health>> {
  return api.get<Health>('/health/ready', {}).catch((error: unknown) => {
    if (error instanceof ApiFailure && error.status === 503) throw new ApiFailure(503, 'The service runs and is not ready: see its log.');
    throw error;
  });
}

const brokersTable = (items: readonly Broker[]) =>
  table(
    ['broker', 'last good run', 'of day', 'days old', 'freshness', 'open tokens', 'segments'],
    items
      .filter(hasSent)
      .map(({ broker, lastRun, freshness, openTokens, segments }) => [
        broker,
        lastRun?.endedAt?.slice(0, 16).replace('T', ' '),
        freshness?.day,
        freshness?.ageDays,
        freshness && (freshness.lateMinutes > 0 ? `${freshness.status} (${freshness.lateMinutes} min)` : freshness.status),
        openTokens,
        lines(segments.map(({ segment }) => segment)),
      ]),
  );

/** One whose file never came has nothing to show. */
const hasSent = ({ lastRun, openTokens }: Broker) => lastRun !== null || openTokens > 0;

/** Four to a line. */
const lines = (names: readonly string[]) =>
  Array.from({ length: Math.ceil(names.length / 4) }, (_, row) => names.slice(4 * row, 4 * row + 4).join(' ')).join('\n');

const slot = ({ day, time }: Slot) => `${day} ${time}`;

const schedulesTable = (items: readonly Schedule[]) =>
  table(
    ['scheduled', 'times (India)', 'next due', 'last', 'outcome'],
    items.map(({ broker, times, nextDue, last }) => [
      broker,
      times.join(' '),
      nextDue ? slot(nextDue) : 'off',
      last && slot(last),
      last?.outcome,
    ]),
  );

const runsTable = (items: readonly Run[]) =>
  table(
    ['open run', 'broker', 'status', 'phase', 'percent'],
    items.map(({ id, broker, status, progress }) => [id, broker, status, progress.phase, progress.percent]),
  );
