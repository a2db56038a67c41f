import { z } from 'zod';
import { Refused } from '../../../platform/errors';
import type { Decider, EventOf } from '../../../platform/event-store/decider';
import { at, clear, Day, earliest, put, type Timeline } from '../../instruments';

// What a list is: what an exchange or a registration authority publishes as a whole, day after day (lots, members of an index, venues).

/** One thing that a list says, by the names of its members. */
export const Fact = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
export type Fact = z.infer<typeof Fact>;

// What can happen to it.

const Change = z.object({ subject: z.string(), validTo: Day.nullable() });

export const referenceListEvents = {
  /** A file of one day: what it changes, each change from its day to `validTo`. */
  ReferenceListLoaded: z.object({
    day: Day,
    sha256: z.string(),
    rows: z.int(),
    added: z.array(Change.extend({ fact: Fact })),
    changed: z.array(Change.extend({ fact: Fact, was: Fact })),
    removed: z.array(Change.extend({ was: Fact })),
  }),
};
export type ReferenceListEvent = EventOf<typeof referenceListEvents>;

// What a decision remembers.

export type ReferenceList = {
  /** The newest file of each day, by its SHA-256. */
  readonly loads: Readonly<Record<Day, string>>;
  readonly facts: Readonly<Record<string, Timeline<Fact>>>;
};

export const referenceList: Decider<ReferenceList, ReferenceListEvent> = {
  category: 'reference_list',
  initial: { loads: {}, facts: {} },
  evolve({ loads, facts }, { data }) {
    const next = { ...facts };
    const held = (subject: string) => next[subject] ?? [];
    for (const { subject, fact, validTo } of [...data.added, ...data.changed]) next[subject] = put(held(subject), data.day, validTo, fact);
    for (const { subject, validTo } of data.removed) next[subject] = clear(held(subject), data.day, validTo);
    return { loads: { ...loads, [data.day]: data.sha256 }, facts: next };
  },
};

// What may be decided.

/** What a file of one day says. */
export type Content = {
  readonly day: Day;
  readonly sha256: string;
  readonly rows: number;
  /** `endsOn`: the day on which it is over by itself. */
  readonly entries: ReadonlyMap<string, { readonly fact: Fact; readonly endsOn: Day | null }>;
  /** Whether the file speaks of this subject: then its absence means something. */
  readonly covers: (subject: string) => boolean;
  /** Most of it stays from one file to the next: a file that says otherwise is taken for another one. */
  readonly isSteady: boolean;
};

/** At most this share of a steady list may be new, and at most this share gone, within so many days: a Nifty 500 is not a Nifty 50. */
const mostChanged = 0.4;
const soon = 60;

/**
 * A file says what held on its day, until the day of the next one that is known. Files may come in any order: an older one finds its
 * place and overwrites nothing newer. The same file of the same day again is nothing.
 * @throws Refused when so much of a steady list changes at once that the file must be another list's, unless `insist`
 */
export function load(list: ReferenceList, content: Content, insist = false): ReferenceListEvent[] {
  const { day, sha256, rows, entries, covers } = content;
  if (list.loads[day] === sha256) return [];
  const until = earliest(...Object.keys(list.loads).filter((other) => other > day));
  const held = new Map(
    Object.entries(list.facts).flatMap(([subject, timeline]) => {
      const period = covers(subject) ? at(timeline, day) : undefined;
      return period ? [[subject, period.value] as const] : [];
    }),
  );
  const added = [];
  const changed = [];
  for (const [subject, { fact, endsOn }] of entries) {
    const was = held.get(subject);
    const change = { subject, validTo: earliest(until, endsOn), fact };
    if (!was) added.push(change);
    else if (differs(fact, was)) changed.push({ ...change, was });
  }
  const removed = [...held].flatMap(([subject, was]) => (entries.has(subject) ? [] : { subject, validTo: until, was }));
  // what ends by itself, as months do, is followed by something new
  const unexpected = added.filter(({ subject }) => entries.get(subject)?.endsOn === null).length;
  if (!insist) refuseAnother(list, content, held.size, unexpected, removed.length);
  return [{ type: 'ReferenceListLoaded', data: { day, sha256, rows, added, changed, removed } }];
}

const differs = (a: Fact, b: Fact) => Object.keys({ ...a, ...b }).some((name) => (a[name] ?? null) !== (b[name] ?? null));

function refuseAnother(list: ReferenceList, { day, entries, isSteady }: Content, held: number, added: number, removed: number) {
  const before = Object.keys(list.loads)
    .filter((other) => other <= day)
    .sort()
    .at(-1);
  if (!isSteady || before === undefined || held === 0 || Date.parse(day) - Date.parse(before) > soon * 86_400_000) return;
  if (removed / held <= mostChanged && added / entries.size <= mostChanged) return;
  throw new Refused(
    `Of ${held} entries that held on ${day}, ${removed} are not in the file, and ${added} of its ${entries.size} are new: it seems to be another list, ` +
      'or not whole. Nothing was changed. If it is right, send it with insist=true.',
  );
}
