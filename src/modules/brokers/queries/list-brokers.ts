import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { LastRuns, type LastRun as Run } from '../last-runs';
import { Broker, Day, isExchangeFile, Moments, Segment } from '../../instruments';
import { brokerNames } from '../names';

const LastRun = z.object({ id: z.uuid(), day: Day, endedAt: z.iso.datetime().nullable() });
const Freshness = z
  .object({ day: Day, ageDays: z.int(), tradingMinutes: z.int(), lateMinutes: z.int(), status: z.enum(['fresh', 'late', 'stale']) })
  .describe(
    'Of its newest file, by the market clock: calendar days; minutes of trading since its day began; those of them on later days, by which it is late or stale.',
  );

const lastRun = { id: '0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b', day: '2026-01-07', endedAt: '2026-01-07T03:10:00.000Z' };
const freshness = { day: '2026-01-07', ageDays: 0, tradingMinutes: 45, lateMinutes: 0, status: 'fresh' as const };
const counted = { openTokens: 41_250, lastRun, freshness };

export const ShownBroker = z
  .object({
    broker: Broker,
    name: z.string().nullable(),
    kind: z
      .enum(['broker', 'exchange'])
      .describe("Whether it can be traded at, or is an exchange's own list, whose tokens are the listings themselves (ISIN and series)."),
    openTokens: z.int().describe('Tokens that mean an instrument on the day.'),
    lastRun: LastRun.nullable().describe('The newest file of which at least one segment was taken.'),
    freshness: Freshness.nullable(),
    segments: z.array(z.object({ segment: Segment, openTokens: z.int(), lastRun: LastRun.nullable(), freshness: Freshness.nullable() })),
    limits: z.array(z.unknown()).describe('Subscription limits that are known of this broker.'),
  })
  .meta({
    examples: [
      { broker: 'kite', name: 'Zerodha Kite', kind: 'broker', ...counted, segments: [{ segment: 'NFO', ...counted }], limits: [] },
    ],
  });
export type ShownBroker = z.infer<typeof ShownBroker>;

/** What is known of the brokers, by name; of one when it is named. */
export class ListBrokers extends Query<ShownBroker[]> {
  constructor(
    readonly asOf?: string,
    readonly broker?: string,
  ) {
    super();
  }
}

type Tokens = { readonly broker: string; readonly segment: Segment; readonly count: number };
@QueryHandler(ListBrokers)
export class ListBrokersHandler implements IQueryHandler<ListBrokers> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
    private readonly lastRuns: LastRuns,
  ) {}

  async execute({ asOf, broker }: ListBrokers) {
    const { moment } = await this.moments.of({ asOf });
    const [tokens, runs] = await Promise.all([
      this.database.query<Tokens>({
        name: 'brokers-open-tokens',
        text: `SELECT b.broker, b.segment, count(*) AS count FROM registry.broker_tokens b
               WHERE ($2::text IS NULL OR b.broker = $2) AND b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date)
               GROUP BY b.broker, b.segment ORDER BY b.broker, b.segment`,
        values: [moment.day, broker ?? null],
      }),
      this.lastRuns.at(moment, broker),
    ]);
    const named = broker === undefined ? Object.keys(brokerNames) : Object.keys(brokerNames).filter((name) => name === broker);
    const brokers = [...new Set([...named, ...tokens.map((row) => row.broker), ...runs.map((row) => row.broker)])].sort();
    return brokers.map((name) =>
      shown(
        name,
        tokens.filter((row) => row.broker === name),
        runs.filter((row) => row.broker === name),
      ),
    );
  }
}

function shown(broker: string, tokens: readonly Tokens[], runs: readonly Run[]): ShownBroker {
  const newest = runs.toSorted((a, b) => (a.day < b.day ? 1 : -1))[0];
  const segments = [...new Set([...tokens, ...runs].map(({ segment }) => segment))].sort();
  return {
    broker,
    name: brokerNames[broker] ?? null,
    kind: isExchangeFile(broker) ? 'exchange' : 'broker',
    openTokens: tokens.reduce((sum, { count }) => sum + count, 0),
    ...last(newest),
    segments: segments.map((segment) => ({
      segment,
      openTokens: tokens.find((row) => row.segment === segment)?.count ?? 0,
      ...last(runs.find((row) => row.segment === segment)),
    })),
    limits: [],
  };
}

function last(run: Run | undefined): Pick<ShownBroker, 'lastRun' | 'freshness'> {
  if (!run) return { lastRun: null, freshness: null };
  const { id, day, endedAt, freshness } = run;
  return { lastRun: { id, day, endedAt: endedAt?.toISOString() ?? null }, freshness };
}
