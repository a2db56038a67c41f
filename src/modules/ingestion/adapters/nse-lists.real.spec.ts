import { dataFile, describeWithData } from '../../../../test/support/data';
import { countBy, keysOf, readFile } from '../../../../test/support/real-dump';
import { nseLists } from './nse-lists';
import { nseSymbolChanges } from './nse-symbol-changes';

describe.each([
  ['nse', '2022-08-16_EQUITY_L.csv', { EQ: 1681, BE: 141, BZ: 32 }, 0],
  ['nse', '2022-08-30_EQUITY_L.csv', { EQ: 1664, BE: 156, BZ: 34 }, 0],
  ['nse', '2022-10-07_EQUITY_L.csv', { EQ: 1665, BE: 164, BZ: 32 }, 0],
  ['nse', '2025-06-17_EQUITY_L.csv', { EQ: 1809, BE: 277, BZ: 40 }, 0],
  ['nse', '2026-05-25_EQUITY_L.csv', { EQ: 2109, BE: 229, BZ: 27 }, 0],
  ['nse', '2026-07-10_EQUITY_L.csv', { EQ: 2049, BE: 308, BZ: 27 }, 0],
  ['nse-sme', '2026-05-25_SME_EQUITY_L.csv', { SM: 400, ST: 145 }, 0],
  ['nse-etf', '2026-05-25_eq_etfseclist.csv', { null: 320 }, 0],
  ['nse-reit', '2026-05-25_REITS_L.csv', { RR: 3 }, 0],
  ['nse-invit', '2026-05-25_INVITS_L.csv', { IV: 5 }, 0],
])('%s, %s', (source, name, series, rejected) => {
  describeWithData('when read', [`nse/${name}`], () => {
    it('gives every listing once', async () => {
      const adapter = nseLists.find(({ broker }) => broker === source);
      const { rows, rejects } = await readFile(dataFile(`nse/${name}`), adapter ?? nseSymbolChanges);
      expect(countBy(rows.map((row) => String(row.series)))).toEqual(series);
      expect(keysOf(rows).size).toBe(rows.length);
      expect(rejects).toHaveLength(rejected);
      expect(rows.filter(({ name: called, listedOn }) => called === null || listedOn === undefined)).toEqual([]);
    });
  });
});
