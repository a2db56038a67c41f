import { statusAt } from './status';

const share = { segment: 'NSE', from: '2026-01-06', to: null, expiry: null, suspended: false } as const;
const contract = { ...share, segment: 'NFO', to: '2026-01-28', expiry: '2026-01-27' } as const;

describe('the status', () => {
  it.each([
    ['2026-01-26', '23:59', 'active'],
    ['2026-01-27', '15:29', 'active'],
    ['2026-01-27', '15:30', 'expired'],
    ['2026-01-28', '00:00', 'expired'],
  ] as const)('of a contract of NFO on %s at %s is %s', (day, time, status) => expect(statusAt(contract, { day, time })).toBe(status));

  it.each([
    ['CDS', '12:30'],
    ['BCD', '12:30'],
    ['BFO', '15:30'],
    ['MCX', '23:30'],
    ['NCO', '23:30'],
  ] as const)('of a contract of %s is expired from %s on its last day', (segment, time) => {
    const day = '2026-01-27';
    const before = time.replace(':30', ':29');
    expect([before, time].map((at) => statusAt({ ...contract, segment }, { day, time: at }))).toEqual(['active', 'expired']);
  });

  it('of what ended before its expiry, or has none, is delisted', () => {
    const now = { day: '2026-02-01', time: '10:00' };
    expect(statusAt({ ...share, to: '2026-01-20' }, now)).toBe('delisted');
    expect(statusAt({ ...contract, to: '2026-01-20' }, now)).toBe('delisted');
  });

  it('of what is suspended, or not listed yet, is suspended', () => {
    expect(statusAt({ ...share, suspended: true }, { day: '2026-01-06', time: '10:00' })).toBe('suspended');
    expect(statusAt(share, { day: '2026-01-05', time: '10:00' })).toBe('suspended');
  });
});
