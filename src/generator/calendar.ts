import type { Day } from './listing';

const oneDay = 86_400_000;
export const plusDays = (day: Day, days: number): Day => new Date(Date.parse(day) + days * oneDay).toISOString().slice(0, 10);
export const weekday = (day: Day) => new Date(day).getUTCDay();

/** Holidays on the same date each year; those that move are not in the made-up market. */
const holidays = new Set(['01-26', '04-14', '05-01', '10-02', '12-25']);
export const isTradingDay = (day: Day) => weekday(day) % 6 !== 0 && !holidays.has(day.slice(5));

/** The day itself when there is trading on it, else the next. */
export const tradingDayFrom = (day: Day): Day => (isTradingDay(day) ? day : tradingDayFrom(plusDays(day, 1)));
export const nextTradingDay = (day: Day) => tradingDayFrom(plusDays(day, 1));
/** An expiry that falls on a holiday moves to the trading day before. */
const tradingDayUpTo = (day: Day): Day => (isTradingDay(day) ? day : tradingDayUpTo(plusDays(day, -1)));

/** How far ahead contracts on one underlying are listed: so many weeks, months and quarters. */
export type Cycle = { readonly weekday: number; readonly weeks: number; readonly months: number; readonly quarters: number };
export type Expiry = { readonly day: Day; readonly isMonthly: boolean };

const lastOfMonth = (day: Day): Day => plusDays(firstOfMonth(day, 1), -1);
function firstOfMonth(day: Day, ahead: number): Day {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + ahead;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`;
}

/** The last such weekday of the month. */
function monthly({ weekday: wanted }: Cycle, month: Day): Day {
  const last = lastOfMonth(month);
  return tradingDayUpTo(plusDays(last, -((weekday(last) - wanted + 7) % 7)));
}

/** The expiries for which contracts are to be listed on the day, each once, in order. */
export function expiriesOn(day: Day, cycle: Cycle): Expiry[] {
  const found = new Map<Day, boolean>();
  let [months, quarters] = [0, 0];
  for (let ahead = 0; months < cycle.months || quarters < cycle.quarters; ahead++) {
    const month = firstOfMonth(day, ahead);
    const expiry = monthly(cycle, month);
    if (expiry < day) continue;
    if (months < cycle.months) months++;
    else if (Number(month.slice(5, 7)) % 3 === 0) quarters++;
    else continue;
    found.set(expiry, true);
  }
  const first = plusDays(day, (cycle.weekday - weekday(day) + 7) % 7);
  for (let n = 0; n < cycle.weeks; n++) {
    const expiry = tradingDayUpTo(plusDays(first, 7 * n));
    if (expiry >= day && !found.has(expiry)) found.set(expiry, false);
  }
  return [...found].map(([expiry, isMonthly]) => ({ day: expiry, isMonthly })).sort((a, b) => (a.day < b.day ? -1 : 1));
}
