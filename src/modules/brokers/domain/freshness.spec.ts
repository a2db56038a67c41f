import { venueFacts, type TradingDays } from '../../calendar';
import { freshnessOf } from './freshness';

const republicDay: TradingDays = { session: venueFacts.NSE.session, special: new Map([['2026-01-26', null]]) };

describe('the freshness of a file of Friday', () => {
  const limits = { lateMinutes: 60, staleMinutes: 375 };
  it.each([
    ['that day', '2026-01-23', '10:00', 0, 45, 0, 'fresh'],
    ['on Sunday', '2026-01-25', '12:00', 2, 375, 0, 'fresh'],
    ['on a holiday', '2026-01-26', '12:00', 3, 375, 0, 'fresh'],
    ['an hour after the next opening', '2026-01-27', '10:15', 4, 435, 60, 'fresh'],
    ['a minute later', '2026-01-27', '10:16', 4, 436, 61, 'late'],
    ['at the end of that day', '2026-01-27', '18:00', 4, 750, 375, 'late'],
    ['when the day after begins', '2026-01-28', '09:16', 5, 751, 376, 'stale'],
  ] as const)('%s', (_when, day, time, ageDays, tradingMinutes, lateMinutes, status) => {
    expect(freshnessOf('2026-01-23', { day, time }, republicDay, limits)).toEqual({
      day: '2026-01-23',
      ageDays,
      tradingMinutes,
      lateMinutes,
      status,
    });
  });
});
