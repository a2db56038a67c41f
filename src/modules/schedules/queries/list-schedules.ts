import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Calendars, zoneOf } from '../../calendar';
import { Broker, momentOf } from '../../instruments';
import { nextDue } from '../domain/due';
import { Plan, Slot } from '../domain/schedule';
import { Schedules } from '../schedules';

const Instant = z.iso.datetime();
const Last = Slot.extend({
  outcome: z.enum(['queued', 'retrying', 'failed']),
  attempt: z.int(),
  runs: z.array(z.uuid()),
  reason: z.string().nullable(),
  retryAt: Instant.nullable(),
  at: Instant,
});

/** Days and times are those of the venue's clocks. */
export const ShownSchedule = z
  .object({
    broker: Broker,
    ...Plan.shape,
    source: z.literal('official'),
    nextDue: Slot.nullable().describe('Null when it is switched off.'),
    last: Last.nullable().describe('The last time that came due.'),
  })
  .meta({
    examples: [
      {
        broker: 'kite',
        times: ['08:15'],
        enabled: true,
        mode: 'full',
        segments: null,
        priority: 50,
        venue: 'NSE',
        source: 'official',
        nextDue: { day: '2026-01-08', time: '08:15' },
        last: {
          ...{ day: '2026-01-07', time: '08:15', outcome: 'queued', attempt: 1, reason: null, retryAt: null },
          ...{ runs: ['0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b'], at: '2026-01-07T02:45:04.000Z' },
        },
      },
    ],
  });
export type ShownSchedule = z.infer<typeof ShownSchedule>;

/** All schedules by broker, or that of one. */
export class ListSchedules extends Query<ShownSchedule[]> {
  constructor(readonly broker?: string) {
    super();
  }
}

@QueryHandler(ListSchedules)
export class ListSchedulesHandler implements IQueryHandler<ListSchedules> {
  constructor(
    private readonly schedules: Schedules,
    private readonly calendars: Calendars,
  ) {}

  async execute({ broker }: ListSchedules): Promise<ShownSchedule[]> {
    const [known, trading] = await Promise.all([this.schedules.known(broker), this.calendars.tradingDays()]);
    const at = new Date();
    return known.map(({ broker, state }) => ({
      broker,
      ...state.plan,
      source: 'official',
      nextDue: nextDue(state, trading[state.plan.venue], { ...momentOf(at, zoneOf(state.plan.venue)), at }),
      last: state.last && { ...state.last, outcome: state.last.reason === null ? 'queued' : state.last.retryAt ? 'retrying' : 'failed' },
    }));
  }
}
