import { dataFile, describeWithData } from '../../../../test/support/data';
import { countBy, keyOf, loadDump } from '../../../../test/support/load-dump';
import { readFile } from '../../../../test/support/real-dump';
import { formatKey } from '../../instruments';
import { nasdaq } from './nasdaq';

const [listed, other] = ['us/2016-08-15_nasdaqlisted.txt', 'us/2016-08-15_otherlisted.txt'] as const;

describeWithData('Nasdaq’s lists of 2016-08-15', [listed, other], () => {
  it('are read whole, and say their day', async () => {
    expect(await readFile(dataFile(listed), nasdaq)).toMatchObject({ rows: { length: 3145 }, rejects: [], statedDay: '2016-08-15' });
    expect(await readFile(dataFile(other), nasdaq)).toMatchObject({ rows: { length: 5223 }, rejects: [], statedDay: '2016-08-15' });
  });

  it('name each listing once, by a key of its own', async () => {
    const rows = [...(await loadDump(nasdaq, listed)).rows, ...(await loadDump(nasdaq, other)).rows];
    expect(new Set(rows.map(keyOf)).size).toBe(rows.length);
    expect(new Set(rows.map(formatKey)).size).toBe(rows.length);
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({ XNAS: 3145, XNYS: 3171, ARCX: 1580, XASE: 371, BATS: 101 });
    expect(countBy(rows.map(({ type }) => String(type)))).toEqual({ EQUITY: 6005, ETF: 1746, OTHER: 510, WARRANT: 107 });
    expect(rows.filter(({ isTest }) => isTest).map(({ symbol }) => symbol)).toHaveLength(16); // ZVZZT, ZTEST ...
    expect(rows.find(({ token }) => token === 'WFC$J')).toMatchObject({ symbol: 'WFC-PJ', brokerSymbol: 'WFC-J' });
  });
});
