import { dataFile, describeWithData } from '../../../../test/support/data';
import { countBy, differences, keyOf, loadDump } from '../../../../test/support/load-dump';
import type { DumpRow } from '../domain/dump-row';
import { openDump } from '../files/open-dump';
import { nuvama } from './nuvama';
import { upstox } from './upstox';

const files = ['nuvama/2025-09-17_instruments.zip', 'nuvama/2025-09-18_instruments.zip', 'nuvama/2025-09-19_instruments.zip'] as const;
const august = 'upstox/2025-08-20_complete.json.gz';

const fields = ['symbol', 'type', 'isin', 'expiry', 'strike', 'optionType', 'lotSize', 'tickSize', 'multiplier'] as const;
const told = (row: DumpRow) => ({ key: keyOf(row), ...Object.fromEntries(fields.map((field) => [field, row[field]])) });

describe.each([
  [files[0], 158_592, 1287],
  [files[1], 158_973, 1288],
  [files[2], 159_762, 1286],
] as const)('Nuvama’s %s', (name, count, repeated) => {
  describeWithData('when read', [name], () => {
    it('gives every line that is no repetition, one for each token', async () => {
      const { rows, rejects } = await loadDump(nuvama, name);
      expect(rows).toHaveLength(count);
      expect(new Set(rows.map(keyOf)).size).toBe(count);
      expect(countBy(rejects.map(({ reason }) => reason))).toEqual({ 'an earlier line says the same, word for word': repeated });
      expect((await openDump(dataFile(name))).statedDay).toBe(name.slice(7, 17));
    }, 60_000);
  });
});

describeWithData('Nuvama’s file of 2025-09-18 and Upstox’s of 2025-08-20', [files[1], august], () => {
  let rows: DumpRow[];
  let others: DumpRow[];
  beforeAll(async () => {
    rows = (await loadDump(nuvama, files[1])).rows;
    others = (await loadDump(upstox, august)).rows;
  }, 60_000);

  it('has seven exchanges and 39 indices that Upstox has, too', () => {
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({
      ...{ NSE: 4470, BSE: 10_868, NFO: 75_046, BFO: 37_836, CDS: 11_664, MCX: 17_356, NCDEX: 1694 },
      ...{ NSE_INDEX: 20, BSE_INDEX: 19 },
    });
    const index = ({ segment, symbol }: DumpRow) => `${segment} ${symbol}`;
    const theirs = new Set(others.filter(({ type }) => type === 'INDEX').map(index));
    expect(rows.filter((row) => row.type === 'INDEX' && !theirs.has(index(row)))).toEqual([]);
  });

  it('agrees on MCX and BFO, where no token is used again', () => {
    const { MCX, BFO } = differences(rows, others.map(told));
    expect(MCX).toEqual({ common: 11_242 });
    expect(BFO).toEqual({ common: 2330 });
  });

  it('agrees on what is one contract in NFO and CDS, but for what was adjusted in those weeks', () => {
    const theirs = new Map(others.map((row) => [keyOf(row), row]));
    const same = rows.filter((row) => {
      const other = theirs.get(keyOf(row));
      return other && row.symbol === other.symbol && row.expiry === other.expiry && row.optionType === other.optionType;
    });
    const { NFO, CDS } = differences(same, others.map(told));
    expect(CDS).toEqual({ common: 5850 });
    // strikes: bonus (HDFCBANK, PATANJALI), dividend (HINDPETRO, VEDL); ticks follow prices (ABB, HEROMOTOCO, HDFCBANK)
    expect(NFO).toEqual({ common: 17_644, strike: 238, lotSize: 165, tickSize: 6 });
    const adjusted = same.filter((row) => row.segment === 'NFO' && row.strike !== theirs.get(keyOf(row))?.strike);
    expect(countBy(adjusted.map(({ symbol }) => symbol))).toEqual({ HDFCBANK: 87, PATANJALI: 74, HINDPETRO: 44, VEDL: 33 });
  });

  it('agrees on shares and bonds, but for what changes in four weeks', () => {
    const { NSE, BSE } = differences(rows, others.map(told));
    expect(NSE).toEqual({ common: 4099, isin: 5, symbol: 6, lotSize: 2, tickSize: 75 });
    expect(BSE).toEqual({ common: 10_391, isin: 12, symbol: 12, lotSize: 3, tickSize: 90 });
  });

  it('knows small ticks and NCDEX’s underlyings', () => {
    const ticks = countBy(rows.filter(({ segment }) => segment === 'CDS').map(({ tickSize }) => String(tickSize)));
    expect(ticks).toEqual({ '0.0025': 9148, '0.0001': 1666, '0.01': 850 });
    const underlyings = new Set(rows.filter(({ segment, type }) => segment === 'NCDEX' && type === 'OPTION').map(({ symbol }) => symbol));
    expect([...underlyings].sort()).toEqual(['DHANIYA', 'GUARGUM5', 'GUARSEED10', 'JEERAUNJHA', 'TMCFGRNZM']);
  });
});
