import { z } from 'zod';
import { Invalid, NotFound, Refused } from '../../../platform/errors';
import type { Decider, EventOf } from '../../../platform/event-store/decider';
import { Broker, Day, Segment } from '../../instruments';

// What a run is: one file of one broker on its way into the registry.

export const Mode = z.enum(['full', 'incremental', 'on_demand', 'backfill']);
export type Mode = z.infer<typeof Mode>;

export const Format = z.enum(['csv', 'json']);
export type Format = z.infer<typeof Format>;

export const Priority = z.int().min(0).max(100);
/** Leaves room below: a history that is filled in need not hold up the morning's files. */
export const usualPriority = 50;

export const Fetched = z.object({ address: z.string(), etag: z.string() });
export type Fetched = z.infer<typeof Fetched>;

export const Request = z.object({
  broker: Broker,
  mode: Mode,
  /** `upload`, `sample` (the bundled catalogue), or where the file was read from. */
  source: z.string(),
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  dryRun: z.boolean(),
  day: Day.nullable(),
  segments: z.array(Segment).nullable(),
  symbols: z.array(z.string()).nullable(),
  format: Format.nullable(),
  /** Higher goes first; `usualPriority` when it is absent, as in the events of the first version. */
  priority: Priority.optional(),
  /** Of a file that was fetched: from where, and its ETag there. */
  fetched: Fetched.nullable().optional(),
});
export type Request = z.infer<typeof Request>;

/** What a run did, in rows of the file (`rows` to `unchanged`, `expired`) and in facts recorded (the others). */
export const Counts = z.object({
  rows: z.int(),
  accepted: z.int(),
  rejected: z.int(),
  /** Rows dropped because they had expired before the day. */
  expired: z.int(),
  /** Accepted rows that changed nothing in the market; those of them that filled in what earlier sources lacked are `learnt` too. */
  unchanged: z.int(),
  learnt: z.int(),
  listed: z.int(),
  amended: z.int(),
  adjusted: z.int(),
  rescheduled: z.int(),
  renamed: z.int(),
  tokensAssigned: z.int(),
  tokensWithdrawn: z.int(),
  /** Listings that the exchange's own list no longer has. */
  delisted: z.int(),
  /** Contracts whose last day was over when the run moved the clock. */
  instrumentsExpired: z.int(),
});
export type Counts = z.infer<typeof Counts>;

export const noCounts: Counts = {
  rows: 0,
  accepted: 0,
  rejected: 0,
  expired: 0,
  unchanged: 0,
  learnt: 0,
  listed: 0,
  amended: 0,
  adjusted: 0,
  rescheduled: 0,
  renamed: 0,
  tokensAssigned: 0,
  tokensWithdrawn: 0,
  delisted: 0,
  instrumentsExpired: 0,
};

export const Gate = z.object({
  name: z.string(),
  segment: Segment.optional(),
  outcome: z.enum(['passed', 'failed', 'waived']),
  measured: z.number(),
  limit: z.number(),
});
export type Gate = z.infer<typeof Gate>;

/** What would be recorded of a segment that waits for a decision, counted as if it were published. */
export const Pending = z.object({ segment: Segment, counts: Counts });
export type Pending = z.infer<typeof Pending>;

/** Why a file without contracts needs its day given. */
export const noDay = 'The day of this file cannot be found in it (it has no contracts): say which day it is of, YYYY-MM-DD.';

// What can happen to it.

const Finished = z.object({
  at: z.iso.datetime(),
  day: Day,
  dayEstimated: z.boolean(),
  segments: z.array(Segment),
  quarantined: z.array(Segment),
  counts: Counts,
  gates: z.array(Gate),
  /** Of each quarantined segment. */
  pending: z.array(Pending).optional(),
  /** What was asked for by name and is not in the file, when there is any. */
  reason: z.string().optional(),
});
export type Finished = z.infer<typeof Finished>;

export const runEvents = {
  RunQueued: Request.extend({ at: z.iso.datetime() }),
  RunStarted: z.object({ at: z.iso.datetime() }),
  RunCompleted: Finished,
  /** The segments named wait for a decision; the others are published. */
  RunQuarantined: Finished,
  /** Somebody answers for the segments that waited: the run goes on with them. */
  RunApproved: z.object({ at: z.iso.datetime(), reason: z.string().nullable(), segments: z.array(Segment) }),
  /** The very same file came again with its day, which had been estimated. */
  RunDayCorrected: z.object({ at: z.iso.datetime(), day: Day }),
  RunFailed: z.object({ at: z.iso.datetime(), reason: z.string(), counts: Counts, gates: z.array(Gate) }),
  RunCancelled: z.object({ at: z.iso.datetime(), reason: z.string().nullable() }),
  /** The worker has noticed: this is what the run had published by then, and it publishes no more. */
  RunStopped: z.object({ at: z.iso.datetime(), counts: Counts }),
  RunRejected: z.object({ at: z.iso.datetime(), reason: z.string().nullable() }),
};
export type RunEvent = EventOf<typeof runEvents>;

// What a decision remembers.

export type Status = 'queued' | 'running' | 'completed' | 'quarantined' | 'failed' | 'cancelled';
export type Run =
  | { readonly status: 'unknown' }
  | {
      readonly status: Status;
      readonly request: Request;
      readonly queuedAt: string;
      readonly startedAt: string | null;
      readonly endedAt: string | null;
      readonly reason: string | null;
      readonly outcome: Omit<Finished, 'at' | 'reason'> | null;
      readonly counts: Counts;
      readonly gates: readonly Gate[];
      /** Segments that are published whatever the gates say. */
      readonly approved: readonly Segment[];
    };

