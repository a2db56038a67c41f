import type { Segment } from '../../instruments';
import type { DumpRow } from './dump-row';
import {
  doubts,
  duplicateKeys,
  expiredRows,
  failedSegments,
  jumps,
  judge,
  lostRows,
  misshapenRows,
  rejectedRows,
  repeatedTokens,
  staleRows,
  waive,
  type Repeated,
} from './gates';

const row = (n: number, more: Partial<DumpRow> = {}): DumpRow => ({
  line: n,
  segment: 'NFO',
  exchangeToken: String(n),
  token: String(n),
  brokerSymbol: `NIFTY${n}CE`,
  type: 'OPTION',
  symbol: 'NIFTY',
  name: null,
  isin: null,
  series: null,
  expiry: '2026-01-27',
  strike: String(10_000 + n),
  optionType: 'CE',
  lotSize: 65,
  tickSize: '0.05',
  freezeQuantity: null,
  multiplier: null,
  isTest: false,
  ...more,
});
const rows = (count: number, more: (n: number) => Partial<DumpRow> = () => ({})) =>
  Array.from({ length: count }, (_, n) => row(n + 1, more(n)));

const repeated = (segment: Segment, groups: readonly Repeated[]) =>
  new Map([[segment, new Map(groups.map((group, n) => [segment === 'NSE' ? '' : `U${n}`, group]))]]);
const steady = (count: number): Repeated[] => Array.from({ length: count }, () => ({ rows: 20, lots: 0, ticks: 0 }));

describe('what a run measures', () => {
  it('counts the rejected rows of each segment, and of the file those that no segment answers for', () => {
    const segments = [
      { segment: 'BFO', rows: 50, rejected: 10 },
      { segment: 'NFO', rows: 180, rejected: 20 },
      { segment: 'NSE', rows: 100, rejected: 0 },
    ] as const;
    expect(rejectedRows(400, 70, segments)).toEqual([
      { name: 'rejected_rows', measured: 0.125 },
      { name: 'rejected_rows', segment: 'NFO', measured: 0.1 },
      { name: 'rejected_rows', segment: 'NSE', measured: 0 },
    ]);
    expect(rejectedRows(200, 200, [{ segment: 'NFO', rows: 0, rejected: 200 }])[0]).toEqual({ name: 'rejected_rows', measured: 1 });
  });

  it('counts any token that stands twice', () => {
    expect(repeatedTokens(200, 1)).toEqual({ name: 'duplicate_keys', outcome: 'failed', measured: 0.005, limit: 0 });
  });

  it('counts rows that contradict themselves, and contracts without a lot', () => {
    const odd = rows(200, (n) => (n < 3 ? { isin: 'INE002A01018' } : n < 10 ? { lotSize: null } : {}));
    expect(misshapenRows(odd)).toEqual([{ name: 'schema', segment: 'NFO', measured: 0.05 }]);
  });

  it('counts contracts with the key of another, and not shares with one symbol', () => {
    expect(duplicateKeys(rows(200, (n) => (n % 100 === 0 ? { strike: '9' } : {})))).toEqual([
      { name: 'duplicate_keys', segment: 'NFO', measured: 0.005 },
    ]);
    const shares = rows(200, () => ({ segment: 'NSE', type: 'EQUITY', expiry: null, strike: null, optionType: null }));
    expect(duplicateKeys(shares)).toEqual([{ name: 'duplicate_keys', segment: 'NSE', measured: 0 }]);
  });

  it('counts what expired, and what expired long ago', () => {
    const segments = [{ segment: 'CDS', rows: 1000, expired: 300, longExpired: 12 }] as const;
    expect(expiredRows(segments)).toEqual([{ name: 'expired_rows', segment: 'CDS', measured: 0.3 }]);
    expect(staleRows(segments)).toEqual([{ name: 'stale_rows', segment: 'CDS', measured: 0.012 }]);
  });

  it('counts what is gone since the last file', () =>
    expect(lostRows(new Map([['NFO', 0.58]]))).toEqual([{ name: 'lost_rows', segment: 'NFO', measured: 0.42 }]));

  it('gives every underlying the same weight in jumps: SENSEX, which is most of BFO, alone is not many', () => {
    const sensex = { rows: 4000, lots: 4000, ticks: 0 };
    expect(jumps(repeated('BFO', [sensex, ...steady(19)]))).toEqual([
      { name: 'lot_jumps', segment: 'BFO', measured: 0.05 },
      { name: 'tick_jumps', segment: 'BFO', measured: 0 },
    ]);
    // Paise for rupees change all of them.
    const mistaken = steady(20).map((group) => ({ ...group, ticks: group.rows }));
    expect(jumps(repeated('BFO', mistaken))[1]).toEqual({ name: 'tick_jumps', segment: 'BFO', measured: 1 });
  });

  it('takes shares row by row', () =>
    expect(jumps(repeated('NSE', [{ rows: 500, lots: 0, ticks: 40 }]))).toEqual([
      { name: 'lot_jumps', segment: 'NSE', measured: 0 },
      { name: 'tick_jumps', segment: 'NSE', measured: 0.08 },
    ]));

  it('says nothing of few rows, nor of the contracts on few underlyings', () => {
    expect(misshapenRows(rows(99, () => ({ lotSize: null })))).toEqual([]);
    expect(duplicateKeys(rows(99, () => ({ strike: '9' })))).toEqual([]);
    expect(expiredRows([{ segment: 'CDS', rows: 99, expired: 99, longExpired: 0 }])).toEqual([]);
    expect(doubts('cross_broker', [{ segment: 'CDS', rows: 99, doubtful: 99 }])).toEqual([]);
    expect(jumps(repeated('NFO', [{ rows: 5000, lots: 5000, ticks: 0 }, ...steady(8)]))).toEqual([]);
    expect(jumps(repeated('NSE', [{ rows: 99, lots: 99, ticks: 0 }]))).toEqual([]);
  });
});

describe('judging', () => {
  const measures = [
    { name: 'lost_rows', segment: 'NSE', measured: 0.4 },
    { name: 'lost_rows', segment: 'NFO', measured: 0.41 },
    { name: 'cross_broker', segment: 'NFO', measured: 0.9 },
    { name: 'stale_rows', segment: 'CDS', measured: 1 },
  ] as const;
  const gates = judge(measures, (gate, segment) => (gate === 'stale_rows' ? null : segment === 'NFO' && gate === 'cross_broker' ? 1 : 0.4));

  it('fails what is above its limit, and leaves out what is switched off', () =>
    expect(gates).toEqual([
      { name: 'lost_rows', segment: 'NSE', outcome: 'passed', measured: 0.4, limit: 0.4 },
      { name: 'lost_rows', segment: 'NFO', outcome: 'failed', measured: 0.41, limit: 0.4 },
      { name: 'cross_broker', segment: 'NFO', outcome: 'passed', measured: 0.9, limit: 1 },
    ]));

  it('waives what somebody answers for', () => {
    expect(failedSegments(gates)).toEqual(['NFO']);
    expect(failedSegments(waive(gates, ['NFO']))).toEqual([]);
    expect(waive(gates, ['NFO'])[1]).toMatchObject({ outcome: 'waived', measured: 0.41 });
  });
});
