import { contradictions } from './shape';

const nothing = { expiry: null, strike: null, optionType: null, isin: null, series: null };
const call = { ...nothing, type: 'OPTION', segment: 'NFO', expiry: '2026-01-27', strike: '24500', optionType: 'CE' } as const;

describe('the shape of an instrument', () => {
  it('fits a call, a share and an index', () => {
    expect(contradictions(call)).toEqual([]);
    expect(contradictions({ ...nothing, type: 'EQUITY', segment: 'BSE', isin: 'INE002A01018', series: 'A' })).toEqual([]);
    expect(contradictions({ ...nothing, type: 'INDEX', segment: 'NSE_INDEX' })).toEqual([]);
  });

  it('says what is missing', () =>
    expect(contradictions({ ...call, strike: null })).toEqual([{ path: 'strike', message: 'An OPTION has a strike: give it.' }]));

  it('says what cannot be, and which types have it', () =>
    expect(contradictions({ ...call, type: 'FUTURE' })).toEqual([
      { path: 'strike', message: 'A FUTURE has no strike: leave it out, or give a type that has one (OPTION).' },
      { path: 'optionType', message: 'A FUTURE has no optionType: leave it out, or give a type that has one (OPTION).' },
    ]));

  it('says where a type is traded', () =>
    expect(contradictions({ ...nothing, type: 'EQUITY', segment: 'NFO' })).toEqual([
      {
        path: 'type',
        message:
          'An EQUITY is not traded in NFO: give a segment where it is (NSE, BSE, XNAS, XNYS, XASE, ARCX, BATS, IEXG), or another type.',
      },
    ]));
});