export const run: Decider<Run, RunEvent> = {
  category: 'ingestion_run',
  initial: { status: 'unknown' },
  evolve(state, event) {
    if (event.type === 'RunQueued') {
      const { at, ...request } = event.data;
      return {
        status: 'queued',
        request,
        queuedAt: at,
        startedAt: null,
        endedAt: null,
        reason: null,
        outcome: null,
        counts: noCounts,
        gates: [],
        approved: [],
      };
    }
    if (state.status === 'unknown') return state;
    switch (event.type) {
      case 'RunStarted':
        return { ...state, status: 'running', startedAt: event.data.at };
      case 'RunCompleted':
      case 'RunQuarantined': {
        const { at, reason = null, ...outcome } = event.data;
        const status = event.type === 'RunCompleted' ? 'completed' : 'quarantined';
        return { ...state, status, endedAt: at, reason, outcome, counts: outcome.counts, gates: outcome.gates };
      }
      case 'RunApproved':
        return { ...state, status: 'queued', endedAt: null, approved: [...state.approved, ...event.data.segments] };
      case 'RunDayCorrected':
        return state.outcome ? { ...state, outcome: { ...state.outcome, day: event.data.day, dayEstimated: false } } : state;
      case 'RunFailed':
        return {
          ...state,
          status: 'failed',
          endedAt: event.data.at,
          reason: event.data.reason,
          counts: event.data.counts,
          gates: event.data.gates,
        };
      case 'RunCancelled':
        return { ...state, status: 'cancelled', endedAt: event.data.at, reason: event.data.reason };
      case 'RunStopped':
        return { ...state, counts: event.data.counts };
      case 'RunRejected':
        return { ...state, status: 'completed', endedAt: event.data.at, reason: event.data.reason };
    }
  },
};

// What may be decided.

/** An incremental run names its segments and one on demand its symbols. @throws Invalid */
export function requireScope({ mode, segments, symbols }: Pick<Request, 'mode' | 'segments' | 'symbols'>) {
  const [path, message] =
    mode === 'incremental' && segments === null
      ? ['segments', 'An incremental run takes only named segments: name them, or send the file with mode=full.']
      : mode === 'on_demand' && symbols === null
        ? ['symbols', 'A run on demand takes only named symbols: name them, or send the file with mode=full.']
        : [];
  if (path && message) throw new Invalid(`${path}: ${message}`, [{ path, message }]);
}

export function queue(state: Run, request: Request, at: string): RunEvent[] {
  if (state.status !== 'unknown') throw new Refused('This run exists already.');
  return [{ type: 'RunQueued', data: { ...request, at } }];
}

export function start(state: Run, at: string): RunEvent[] {
  return state.status === 'queued' ? [{ type: 'RunStarted', data: { at } }] : [];
}

/** A run that was cancelled when all was done already says what it did. */
export function finish(state: Run, finished: Finished): RunEvent[] {
  if (state.status === 'cancelled') return stop(state, finished.counts, finished.at);
  if (state.status !== 'running') return [];
  return [{ type: finished.quarantined.length > 0 ? 'RunQuarantined' : 'RunCompleted', data: finished }];
}

export function fail(state: Run, reason: string, counts: Counts, gates: readonly Gate[], at: string): RunEvent[] {
  if (state.status !== 'running' && state.status !== 'queued') return [];
  return [{ type: 'RunFailed', data: { at, reason, counts, gates: [...gates] } }];
}

export function cancel(state: Run, reason: string | null, at: string): RunEvent[] {
  switch (state.status) {
    case 'unknown':
      throw new NotFound('No such run.');
    case 'queued':
    case 'running':
      return [{ type: 'RunCancelled', data: { at, reason } }];
    case 'cancelled':
      return [];
    case 'completed':
    case 'quarantined':
    case 'failed':
      throw new Refused(`This run has ended (${state.status}): only a queued or running one can be cancelled.`);
  }
}

export function stop(state: Run, counts: Counts, at: string): RunEvent[] {
  return state.status === 'cancelled' ? [{ type: 'RunStopped', data: { at, counts } }] : [];
}

export function correctDay(state: Run, day: Day, at: string): RunEvent[] {
  return state.status !== 'unknown' && state.outcome?.dayEstimated ? [{ type: 'RunDayCorrected', data: { at, day } }] : [];
}

/** The quarantined segments are published after all, by the same run. */
export function approve(state: Run, reason: string | null, at: string): RunEvent[] {
  if (state.status === 'unknown') throw new NotFound('No such run.');
  if (state.status !== 'quarantined') throw new Refused(`Only a quarantined run can be approved; this one is ${state.status}.`);
  return [{ type: 'RunApproved', data: { at, reason, segments: state.outcome?.quarantined ?? [] } }];
}

/** The quarantined segments stay out for good. */
export function reject(state: Run, reason: string | null, at: string): RunEvent[] {
  if (state.status === 'unknown') throw new NotFound('No such run.');
  if (state.status !== 'quarantined') throw new Refused(`Only a quarantined run can be rejected; this one is ${state.status}.`);
  return [{ type: 'RunRejected', data: { at, reason } }];
}
