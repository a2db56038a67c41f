import { tradingMinutes, type TradingDays } from '../../calendar';
import { dayAfter, type Day, type Moment } from '../../instruments';

export type FreshnessLimits = { readonly lateMinutes: number; readonly staleMinutes: number };

export type Freshness = {
  readonly day: Day;
  /** Calendar days; 0 also of a file that is of the venue's tomorrow. */
  readonly ageDays: number;
  /** Minutes of trading since its day began. */
  readonly tradingMinutes: number;
  /** Those of them on later days, for which the market has a newer file: 0 all through a weekend. */
  readonly lateMinutes: number;
  readonly status: 'fresh' | 'late' | 'stale';
};

/** How far the market has gone on without a newer file. @param now on the venue's clocks */
export function freshnessOf(day: Day, now: Moment, trading: TradingDays, limits: FreshnessLimits): Freshness {
  const lateMinutes = tradingMinutes(trading, { day: dayAfter(day), time: '00:00' }, now);
  return {
    day,
    ageDays: Math.max(0, Math.round((Date.parse(now.day) - Date.parse(day)) / 86_400_000)),
    tradingMinutes: tradingMinutes(trading, { day, time: '00:00' }, now),
    lateMinutes,
    status: lateMinutes > limits.staleMinutes ? 'stale' : lateMinutes > limits.lateMinutes ? 'late' : 'fresh',
  };
}
