import { surviving, type Mapping, type Statement } from './survivorship';

const says = (value: Partial<Statement>): Statement => ({
  token: '1',
  symbol: 'X',
  name: null,
  lotSize: null,
  tickSize: null,
  freezeQuantity: null,
  exchangeSymbol: null,
  ...value,
});
const mapping = (broker: string, segment: Mapping['segment'], ...periods: [from: string, value: Partial<Statement>][]): Mapping => ({
  broker,
  segment,
  exchangeToken: '1',
  says: periods.map(([from, value], index) => ({ from, to: periods[index + 1]?.[0] ?? null, value: says(value) })),
});

describe('what survives of what brokers say', () => {
  const kite = mapping('kite', 'NFO', ['2026-01-05', { lotSize: 50 }]);
  const upstox = mapping('upstox', 'NFO', ['2026-01-06', { lotSize: 75 }]);

  it('is the better-ranked broker where nobody changed its mind, in whatever order they came', () => {
    expect(surviving([kite, upstox], '2026-01-07', 'lotSize')).toBe(75);
    expect(surviving([upstox, kite], '2026-01-07', 'lotSize')).toBe(75);
  });

  it('is the newest change of mind, for it knows more', () => {
    const changed = mapping('kite', 'NFO', ['2026-01-05', { lotSize: 75 }], ['2026-01-07', { lotSize: 65 }]);
    expect(surviving([upstox, changed], '2026-01-06', 'lotSize')).toBe(75);
    expect(surviving([upstox, changed], '2026-01-07', 'lotSize')).toBe(65);
  });

  it('is what the exchange’s own list says, whoever changed its mind', () => {
    const list = mapping('nse', 'NSE', ['2026-01-05', { name: 'Acme Limited' }]);
    const changed = mapping('upstox', 'NSE', ['2026-01-05', { name: 'ACME' }], ['2026-01-07', { name: 'ACME LTD' }]);
    expect(surviving([changed, list], '2026-01-07', 'name')).toBe('Acme Limited');
  });

  it('takes a change of something else for no change of this', () => {
    const renamed = mapping('kite', 'NFO', ['2026-01-05', { lotSize: 50 }], ['2026-01-07', { lotSize: 50, name: 'X' }]);
    expect(surviving([upstox, renamed], '2026-01-07', 'lotSize')).toBe(75);
  });

  it('is nothing before anybody said anything', () => expect(surviving([kite, upstox], '2026-01-04', 'lotSize')).toBeNull());

  it.each([
    ['dhan', 'MCX'],
    ['fyers', 'MCX'],
    ['icici', 'CDS'],
  ] as const)('is never a lot of %s in %s', (broker, segment) => {
    expect(surviving([mapping(broker, segment, ['2026-01-05', { lotSize: 1 }])], '2026-01-06', 'lotSize')).toBeNull();
  });
});
