import { describeWithData } from '../../../../test/support/data';
import { countBy, keyOf, loadDump } from '../../../../test/support/load-dump';
import { formatKey } from '../../instruments';
import { aliceblue } from './aliceblue';
import { upstox } from './upstox';

const [monday, tuesday] = ['aliceblue/2025-02-03_NFO.csv.gz', 'aliceblue/2025-02-04_NFO.csv.gz'];

describeWithData('Alice Blue’s NFO on two days', [monday, tuesday], () => {
  it.each([
    [monday, { OPTION: 31_141, FUTURE: 680 }],
    [tuesday, { OPTION: 34_355, FUTURE: 680 }],
  ])(
    'gives every row of %s, one for each token',
    async (name, types) => {
      const { rows, rejects } = await loadDump(aliceblue, name);
      expect(rejects).toEqual([]);
      expect(countBy(rows.map(({ type }) => String(type)))).toEqual(types);
      expect(new Set(rows.map(keyOf)).size).toBe(types.OPTION + types.FUTURE);
      expect(rows.filter(({ isTest }) => isTest)).toHaveLength(18);
    },
    60_000,
  );

  it('says the same on Tuesday of all that it had on Monday, and of 3,214 contracts more', async () => {
    const withoutLine = async (name: string) =>
      new Map((await loadDump(aliceblue, name)).rows.map((row) => [keyOf(row), { ...row, line: 0 }] as const));
    const [before, after] = [await withoutLine(monday), await withoutLine(tuesday)];
    expect(after.size - before.size).toBe(3214);
    expect([...before.keys()].map((key) => after.get(key))).toEqual([...before.values()]);
  }, 60_000);
});

const later = 'upstox/2025-06-12_complete.json.gz';
describeWithData('Alice Blue and Upstox, four months apart', [tuesday, later], () => {
  it('have the same token and tick for every contract that both have; the lot of BANKNIFTY went from 30 to 35 in between', async () => {
    const theirs = new Map((await loadDump(upstox, later)).rows.map((row) => [formatKey(row), row]));
    const common = (await loadDump(aliceblue, tuesday)).rows.flatMap((row) => {
      const other = theirs.get(formatKey(row));
      return other ? [{ row, other }] : [];
    });
    expect(common).toHaveLength(391);
    expect(common.filter(({ row, other }) => row.exchangeToken !== other.exchangeToken || row.tickSize !== other.tickSize)).toEqual([]);
    const lots = common.filter(({ row, other }) => row.lotSize !== other.lotSize);
    expect(countBy(lots.map(({ row, other }) => `${row.symbol} ${row.lotSize} ${other.lotSize}`))).toEqual({ 'BANKNIFTY 30 35': 52 });
  }, 60_000);
});
