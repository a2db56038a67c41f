import { dataFile, describeWithData } from '../../../../test/support/data';
import { countBy, differences, keysOf, readFile } from '../../../../test/support/real-dump';
import type { DumpRow } from '../domain/dump-row';
import { fyers } from './fyers';
import { kite } from './kite';
import { upstox } from './upstox';

const mcx = 'fyers/2025-09-25_MCX_COM.csv.gz';
const nse = 'fyers/2025-10-16_NSE_CM.csv.gz';
const bse = 'fyers/2025-10-16_BSE_CM.csv.gz';
const bfo = 'fyers/2025-10-16_BSE_FO.csv.gz';
const cds = 'fyers/2025-10-16_NSE_CD.csv.gz';

describe.each([
  [mcx, '2025-09-05', { MCX: 15_193 }],
  ['fyers/2025-10-13_BSE_CM.csv.gz', '2025-10-10', { BSE_INDEX: 56, BSE: 12_605 }],
  ['fyers/2025-10-13_BSE_FO.csv.gz', '2025-10-10', { BFO: 6805 }],
  ['fyers/2025-10-13_NSE_CD.csv.gz', '2025-10-10', { CDS: 11_148 }],
  ['fyers/2025-10-13_NSE_CM.csv.gz', '2025-10-10', { NSE_INDEX: 120, NSE: 8562 }],
  ['fyers/2025-10-14_BSE_CM.csv.gz', '2025-10-13', { BSE_INDEX: 56, BSE: 12_459 }],
  ['fyers/2025-10-14_BSE_FO.csv.gz', '2025-10-13', { BFO: 7459 }],
  ['fyers/2025-10-14_NSE_CD.csv.gz', '2025-10-13', { CDS: 11_154 }],
  ['fyers/2025-10-14_NSE_CM.csv.gz', '2025-10-13', { NSE_INDEX: 120, NSE: 8539 }],
  [bse, '2025-10-15', { BSE_INDEX: 56, BSE: 12_447 }],
  [bfo, '2025-10-15', { BFO: 6869 }],
  [cds, '2025-10-15', { CDS: 11_206 }],
  [nse, '2025-10-15', { NSE_INDEX: 120, NSE: 8548 }],
])('%s', (name, day, counts) => {
  describeWithData('when read', [name], () => {
    it('gives every row once, and the day of its content', async () => {
      const { rows, rejects, statedDay } = await readFile(dataFile(name), fyers);
      expect(rejects).toEqual([]);
      expect(statedDay).toBe(day);
      expect(countBy(rows.map(({ segment }) => segment))).toEqual(counts);
      expect(keysOf(rows).size).toBe(rows.length);
      expect(new Set(rows.map(({ token }) => token)).size).toBe(rows.length);
    }, 60_000);
  });
});

const read = async (name: string, adapter = fyers) => (await readFile(dataFile(name), adapter)).rows;
const terms = ['symbol', 'type', 'expiry', 'strike', 'optionType', 'tickSize'] as const;

const summer = 'upstox/2025-08-20_complete.json.gz';
const winter = 'upstox/2025-12-09a_complete.json.gz';
describeWithData('contracts beside those of Upstox', [mcx, bfo, cds, summer, winter], () => {
  let before: readonly DumpRow[];
  let after: readonly DumpRow[];
  beforeAll(async () => {
    [before, after] = [await read(summer, upstox), await read(winter, upstox)];
  }, 60_000);

  it('agree at MCX in every term but the lot, which is 1 at Fyers', async () => {
    const rows = await read(mcx);
    // 7,047 rows of commodities whose lot is not 1
    expect(differences(rows, before, [...terms, 'lotSize'])).toEqual({ common: 11_512, lotSize: 7047 });
    expect(new Set(rows.map(({ lotSize }) => lotSize))).toEqual(new Set([1]));
  });

  it('agree at BSE in every term', async () => {
    const rows = await read(bfo);
    expect(differences(rows, before, [...terms, 'lotSize'])).toEqual({ common: 992 });
    expect(differences(rows, after, [...terms, 'lotSize'])).toEqual({ common: 1786 });
  });

  it('agree in currencies in every term, where the token has not been given to another contract in between', async () => {
    const rows = await read(cds);
    const alive = (day: string, some: readonly DumpRow[]) => some.filter(({ expiry }) => expiry !== null && expiry >= day);
    expect(differences(rows, alive('2025-10-16', before), [...terms, 'lotSize'])).toEqual({ common: 3644 });
    expect(differences(alive('2025-12-09', rows), after, [...terms, 'lotSize'])).toEqual({ common: 3752 });
  });
});

const kiteOfOctober = 'kite/2025-10-22_NSE.csv';
describeWithData('shares of NSE beside those of Kite a week later', [nse, kiteOfOctober], () => {
  it('agree in series, lot and tick, and in all symbols but one that was changed', async () => {
    const [ours, theirs] = [await read(nse), await read(kiteOfOctober, kite)];
    const cash = ours.filter(({ segment }) => segment === 'NSE');
    expect(differences(cash, theirs, ['symbol', 'type', 'series', 'lotSize', 'tickSize'])).toEqual({ common: 8328, symbol: 1 });
  });
});

describeWithData('indices beside those of Upstox and Kite', [nse, bse, summer, winter, kiteOfOctober], () => {
  it('go by the same symbols', async () => {
    const others = [...(await read(summer, upstox)), ...(await read(winter, upstox)), ...(await read(kiteOfOctober, kite))];
    const known = new Set(others.filter(({ type }) => type === 'INDEX').map(({ segment, symbol }) => `${segment} ${symbol}`));
    const indices = [...(await read(nse)), ...(await read(bse))].filter(({ type }) => type === 'INDEX');
    const symbols = indices.map(({ segment, symbol }) => `${segment} ${symbol}`);
    expect(new Set(symbols).size).toBe(176);
    // Neither of the other brokers had these in 2025
    expect(symbols.filter((symbol) => !known.has(symbol)).sort()).toEqual([
      'BSE_INDEX ALLCAP',
      'BSE_INDEX CARBON',
      'BSE_INDEX DOL100',
      'BSE_INDEX DOL200',
      'BSE_INDEX DOL30',
      'BSE_INDEX GREENX',
    ]);
  }, 60_000);
});

describeWithData('shares of BSE beside those of Upstox', [bse, winter], () => {
  it('agree in their ISINs and symbols, but for 26 that changed within eight weeks', async () => {
    const differing = differences(
      (await read(bse)).filter(({ segment }) => segment === 'BSE'),
      await read(winter, upstox),
      ['isin', 'symbol'],
    );
    expect(differing).toEqual({ common: 12_103, isin: 14, symbol: 14 });
  }, 60_000);
});
