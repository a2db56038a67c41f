import { z } from 'zod';
import { Refused } from '../../../platform/errors';
import type { Decider, EventOf } from '../../../platform/event-store/decider';
import { Day } from '../../instruments';

// What it is: the days on which one venue departs from its week (Monday to Friday, ordinary hours), by year.

export const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Give a time of day such as 09:15.');

/** Closed, or with hours of its own (both or neither): a Muhurat session, a Saturday, an evening behind a closed morning. */
export const CalendarDay = z.object({ day: Day, name: z.string().min(1).max(200), open: Time.nullable(), close: Time.nullable() });
export type CalendarDay = z.infer<typeof CalendarDay>;

// What can happen to it.

export const calendarEvents = {
  /** Whatever was known of these years is replaced. `contradictions`: live contracts that were to expire on a closed day, as somebody accepted it. */
  CalendarLoaded: z.object({ years: z.array(z.int()), days: z.array(CalendarDay), contradictions: z.int() }),
};
export type CalendarEvent = EventOf<typeof calendarEvents>;

// What a decision remembers.

export type VenueCalendar = { readonly years: readonly number[]; readonly days: readonly CalendarDay[] };

export const yearOf = (day: Day) => Number(day.slice(0, 4));

export const venueCalendar: Decider<VenueCalendar, CalendarEvent> = {
  category: 'calendar',
  initial: { years: [], days: [] },
  evolve(state, { data: { years, days } }) {
    const kept = state.days.filter(({ day }) => !years.includes(yearOf(day)));
    return {
      years: [...new Set([...state.years, ...years])].sort((a, b) => a - b),
      days: [...kept, ...days].sort((a, b) => (a.day < b.day ? -1 : 1)),
    };
  },
};

// What may be decided.

/** Live contracts of the venue that expire on a day. */
export type Expiring = { readonly day: Day; readonly contracts: number };

/**
 * @param expiring on the days that the list closes
 * @param accepted somebody has looked at the contradictions and says that the list is right
 * @throws Refused when contracts expire on days that the list closes: one of the two is wrong
 */
export function load(
  state: VenueCalendar,
  days: readonly CalendarDay[],
  expiring: readonly Expiring[],
  accepted: boolean,
): CalendarEvent[] {
  const sum = expiring.reduce((contracts, one) => contracts + one.contracts, 0);
  if (sum > 0 && !accepted) {
    const list = expiring.map(({ day, contracts }) => `${day}: ${contracts}`).join(', ');
    throw new Refused(
      `Live contracts expire on days that this list closes (${list}). No contract expires on a holiday: correct the list, or, when it is right, load it with contradictions=accept.`,
    );
  }
  const years = [...new Set(days.map(({ day }) => yearOf(day)))].sort((a, b) => a - b);
  const data = { years, days: days.toSorted((a, b) => (a.day < b.day ? -1 : 1)), contradictions: sum };
  const before = state.days.filter(({ day }) => years.includes(yearOf(day)));
  return JSON.stringify(before.map(inOrder)) === JSON.stringify(data.days.map(inOrder)) ? [] : [{ type: 'CalendarLoaded', data }];
}

const inOrder = ({ day, name, open, close }: CalendarDay) => [day, name, open, close];
