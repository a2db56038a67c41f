import { momentFrom, momentOf } from './market-clock';

describe('a moment in market time', () => {
  it('is in Asia/Kolkata, five and a half hours ahead', () => {
    expect(momentOf(new Date('2026-01-06T18:30:00Z'))).toEqual({ day: '2026-01-07', time: '00:00' });
    expect(momentOf(new Date('2026-01-06T18:29:59Z'))).toEqual({ day: '2026-01-06', time: '23:59' });
  });
  it('of a bare day is ten in the morning', () => expect(momentFrom('2026-01-07')).toEqual({ day: '2026-01-07', time: '10:00' }));
  it('of a time with an offset is the same instant', () =>
    expect(momentFrom('2026-01-07T15:30:00+05:30')).toEqual({ day: '2026-01-07', time: '15:30' }));
});
