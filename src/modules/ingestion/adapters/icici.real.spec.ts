import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { dataFile, describeWithData } from '../../../../test/support/data';
import { decimal } from '../../instruments';
import type { DumpRow, RejectedRow } from '../domain/dump-row';
import { openDump } from '../files/open-dump';
import { readDump } from '../files/read-dump';
import { rupees, writtenDay, type Adapter } from './adapter';
import { icici } from './icici';
import { upstox } from './upstox';

async function load(adapter: Adapter, name: string) {
  const rows: DumpRow[] = [];
  const rejects: RejectedRow[] = [];
  const dump = await openDump(dataFile(name), undefined, adapter.entries);
  for await (const batch of readDump(dump, adapter)) {
    rows.push(...batch.rows);
    rejects.push(...batch.rejects);
  }
  return { rows, rejects, statedDay: dump.statedDay };
}

const keyOf = ({ segment, exchangeToken }: DumpRow) => `${segment} ${exchangeToken}`;

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const [file, sameDay, earlier, later] = [
  'icici/2025-09-19_SecurityMaster.zip',
  'angel/2025-09-18_instrument_master.json.gz',
  'upstox/2025-08-20_complete.json.gz',
  'upstox/2025-12-09a_complete.json.gz',
];

describeWithData('ICICI’s SecurityMaster.zip of 2025-09-18', [file, sameDay, earlier, later], () => {
  let read: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    read = await load(icici, file);
  }, 60_000);

  it('states its day, gives each row of each entry or the reason why not, and one row for each token', () => {
    const { rows, rejects, statedDay } = read;
    expect(statedDay).toBe('2025-09-18');
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({
      ...{ NSE: 4932, BSE: 11_147, NFO: 74_182, BFO: 4380, CDS: 1818, NSE_INDEX: 15, BSE_INDEX: 1, GLOBAL_INDEX: 3 },
    });
    expect(countBy(rejects.map(({ reason }) => reason.replace(/^(the \w+ )\S+/, '$1...')))).toEqual({
      'it has no token': 119,
      'the Token ... is not a number': 28,
      // offers for sale and rows called JUNK
      'the Token ... is not a code of BSE, which has six digits': 261,
      // on BSE, and only 38 of them are in Upstox's file of four weeks before
      'the ExchangeCode ... is not a symbol': 941,
    });
    expect(new Set(rows.map(keyOf)).size).toBe(rows.length);
  });

  it('agrees with Angel One’s file of the day in every contract that both have', () => {
    // one object for each row, all values text
    const theirs = JSON.parse(gunzipSync(readFileSync(dataFile(sameDay))).toString('utf8')) as Record<string, string>[];
    const byKey = new Map(theirs.map((row) => [`${row.exch_seg} ${row.token}`, row]));
    const common: Record<string, number> = {};
    for (const row of read.rows) {
      const other = row.expiry === null ? undefined : byKey.get(keyOf(row));
      if (!other) continue;
      common[row.segment] = (common[row.segment] ?? 0) + 1;
      const shift = row.segment === 'CDS' ? 7 : 2;
      const terms = { symbol: row.symbol, expiry: row.expiry, strike: row.strike, tickSize: row.tickSize };
      expect(terms).toEqual({
        symbol: other.name,
        expiry: writtenDay(other.expiry ?? ''),
        strike: rupees(other.strike ?? '', shift),
        tickSize: decimal(other.tick_size ?? '', shift),
      });
      // currency lots are 1 there and 1000 here; 0 of either says nothing
      if (row.segment !== 'CDS') expect(String(row.lotSize)).toBe(other.lotsize);
    }
    expect(common).toEqual({ NFO: 31_049, BFO: 4322, CDS: 1426 });
  }, 60_000);

  /** What differs between rows with the same token and the same underlying, expiry and side; null says nothing. */
  const differences = (theirs: readonly DumpRow[], segment: string) => {
    const byKey = new Map(theirs.map((row) => [keyOf(row), row]));
    const common = read.rows.flatMap((row) => {
      const other = row.segment === segment ? byKey.get(keyOf(row)) : undefined;
      const isSame = other && row.symbol === other.symbol && row.expiry === other.expiry && row.optionType === other.optionType;
      return isSame && row.expiry !== null ? [{ row, other }] : [];
    });
    const differing = (field: 'strike' | 'lotSize' | 'tickSize') =>
      common
        .filter(({ row, other }) => row.strike === other.strike || field === 'strike')
        .filter(({ row, other }) => row[field] !== other[field]);
    return {
      common: common.length,
      strikes: countBy(differing('strike').map(({ row }) => row.symbol)),
      lots: differing('lotSize').length,
      ticks: differing('tickSize').length,
    };
  };

  it('agrees with Upstox’s file of four weeks before in the contracts that stayed, but for corporate actions between', async () => {
    const { rows } = await load(upstox, earlier);
    // bonus issues of HDFCBANK and PATANJALI, dividends of HINDPETRO and VEDL
    const adjusted = { HDFCBANK: 87, PATANJALI: 74, HINDPETRO: 44, VEDL: 33 };
    expect(differences(rows, 'NFO')).toEqual({ common: 17_317, strikes: adjusted, lots: 4, ticks: 6 });
    expect(differences(rows, 'BFO')).toEqual({ common: 1850, strikes: {}, lots: 0, ticks: 0 });
    // lots of 1000 for 1
    expect(differences(rows, 'CDS')).toEqual({ common: 1814, strikes: {}, lots: 1814, ticks: 0 });
  }, 60_000);

  it('agrees with Upstox’s file of three months later in the contracts that stayed, but for corporate actions and new lots between', async () => {
    const { rows } = await load(upstox, later);
    const adjusted = { BPCL: 30, ADANIENT: 19, COALINDIA: 28, ONGC: 18, PETRONET: 21, PIDILITIND: 44 };
    expect(differences(rows, 'NFO')).toEqual({ common: 7792, strikes: adjusted, lots: 279, ticks: 861 });
    expect(differences(rows, 'BFO')).toEqual({ common: 1092, strikes: {}, lots: 0, ticks: 0 });
    expect(differences(rows, 'CDS')).toEqual({ common: 1174, strikes: {}, lots: 1174, ticks: 0 });
  }, 60_000);

  it('agrees with Upstox in cash rows with the same ISIN, but for symbols that ICICI has not renamed', async () => {
    const byKey = new Map((await load(upstox, earlier)).rows.map((row) => [keyOf(row), row]));
    const compared = (segment: string) => {
      const pairs = read.rows.flatMap((row) => {
        const other = row.segment === segment ? byKey.get(keyOf(row)) : undefined;
        return other ? [{ row, other }] : [];
      });
      const same = pairs.filter(({ row, other }) => row.isin === other.isin);
      const differing = (field: 'symbol' | 'type' | 'series') =>
        same.filter(({ row, other }) => row[field] !== null && other[field] !== null && row[field] !== other[field]).length;
      return [pairs.length, same.length, differing('symbol'), differing('type'), differing('series')];
    };
    // all but 20 of the symbols are bonds' of companies renamed since (IHFL is SCL now); the series is EFACTOR's, which moved from SM to ST
    expect(compared('NSE')).toEqual([3388, 3329, 156, 0, 1]);
    // exchange-traded funds of group F by their name, which Upstox does not have
    expect(compared('BSE')).toEqual([6653, 6628, 221, 9, 0]);
  }, 60_000);
});
