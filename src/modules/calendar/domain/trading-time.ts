import type { Day } from '../../instruments';
import type { CalendarDay } from './calendar';
import type { Session } from './venue';

/** A venue's week and its departures from it: what says when it trades. */
export type TradingDays = { readonly session: Session; readonly special: ReadonlyMap<Day, Session | null> };
/** A day and a time of it (`HH:MM`) on the venue's clocks. */
type Moment = { readonly day: Day; readonly time: string };

export const tradingDays = (session: Session, days: readonly CalendarDay[]): TradingDays => ({
  session,
  special: new Map(days.map(({ day, open, close }) => [day, open !== null && close !== null ? { open, close } : null])),
});

const millisecondsADay = 86_400_000;
const numberOf = (day: Day) => Date.parse(day) / millisecondsADay;
const dayOf = (number: number): Day => new Date(number * millisecondsADay).toISOString().slice(0, 10);
/** 1970-01-01 was a Thursday. */
const isWeekend = (number: number) => (number + 4) % 7 === 0 || (number + 4) % 7 === 6;
const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** When the venue trades on this day; null when it is closed. */
export function sessionOn({ session, special }: TradingDays, day: Day): Session | null {
  const own = special.get(day);
  if (own !== undefined) return own;
  return isWeekend(numberOf(day)) ? null : session;
}

/** Minutes of an ordinary day of the venue. */
export const minutesADay = ({ session }: TradingDays) => minutesOf(session.close) - minutesOf(session.open);

/** The first day from this one on that trades; null when none of the next hundred does. */
export function tradingDayFrom(days: TradingDays, from: Day): Day | null {
  const first = numberOf(from);
  for (let number = first; number < first + 100; number++) if (sessionOn(days, dayOf(number))) return dayOf(number);
  return null;
}

/** Minutes of trading in `[from, to)`; 0 when `to` is not later. */
export function tradingMinutes(days: TradingDays, from: Moment, to: Moment): number {
  const [first, last] = [numberOf(from.day), numberOf(to.day)];
  let minutes = 0;
  for (let number = first; number <= last; number++) {
    const session = sessionOn(days, dayOf(number));
    if (!session) continue;
    const begin = number === first ? Math.max(minutesOf(session.open), minutesOf(from.time)) : minutesOf(session.open);
    const end = number === last ? Math.min(minutesOf(session.close), minutesOf(to.time)) : minutesOf(session.close);
    minutes += Math.max(0, end - begin);
  }
  return minutes;
}
