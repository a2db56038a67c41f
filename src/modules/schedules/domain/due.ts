import { sessionOn, tradingDayFrom, type TradingDays } from '../../calendar';
import { dayAfter } from '../../instruments';
import type { Schedule, Slot } from './schedule';

/** A moment of the real clock: as an instant, and as day and time on the venue's clocks. */
export type Now = Slot & { readonly at: Date };

const isBefore = (a: Slot, b: Slot) => a.day < b.day || (a.day === b.day && a.time < b.time);
const isSame = (a: Slot, b: Slot) => a.day === b.day && a.time === b.time;

/**
 * What is to be carried out now: the latest time of today that has come, unless it was carried out or given up already. A process that
 * was down at that time catches up on the same day; of several times that were missed only the latest, for it fetches the same file.
 */
export function due(state: Schedule, trading: TradingDays, now: Now): (Slot & { readonly attempt: number }) | null {
  if (state.status === 'none' || !state.plan.enabled || !sessionOn(trading, now.day)) return null;
  const time = state.plan.times.filter((one) => one <= now.time).at(-1);
  if (time === undefined) return null;
  const slot = { day: now.day, time };
  const { since, last } = state;
  if (isBefore(slot, since) || (last && isBefore(slot, last))) return null;
  if (!last || !isSame(slot, last)) return { ...slot, attempt: 1 };
  return last.retryAt !== null && new Date(last.retryAt) <= now.at ? { ...slot, attempt: last.attempt + 1 } : null;
}

/** When it is due next: at once, or at the first time that is still to come; null when it is switched off. */
export function nextDue(state: Schedule, trading: TradingDays, now: Now): Slot | null {
  if (state.status === 'none' || !state.plan.enabled) return null;
  const present = due(state, trading, now);
  if (present) return { day: present.day, time: present.time };
  const later = sessionOn(trading, now.day) ? state.plan.times.find((time) => time > now.time) : undefined;
  if (later !== undefined) return { day: now.day, time: later };
  const day = tradingDayFrom(trading, dayAfter(now.day));
  const [time] = state.plan.times;
  return day !== null && time !== undefined ? { day, time } : null;
}
