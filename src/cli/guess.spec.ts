import { guesses, isBareToken } from './guess';

describe('guessing what is meant', () => {
  it.each([
    ['0192f0c1-0000-7000-8000-0000000000aa', [{ id: '0192f0c1-0000-7000-8000-0000000000aa' }]],
    ['ine999x01015', [{ isin: 'INE999X01015' }]],
    [
      'kite:738561',
      [
        { broker: 'kite', token: '738561' },
        { broker: 'kite', brokerSymbol: '738561' },
        { key: 'KITE:738561' },
        { symbol: '738561', segment: 'KITE' },
      ],
    ],
    [
      'upstox:NSE_EQ|INE999X01015',
      [
        { broker: 'upstox', token: 'NSE_EQ|INE999X01015' },
        { broker: 'upstox', brokerSymbol: 'NSE_EQ|INE999X01015' },
        { key: 'UPSTOX:NSE_EQ|INE999X01015' },
        { symbol: 'NSE_EQ|INE999X01015', segment: 'UPSTOX' },
      ],
    ],
    [
      'NSE_INDEX|Nifty 50',
      [
        { broker: 'upstox', token: 'NSE_INDEX|Nifty 50' },
        { broker: 'upstox', brokerSymbol: 'NSE_INDEX|Nifty 50' },
      ],
    ],
    ['NSE:ACMETEA', [{ key: 'NSE:ACMETEA' }, { symbol: 'ACMETEA', segment: 'NSE' }]],
    ['NFO:NIFTY:2026-11-24:24500:ce', [{ key: 'NFO:NIFTY:2026-11-24:24500:CE' }]],
    ['acmetea', [{ symbol: 'ACMETEA' }]],
  ])('takes %s', (text, expected) => expect(guesses(text)).toEqual(expected));

  it('narrows by a segment, and asks a broker that is named', () => {
    expect(guesses('acmetea', { segment: 'bse' })).toEqual([{ symbol: 'ACMETEA', segment: 'BSE' }]);
    expect(guesses('2001', { broker: 'kite', segment: 'NSE' })).toEqual([
      { broker: 'kite', token: '2001', segment: 'NSE' },
      { broker: 'kite', brokerSymbol: '2001', segment: 'NSE' },
    ]);
  });

  it('knows a token that lacks its broker', () =>
    expect([isBareToken('738561'), isBareToken('738561', { broker: 'kite' }), isBareToken('3M')]).toEqual([true, false, false]));
});
