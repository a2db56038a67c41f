import { likelyTypeOfCash, splitSeries, typeOfCash } from './series';

describe('the series in a symbol', () => {
  it.each([
    ['752HP39-SG', '752HP39', 'SG'],
    ['UNIDT-BE', 'UNIDT', 'BE'],
    ['HILTON-RE1-BE', 'HILTON-RE1', 'BE'],
    ['1015SCL28B-AZ', '1015SCL28B', 'AZ'],
    ['BAJAJ-AUTO', 'BAJAJ-AUTO', null],
    ['NAM-INDIA', 'NAM-INDIA', null],
    ['BOSCH-HCIL', 'BOSCH-HCIL', null],
    ['PRESS-RE', 'PRESS-RE', null],
    ['M&M', 'M&M', null],
    ['-BE', '-BE', null],
  ])('%s is %s in %s', (text, symbol, series) => expect(splitSeries(text)).toEqual({ symbol, series }));
});

describe('the type of a cash row', () => {
  const row = { segment: 'NSE', symbol: 'ACME', series: null, isin: null, name: null } as const;

  it.each([
    ['a share', { series: 'BE', isin: 'INE999X01015' }, 'EQUITY'],
    ['a partly paid share', { series: 'E1', isin: 'IN9999X01013' }, 'EQUITY'],
    ['a state loan', { series: 'SG', isin: 'IN1920310017' }, 'BOND'],
    ['a debenture', { series: 'N1', isin: 'INE999X07012' }, 'BOND'],
    ['a debenture when 07 was used up', { series: 'NR', isin: 'INE804IA7378' }, 'BOND'],
    ['an infrastructure trust', { series: 'IV', isin: 'INE999X23019' }, 'FUND'],
    ['a warrant', { series: 'W1', isin: 'INE999X13010' }, 'WARRANT'],
    ['a preference share', { series: 'P1', isin: 'INE999X04019' }, 'OTHER'],
    ['a rights entitlement', { series: 'BE', isin: 'INE999X20015', symbol: 'ACME-RE1' }, 'OTHER'],
    ['a specialised fund', { series: 'SF', isin: 'INF999K30011' }, 'FUND'],
  ] as const)('is told alike by the series, by the ISIN and by both: %s', (_title, { series, isin, ...more }, type) => {
    expect(typeOfCash({ ...row, ...more, series, isin })).toBe(type);
    expect(typeOfCash({ ...row, ...more, series })).toBe(type);
    expect(typeOfCash({ ...row, ...more, isin })).toBe(type);
  });

  it.each([
    ['EQ and nothing else', { series: 'EQ' }, null],
    ['EQ with a share’s ISIN', { series: 'EQ', isin: 'INE999X01015' }, 'EQUITY'],
    ['EQ with a fund’s ISIN', { series: 'EQ', isin: 'INF999X01018' }, 'ETF'],
    ['EQ with a fund’s name', { series: 'EQ', name: 'ACMEAMC - NIFTY' }, 'ETF'],
    ['MF with a fund’s ISIN', { series: 'MF', isin: 'INF999X01018' }, 'FUND'],
    ['a fund’s ISIN alone', { isin: 'INF999X01018', name: 'ACMEAMC - X' }, null],
    ['a fund’s ISIN with ETF in the name', { isin: 'INF999X01018', name: 'Acme Nifty ETF' }, 'ETF'],
    ['a net asset value', { series: 'EQ', symbol: 'GOLDACINAV' }, 'UNDERLYING'],
    ['a symbol alone', {}, null],
  ] as const)('is known as far as the row tells: %s', (_title, told, type) => expect(typeOfCash({ ...row, ...told })).toBe(type));

  it('is guessed only where somebody has to write one down', () => {
    expect([likelyTypeOfCash('INF999X01018'), likelyTypeOfCash('INE999X01015'), likelyTypeOfCash(null)]).toEqual([
      'ETF',
      'EQUITY',
      'EQUITY',
    ]);
  });
});
