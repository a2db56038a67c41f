import type { DumpRow } from './dump-row';
import { otherNames, type Stray } from './underlying-names';

const day = '2025-10-29';

const stray = (exchangeToken: string, strike: string, more: Partial<Stray> = {}): Stray => ({
  segment: 'NFO',
  underlying: 'TATAMOTORS',
  exchangeToken,
  expiry: '2025-11-25',
  strike,
  optionType: 'CE',
  since: '2025-10-07',
  before: [],
  brokers: ['shoonya'],
  ...more,
});

const row = (exchangeToken: string, strike: string, more: Partial<DumpRow> = {}): DumpRow => ({
  line: 1,
  segment: 'NFO',
  exchangeToken,
  token: exchangeToken,
  brokerSymbol: 'TMPV25NOV',
  type: 'OPTION',
  symbol: 'TMPV',
  name: null,
  isin: null,
  series: null,
  expiry: '2025-11-25',
  strike,
  optionType: 'CE',
  lotSize: 800,
  tickSize: '0.05',
  freezeQuantity: null,
  multiplier: null,
  isTest: false,
  ...more,
});

const two = [stray('1', '400'), stray('2', '410')];
const rows = [row('1', '400'), row('2', '410')];

function namesIn(rows: readonly DumpRow[], strays: readonly Stray[], broker = 'angel') {
  const tokens = new Map(rows.map((one) => [one.exchangeToken, one]));
  const names = otherNames(strays, (_segment, token) => tokens.get(token), broker, day);
  return Object.fromEntries([...(names.get('NFO') ?? [])]);
}

describe('an underlying that a file names otherwise', () => {
  it('is renamed when its tokens carry the new name with the same terms', () =>
    expect(namesIn(rows, two)).toEqual({ TMPV: { known: 'TATAMOTORS', isNews: true } }));

  it('is not renamed by one token alone', () => expect(namesIn(rows.slice(0, 1), two)).toEqual({}));

  it('is not renamed when tokens that were used again have other terms', () =>
    expect(namesIn([row('1', '400'), row('2', '415'), row('3', '420', { expiry: '2025-12-30' })], [...two, stray('3', '420')])).toEqual(
      {},
    ));

  it('is renamed also when some of its tokens were given to a third one', () =>
    expect(namesIn([...rows, row('3', '1600', { symbol: 'SUNPHARMA' })], [...two, stray('3', '420')])).toEqual({
      TMPV: { known: 'TATAMOTORS', isNews: true },
    }));

  it('is not renamed back to a name that it bore before', () => {
    const renamed = two.map((one) => ({ ...one, underlying: 'TMPV', before: ['TATAMOTORS'] }));
    const old = rows.map((one) => ({ ...one, symbol: 'TATAMOTORS' }));
    expect(namesIn(old, renamed)).toEqual({ TATAMOTORS: { known: 'TMPV', isNews: false } });
  });

  it.each([
    ['angel', true],
    ['fyers', false],
  ])('that two brokers name on the day they are first seen goes by the better one: %s renames it, %s', (broker, isNews) =>
    expect(
      namesIn(
        rows,
        two.map((one) => ({ ...one, since: day, brokers: ['dhan'] })),
        broker,
      ),
    ).toEqual({ TMPV: { known: 'TATAMOTORS', isNews } }),
  );
});
