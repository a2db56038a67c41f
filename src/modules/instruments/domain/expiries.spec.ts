import { chosenExpiry, typesOf } from './expiries';

describe('expiries', () => {
  const nifty = [
    '2026-01-13',
    '2026-01-20',
    '2026-01-27',
    '2026-02-03',
    '2026-02-24',
    '2026-03-30',
    '2026-06-30',
    '2026-09-29',
    '2026-12-29',
  ];

  it('are weekly, monthly, or quarterly beyond the three nearest months', () => {
    expect([...typesOf(nifty).values()]).toEqual([
      'weekly',
      'weekly',
      'monthly',
      'weekly',
      'monthly',
      'monthly',
      'quarterly',
      'quarterly',
      'quarterly',
    ]);
  });

  it('of a month that ends no quarter are monthly however far', () =>
    expect(typesOf(['2026-01-30', '2026-02-27', '2026-03-31', '2026-04-30', '2026-06-30']).get('2026-04-30')).toBe('monthly'));

  it('are the nearest, the one after it, the next monthly one, or the one named', () => {
    const choose = (wanted: string) => chosenExpiry(wanted, nifty, typesOf(nifty));
    expect([choose('current'), choose('next'), choose('monthly'), choose('2026-06-30')]).toEqual([
      '2026-01-13',
      '2026-01-20',
      '2026-01-27',
      '2026-06-30',
    ]);
    expect([choose('2026-01-14'), chosenExpiry('next', ['2026-01-13'], typesOf(['2026-01-13']))]).toEqual([undefined, undefined]);
  });
});
