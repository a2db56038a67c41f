import { lastDayOfFiles, momentFrom, momentIn, momentOf } from './market-clock';

describe('a moment in market time', () => {
  it('is in Asia/Kolkata, five and a half hours ahead', () => {
    expect(momentOf(new Date('2026-01-06T18:30:00Z'))).toEqual({ day: '2026-01-07', time: '00:00' });
    expect(momentOf(new Date('2026-01-06T18:29:59Z'))).toEqual({ day: '2026-01-06', time: '23:59' });
  });
  it('is another day in New York, by its summer or winter time', () => {
    const zone = 'America/New_York';
    expect(momentIn(zone, { day: '2026-01-07', time: '10:00' })).toEqual({ day: '2026-01-06', time: '23:30' });
    expect(momentIn(zone, { day: '2026-07-07', time: '10:00' })).toEqual({ day: '2026-07-07', time: '00:30' });
    expect(momentOf(new Date('2026-01-07T05:00:00Z'), zone)).toEqual({ day: '2026-01-07', time: '00:00' });
  });
  it('of a bare day is ten in the morning', () => expect(momentFrom('2026-01-07')).toEqual({ day: '2026-01-07', time: '10:00' }));
  it('of a time with an offset is the same instant', () =>
    expect(momentFrom('2026-01-07T15:30:00+05:30')).toEqual({ day: '2026-01-07', time: '15:30' }));
});

it('files may be a week ahead of the clock, and where the clock follows them, ten years', () => {
  expect(lastDayOfFiles('2026-12-28', false)).toBe('2027-01-04');
  expect(lastDayOfFiles('2026-12-28', true)).toBe('2036-12-28');
});
