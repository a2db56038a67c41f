import { survivor, symbolSurvivor, type Mapping, type StatedField, type Statement } from './survivorship';

const surviving = (mappings: readonly Mapping[], day: string, field: StatedField) => survivor(mappings, day, field)?.value ?? null;

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

  const of = (...said: [broker: string, lotSize: number][]) =>
    said.map(([broker, lotSize]) => mapping(broker, 'NFO', ['2026-01-05', { lotSize }]));
  it.each([
    ['nobody says otherwise', of(['kite', 50]), { value: 50, why: 'only' }],
    ['all say the same', of(['kite', 50], ['dhan', 50]), { value: 50, why: 'only' }],
    ['the exchange says so, against every broker', of(['kite', 50], ['dhan', 50], ['nse', 75]), { value: 75, why: 'exchange' }],
    ['most say so, whoever is preferred', of(['upstox', 75], ['kite', 50], ['dhan', 50]), { value: 50, why: 'majority' }],
    ['more say so than anything else', of(['angel', 1], ['upstox', 75], ['kite', 50], ['dhan', 50]), { value: 50, why: 'majority' }],
    [
      'brokers of one make are one voice',
      of(['upstox', 75], ['shoonya', 50], ['zebu', 50], ['flattrade', 50]),
      { value: 75, why: 'preferred' },
    ],
    ['as many say each, and one is preferred', of(['kite', 50], ['dhan', 75]), { value: 50, why: 'preferred' }],
    ['a broker that nobody ranks says so, against one alike', of(['zeta', 75], ['yota', 50]), { value: 50, why: 'preferred' }],
  ])('is known by the rule that told it from the rest: %s', (_title, mappings, expected) => {
    expect(survivor(mappings, '2026-01-07', 'lotSize')).toEqual(expected);
    expect(survivor([...mappings].reverse(), '2026-01-07', 'lotSize')).toEqual(expected);
  });

  it('does not follow one that changes its mind against most others', () => {
    const changed = mapping('kite', 'NFO', ['2026-01-05', { lotSize: 75 }], ['2026-01-07', { lotSize: 65 }]);
    const others = of(['upstox', 75], ['dhan', 75]);
    expect(survivor([...others, changed], '2026-01-07', 'lotSize')).toEqual({ value: 75, why: 'majority' });
    expect(survivor([...others.slice(1), changed], '2026-01-07', 'lotSize')).toEqual({ value: 65, why: 'newest' });
  });

  const calls = (...said: [broker: string, ...periods: [from: string, exchangeSymbol: string][]][]) =>
    said.map(([broker, ...periods]) =>
      mapping(broker, 'NSE', ...periods.map(([from, exchangeSymbol]) => [from, { exchangeSymbol }] as [string, Partial<Statement>])),
    );
  it.each([
    ['nobody says otherwise', calls(['kite', ['2026-01-05', 'OLD']]), { value: 'OLD', why: 'only' }],
    [
      'one came to say another',
      calls(['upstox', ['2026-01-05', 'OLD']], ['dhan', ['2026-01-05', 'OLD'], ['2026-01-06', 'NEW']]),
      { value: 'NEW', why: 'newest' },
    ],
    [
      'most say so from the same day',
      calls(['upstox', ['2026-01-05', 'OLD']], ['kite', ['2026-01-05', 'NEW']], ['dhan', ['2026-01-05', 'NEW']]),
      { value: 'NEW', why: 'majority' },
    ],
    ['as many say each', calls(['dhan', ['2026-01-05', 'OLD']], ['kite', ['2026-01-05', 'NEW']]), { value: 'NEW', why: 'preferred' }],
  ])('names a listing by the rule that told the symbol from the rest: %s', (_title, mappings, expected) =>
    expect(symbolSurvivor(mappings, '2026-01-07')).toEqual(expected),
  );

  it('prefers whom the operator prefers', () =>
    expect(survivor(of(['upstox', 75], ['dhan', 50]), '2026-01-07', 'lotSize', ['dhan'])).toEqual({ value: 50, why: 'preferred' }));
});
