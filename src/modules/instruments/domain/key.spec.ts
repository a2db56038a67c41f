import fc from 'fast-check';
import { canonicalSymbol, contractLabel, formatKey, type Key, parseKey } from './key';
import { segmentFacts, segments } from './segment';
import { nseSeries, splitSeries } from './series';

const pick = (characters: string) => fc.constantFrom(...characters);
const alphanumeric = pick('ABCMNZ0179');
const symbol = fc.tuple(alphanumeric, fc.string({ unit: pick('ABZ09&-.'), maxLength: 12 })).map(([first, rest]) => first + rest);
const ofKind = (kind: string) => fc.constantFrom(...segments.filter((segment) => segmentFacts[segment].kind === kind));
const day = fc
  .date({ min: new Date('1996-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const strike = fc
  .tuple(fc.nat(999_999), fc.nat(9999))
  .map(([whole, part]) => (part === 0 ? `${whole}` : `${whole}.${String(part).padStart(4, '0').replace(/0+$/, '')}`));
const none = { segment: '', symbol: '', series: null, expiry: null, strike: null, optionType: null, claimant: null } satisfies Key;

const listing = fc
  .record({
    segment: fc.oneof(ofKind('cash'), ofKind('derivatives'), fc.constantFrom('XNAS', 'XLON')),
    symbol,
    series: fc.option(fc.constantFrom(...[...nseSeries.keys()].filter((series) => series !== 'EQ'))),
    claimant: fc.option(fc.string({ unit: alphanumeric, minLength: 1, maxLength: 8 })),
  })
  .map((key): Key => ({ ...none, ...key, series: key.segment === 'NSE' ? key.series : null }))
  // such a symbol would carry a series
  .filter((key) => key.segment !== 'NSE' || key.series !== null || splitSeries(key.symbol).series === null);
const index = fc
  .record({ segment: ofKind('index'), symbol: fc.string({ unit: alphanumeric, minLength: 1, maxLength: 20 }) })
  .map((key): Key => ({ ...none, ...key }));
const future = fc
  .record({ segment: fc.oneof(ofKind('derivatives'), fc.constant('XCME')), symbol, expiry: day })
  .map((key): Key => ({ ...none, ...key }));
const option = fc
  .record({ segment: ofKind('derivatives'), symbol, expiry: day, strike, optionType: fc.constantFrom('CE', 'PE') })
  .map((key): Key => ({ ...none, ...key }));

describe('keys', () => {
  it.each([
    ['NSE:RELIANCE', { segment: 'NSE', symbol: 'RELIANCE' }],
    ['NSE:UNIDT-BE', { segment: 'NSE', symbol: 'UNIDT', series: 'BE' }],
    ['NSE:BAJAJ-AUTO', { segment: 'NSE', symbol: 'BAJAJ-AUTO' }],
    ['NSE:M&M', { segment: 'NSE', symbol: 'M&M' }],
    ['NSE:752HP39~762345', { segment: 'NSE', symbol: '752HP39', claimant: '762345' }],
    ['BSE:12-ACME3', { segment: 'BSE', symbol: '12-ACME3' }],
    ['NSE_INDEX:NIFTYMIDCAP150', { segment: 'NSE_INDEX', symbol: 'NIFTYMIDCAP150' }],
    ['NFO:NIFTY:2026-11-24:FUT', { segment: 'NFO', symbol: 'NIFTY', expiry: '2026-11-24' }],
    ['NFO:NIFTY:2026-11-24:24500:CE', { segment: 'NFO', symbol: 'NIFTY', expiry: '2026-11-24', strike: '24500', optionType: 'CE' }],
    ['CDS:JPYINR:2026-03-25:60.25:PE', { segment: 'CDS', symbol: 'JPYINR', expiry: '2026-03-25', strike: '60.25', optionType: 'PE' }],
    ['NCO:SILVERMIC', { segment: 'NCO', symbol: 'SILVERMIC' }],
    ['XNAS:BRK.B', { segment: 'XNAS', symbol: 'BRK.B' }],
  ] satisfies [string, Partial<Key>][])('%s is read and written', (text, key) => {
    expect(parseKey(text)).toEqual({ ...none, ...key });
    expect(formatKey({ ...none, ...key })).toBe(text);
  });

  it('read back as they were written', () => {
    fc.assert(fc.property(fc.oneof(listing, index, future, option), (key) => expect(parseKey(formatKey(key))).toEqual(key)));
  });

  it('are written as they were read, or not read at all', () => {
    const anything = fc.oneof(
      fc.string({ unit: pick('NSEFOXQ_:-~&.2026-11:FUTCE '), maxLength: 30 }),
      fc.oneof(listing, option).map((key) => formatKey(key).toLowerCase()),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const key = parseKey(text);
        if (key) expect(formatKey(key)).toBe(text);
      }),
    );
  });

  it('do not show EQ, nor the groups of BSE', () => {
    expect(formatKey({ ...none, segment: 'NSE', symbol: 'RELIANCE', series: 'EQ' })).toBe('NSE:RELIANCE');
    expect(formatKey({ ...none, segment: 'BSE', symbol: 'RELIANCE', series: 'A' })).toBe('BSE:RELIANCE');
  });

  it.each([
    '',
    'RELIANCE',
    'NSE:',
    'NYSE1:X',
    'nse:RELIANCE',
    'NSE:reliance',
    'NSE:RELIANCE-EQ',
    'NSE:-X',
    'NSE:A~',
    'NSE:A~1~2',
    'NSE:X:2026-11-24:FUT',
    'NSE_INDEX:NIFTY 50',
    'NFO:NIFTY:2026-11-24',
    'NFO:NIFTY:2026-02-30:FUT',
    'NFO:NIFTY:2026-11-24:FUT:CE',
    'NFO:NIFTY:2026-11-24:24500.0:CE',
    'NFO:NIFTY:2026-11-24:24500:XX',
    'NFO:NIFTY:2026-11-24:24500:CE:1',
  ])('%j is not a key', (text) => expect(parseKey(text)).toBeNull());
});

describe('symbols', () => {
  it.each([
    ['RELIANCE', 'RELIANCE'],
    [' m&m ', 'M&M'],
    ['12 MFLS3', '12-MFLS3'],
    ['BCL20824`', 'BCL20824'],
    ['`', null],
    ['', null],
  ])('%j is written %j in keys', (text, written) => expect(canonicalSymbol(text)).toBe(written));
});

describe('labels of contracts', () => {
  it('are what people say', () => {
    const contract = { symbol: 'NIFTY', expiry: '2026-11-25', strike: null, optionType: null };
    expect(contractLabel(contract)).toBe('NIFTY FUT 25 Nov 2026');
    expect(contractLabel({ ...contract, strike: '24500', optionType: 'CE' })).toBe('NIFTY 24500 CE 25 Nov 2026');
  });
});
