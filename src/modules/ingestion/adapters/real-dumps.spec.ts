import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { dataFile, describeWithData } from '../../../../test/support/data';
import type { DumpRow, RejectedRow } from '../domain/dump-row';
import { openDump } from '../files/open-dump';
import { readDump } from '../files/read-dump';
import { kite } from './kite';
import { upstox } from './upstox';

async function load(name: string): Promise<{ rows: DumpRow[]; rejects: RejectedRow[] }> {
  const rows: DumpRow[] = [];
  const rejects: RejectedRow[] = [];
  for await (const batch of readDump(await openDump(dataFile(name)), name.startsWith('kite') ? kite : upstox)) {
    rows.push(...batch.rows);
    rejects.push(...batch.rejects);
  }
  return { rows, rejects };
}

const keyOf = (row: DumpRow) => `${row.segment} ${row.exchangeToken}`;
const byKey = (rows: readonly DumpRow[]) => new Map(rows.map((row) => [keyOf(row), row]));
function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The broker's own name of each row's segment, read the plain way. */
function segmentNames(name: string): string[] {
  const content = readFileSync(dataFile(name));
  const text = (name.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  const rows = (text.startsWith('[') ? JSON.parse(text) : parse(text, { columns: true })) as Record<string, string>[]; // one object for each row
  return rows.map((row) =>
    name.startsWith('kite')
      ? row.segment === 'INDICES'
        ? `${row.exchange}_INDEX`
        : (row.segment ?? '').replace(/-.*/, '')
      : (row.segment ?? row.exchange ?? ''),
  );
}

/** Upstox's names of segments that differ from the registry's. */
const renamed: Readonly<Record<string, string>> = {
  ...{ NSE_EQ: 'NSE', BSE_EQ: 'BSE', NSE_FO: 'NFO', BSE_FO: 'BFO', NCD_FO: 'CDS', BCD_FO: 'BCD', MCX_FO: 'MCX', NSE_COM: 'NCO' },
};

describe.each([
  'kite/2025-10-22_NSE.csv',
  'kite/2026-01-04_NSE.csv',
  'kite/2026-01-07_NSE.csv',
  'kite/2026-01-07_NFO.csv.gz',
  'upstox/2024-08-28_complete.csv.gz',
  'upstox/2025-06-12_complete.json.gz',
  'upstox/2026-02-09_complete.csv.gz',
])('%s', (name) => {
  describeWithData('when read', [name], () => {
    it('gives every row of every segment, one index for each symbol, one row for each token', async () => {
      const { rows, rejects } = await load(name);
      const counted = countBy(segmentNames(name).map((segment) => renamed[segment] ?? segment));
      expect(rejects).toEqual([]);
      expect(countBy(rows.map(({ segment }) => segment))).toEqual(counted);
      expect(byKey(rows).size).toBe(rows.length);
      const indices = rows.filter(({ type }) => type === 'INDEX').map(({ segment, symbol }) => `${segment} ${symbol}`);
      expect(new Set(indices).size).toBe(indices.length);
    }, 60_000);
  });
});

describeWithData('the spreadsheet’s copy of 2024-04-03', ['kite/2024-04-03_pykc_instruments.csv.gz'], () => {
  it('is refused', async () => {
    await expect(load('kite/2024-04-03_pykc_instruments.csv.gz')).rejects.toThrow(/a spreadsheet program has rewritten this file/);
  });
});

const [csv, json] = ['upstox/2025-08-20_complete.csv.gz', 'upstox/2025-08-20_complete.json.gz'];
describeWithData('one day of one broker in two formats', [csv, json], () => {
  /** What a contract is called in the two formats: `ZINC25AUG255PE`, `ZINC 255 PE 22 AUG 25`. */
  const calledDifferently = (row: DumpRow) => row.expiry !== null || row.type === 'UNDERLYING';

  it('says the same in every field that both formats have', async () => {
    const [one, other] = [(await load(csv)).rows, byKey((await load(json)).rows)];
    expect([one.length, other.size]).toEqual([95_846, 95_846]);
    const differences: Record<string, number> = {};
    for (const row of one) {
      const twin = other.get(keyOf(row));
      if (!twin) throw new Error(`${keyOf(row)} is not in both`);
      for (const field of Object.keys(row) as (keyof DumpRow)[]) {
        if (field === 'line' || row[field] === twin[field] || (field === 'brokerSymbol' && calledDifferently(row))) continue;
        const how = `${field}${row[field] === null ? ' only in JSON' : twin[field] === null ? ' only in CSV' : ''}`;
        differences[how] = (differences[how] ?? 0) + 1;
      }
    }
    expect(differences).toEqual({
      'freezeQuantity only in JSON': 95_652,
      'multiplier only in JSON': 39_581,
      'series only in JSON': 20_475,
      // funds: CSV lacks the series that tells them from exchange-traded ones
      'type only in JSON': 683,
    });
  }, 60_000);
});

const [nse, nfo, complete] = ['kite/2026-01-07_NSE.csv', 'kite/2026-01-07_NFO.csv.gz', 'upstox/2026-01-07_complete.csv.gz'];
describeWithData('one day of two brokers', [nse, nfo, complete], () => {
  let theirs: Map<string, DumpRow>;
  beforeAll(async () => {
    theirs = byKey((await load(complete)).rows);
  }, 60_000);

  const differing = (rows: readonly DumpRow[], fields: readonly (keyof DumpRow)[]) => {
    const common = rows.flatMap((row) => {
      const other = theirs.get(keyOf(row));
      return other ? [{ row, other }] : [];
    });
    // what one of them does not say is no difference
    const differs = (field: keyof DumpRow) =>
      common.filter(({ row, other }) => row[field] !== null && other[field] !== null && row[field] !== other[field]);
    return [common.length, ...fields.map((field) => differs(field).length)];
  };

  it('has no contract on which they disagree', async () => {
    const { rows } = await load(nfo);
    expect(differing(rows, ['symbol', 'type', 'expiry', 'strike', 'optionType', 'lotSize', 'tickSize'])).toEqual([
      37_960, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it('has no cash row on whose symbol, type, lot or tick they disagree, though one lacks the ISIN and the other the series', async () => {
    const rows = (await load(nse)).rows.filter(({ segment }) => segment === 'NSE');
    expect(differing(rows, ['symbol', 'type', 'lotSize', 'tickSize'])).toEqual([8_645, 0, 0, 0, 0]);
  });

  it('has the same indices at both', async () => {
    const indices = (rows: Iterable<DumpRow>) =>
      [...rows].flatMap(({ segment, symbol }) => (segment === 'NSE_INDEX' ? [symbol] : [])).sort();
    const ours = indices((await load(nse)).rows);
    expect(ours).toHaveLength(134);
    expect(ours).toEqual(indices(theirs.values()));
  });
});
