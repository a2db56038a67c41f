import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import type { Decider, EventOf } from '../../../platform/event-store/decider';
import { Time, Venue } from '../../calendar';
import { Priority, usualPriority } from '../../ingestion';
import { Day, Segment } from '../../instruments';

// What it is: when a broker's official file is fetched, on the trading days of one venue, by its clocks.

export const Plan = z
  .strictObject({
    times: z.array(Time).min(1).max(24),
    enabled: z.boolean().default(true),
    mode: z.enum(['full', 'incremental']).default('full'),
    segments: z.array(Segment).min(1).nullable().default(null),
    priority: Priority.default(usualPriority),
    /** Whose trading days count, and whose clocks. */
    venue: Venue.default('NSE'),
  })
  .refine(({ mode, segments }) => mode !== 'incremental' || segments !== null, {
    path: ['segments'],
    message: 'An incremental run takes only named segments: name them, or give mode full.',
  });
export type Plan = z.output<typeof Plan>;

/** A day and a time of it (`HH:MM`) on the venue's clocks. */
export const Slot = z.object({ day: Day, time: Time });
export type Slot = z.infer<typeof Slot>;

// What can happen to it.

const Instant = z.iso.datetime();

export const scheduleEvents = {
  /** `since`: nothing before it is caught up with. */
  ScheduleSet: z.object({ ...Plan.shape, since: Slot }),
  ScheduleRemoved: z.object({ at: Instant }),
  /** The runs are in the queue. */
  ScheduleCarriedOut: Slot.extend({ attempt: z.int(), runs: z.array(z.uuid()), at: Instant }),
  /** Nothing could be fetched. `retryAt` null: it is given up for this time. */
  ScheduleFailed: Slot.extend({ attempt: z.int(), reason: z.string(), retryAt: Instant.nullable(), at: Instant }),
};
export type ScheduleEvent = EventOf<typeof scheduleEvents>;

// What a decision remembers.

/** How the last slot that came due went; without `reason` its runs are in the queue. */
export type Last = Slot & {
  readonly attempt: number;
  readonly runs: string[];
  readonly reason: string | null;
  readonly retryAt: string | null;
  readonly at: string;
};
export type Schedule =
  | { readonly status: 'none'; readonly last: Last | null }
  | { readonly status: 'set'; readonly plan: Plan; readonly since: Slot; readonly last: Last | null };

export const schedule: Decider<Schedule, ScheduleEvent> = {
  category: 'schedule',
  initial: { status: 'none', last: null },
  evolve(state, event) {
    switch (event.type) {
      case 'ScheduleSet': {
        const { since, ...plan } = event.data;
        return { status: 'set', plan, since, last: state.last };
      }
      case 'ScheduleRemoved':
        return { status: 'none', last: state.last };
      case 'ScheduleCarriedOut':
        return { ...state, last: { ...event.data, reason: null, retryAt: null } };
      case 'ScheduleFailed':
        return { ...state, last: { ...event.data, runs: [] } };
    }
  },
};

// What may be decided.

export function set(state: Schedule, plan: Plan, since: Slot): ScheduleEvent[] {
  const tidy = { ...plan, times: [...new Set(plan.times)].sort() };
  if (state.status === 'set' && JSON.stringify(Plan.parse(state.plan)) === JSON.stringify(Plan.parse(tidy))) return [];
  return [{ type: 'ScheduleSet', data: { ...tidy, since } }];
}

export function remove(state: Schedule, broker: string, at: string): ScheduleEvent[] {
  if (state.status === 'none') throw new NotFound(`There is no schedule for ${broker}.`);
  return [{ type: 'ScheduleRemoved', data: { at } }];
}

/** Once: a process that lost its place and does not know it yet adds nothing. */
const isDone = ({ last }: Schedule, { day, time }: Slot) => last?.day === day && last.time === time && last.reason === null;

export function carriedOut(state: Schedule, slot: Slot, attempt: number, runs: readonly string[], at: string): ScheduleEvent[] {
  if (isDone(state, slot)) return [];
  return [{ type: 'ScheduleCarriedOut', data: { ...slot, attempt, runs: [...runs], at } }];
}

/** Longest wait between two attempts, in minutes. */
const longestWait = 30;

/** @param retries how often it is tried again; 0 for what will not mend by itself. The waits double: 1, 2, 4 ... minutes */
export function failed(state: Schedule, slot: Slot, attempt: number, reason: string, retries: number, now: Date): ScheduleEvent[] {
  if (isDone(state, slot)) return [];
  const wait = Math.min(longestWait, 2 ** (attempt - 1)) * 60_000;
  const retryAt = attempt > retries ? null : new Date(now.getTime() + wait).toISOString();
  return [{ type: 'ScheduleFailed', data: { ...slot, attempt, reason, retryAt, at: now.toISOString() } }];
}
