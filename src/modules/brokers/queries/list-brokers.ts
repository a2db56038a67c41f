import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { Broker, Day, Moments, Segment } from '../../instruments';
import { brokerNames } from '../names';

const LastRun = z.object({ id: z.uuid(), day: Day, endedAt: z.iso.datetime().nullable() });
/** Of its newest file: calendar days from the file's day to today, by the market clock. */
const Freshness = z.object({ day: Day, ageDays: z.int() });

const lastRun = { id: '0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b', day: '2026-01-07', endedAt: '2026-01-07T03:10:00.000Z' };
const counted = { openTokens: 41_250, lastRun, freshness: { day: '2026-01-07', ageDays: 0 } };

export const ShownBroker = z
  .object({
    broker: Broker,
    name: z.string().nullable(),
    openTokens: z.int().describe('Tokens that mean an instrument on the day.'),
    lastRun: LastRun.nullable().describe('The newest file of which at least one segment was taken.'),
    freshness: Freshness.nullable(),
    segments: z.array(z.object({ segment: Segment, openTokens: z.int(), lastRun: LastRun.nullable(), freshness: Freshness.nullable() })),
    limits: z.array(z.unknown()).describe('Subscription limits that are known of this broker.'),
  })
  .meta({ examples: [{ broker: 'kite', name: 'Zerodha Kite', ...counted, segments: [{ segment: 'NFO', ...counted }], limits: [] }] });
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
type Run = { readonly broker: string; readonly segment: Segment; readonly id: string; readonly day: Day; readonly endedAt: Date | null };

@QueryHandler(ListBrokers)
export class ListBrokersHandler implements IQueryHandler<ListBrokers> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
  ) {}

  async execute({ asOf, broker }: ListBrokers) {
    const { day } = (await this.moments.of({ asOf })).moment;
    const [tokens, runs] = await Promise.all([
      this.database.query<Tokens>({
        name: 'brokers-open-tokens',
        text: `SELECT b.broker, b.segment, count(*) AS count FROM registry.broker_tokens b
               WHERE ($2::text IS NULL OR b.broker = $2) AND b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date)
               GROUP BY b.broker, b.segment ORDER BY b.broker, b.segment`,
        values: [day, broker ?? null],
      }),
      // A quarantined run is good for the segments that it published.
      this.database.query<Run>({
        name: 'brokers-last-runs',
        text: `SELECT DISTINCT ON (r.broker, s.segment) r.broker, s.segment, r.id, r.day, r.ended_at AS "endedAt"
               FROM registry.ingestion_runs r CROSS JOIN LATERAL jsonb_array_elements_text(r.segments) AS s (segment)
               WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run AND NOT r.quarantined ? s.segment AND r.source <> 'sample'
                 AND r.day <= $1::date AND ($2::text IS NULL OR r.broker = $2)
               ORDER BY r.broker, s.segment, r.day DESC, r.ended_at DESC`,
        values: [day, broker ?? null],
      }),
    ]);
    const named = broker === undefined ? Object.keys(brokerNames) : Object.keys(brokerNames).filter((name) => name === broker);
    const brokers = [...new Set([...named, ...tokens.map((row) => row.broker), ...runs.map((row) => row.broker)])].sort();
    return brokers.map((name) =>
      shown(
        name,
        day,
        tokens.filter((row) => row.broker === name),
        runs.filter((row) => row.broker === name),
      ),
    );
  }
}

function shown(broker: string, today: Day, tokens: readonly Tokens[], runs: readonly Run[]): ShownBroker {
  const newest = runs.toSorted((a, b) => (a.day < b.day ? 1 : -1))[0];
  const segments = [...new Set([...tokens, ...runs].map(({ segment }) => segment))].sort();
  return {
    broker,
    name: brokerNames[broker] ?? null,
    openTokens: tokens.reduce((sum, { count }) => sum + count, 0),
    ...last(newest, today),
    segments: segments.map((segment) => ({
      segment,
      openTokens: tokens.find((row) => row.segment === segment)?.count ?? 0,
      ...last(
        runs.find((row) => row.segment === segment),
        today,
      ),
    })),
    limits: [],
  };
}

function last(run: Run | undefined, today: Day): Pick<ShownBroker, 'lastRun' | 'freshness'> {
  if (!run) return { lastRun: null, freshness: null };
  const { id, day, endedAt } = run;
  return {
    lastRun: { id, day, endedAt: endedAt?.toISOString() ?? null },
    freshness: { day, ageDays: Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000) },
  };
}
