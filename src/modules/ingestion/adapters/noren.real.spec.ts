import { dataFile, describeWithData } from '../../../../test/support/data';
import { countBy, differences, keysOf, readFile } from '../../../../test/support/real-dump';
import type { DumpRow } from '../domain/dump-row';
import { shoonya } from './noren';
import { upstox } from './upstox';

const files = {
  nse: 'shoonya/2024-06-15_NSE_symbols.txt',
  bse: 'shoonya/2024-06-15_BSE_symbols.txt',
  cds: 'shoonya/2024-06-15_CDS_symbols.txt',
  mcx: 'shoonya/2024-06-15_MCX_symbols.txt',
  bfo: 'shoonya/2024-09-20_BFO_symbols.txt.zip',
  nfo: 'shoonya/2024-09-20_NFO_symbols.txt.zip',
  nfo2025: 'shoonya/2025-10-23_NFO_symbols.txt.zip',
} as const;

describe.each([
  [
    files.nse,
    { 'NSE_INDEX INDEX': 5, 'NSE null': 1828, 'NSE BOND': 3374, 'NSE EQUITY': 591, 'NSE FUND': 281, 'NSE OTHER': 3, 'NSE WARRANT': 3 },
  ],
  [files.bse, { 'BSE null': 10_279, 'BSE BOND': 826, 'BSE ETF': 22, 'BSE FUND': 16, 'BSE WARRANT': 2, 'BSE OTHER': 1 }],
  [files.cds, { 'CDS OPTION': 10_612, 'CDS FUTURE': 129, 'CDS UNDERLYING': 4 }],
  [files.mcx, { 'MCX OPTION': 4196, 'MCX FUTURE': 106 }],
  [files.bfo, { 'BFO OPTION': 31_228, 'BFO FUTURE': 563 }],
  [files.nfo, { 'NFO OPTION': 79_339, 'NFO FUTURE': 572 }],
  [files.nfo2025, { 'NFO OPTION': 83_286, 'NFO FUTURE': 659 }],
])('%s', (name, counts) => {
  describeWithData('when read', [name], () => {
    it('gives every row once, and rejects only what has a name of two words in place of three columns', async () => {
      const { rows, rejects } = await readFile(dataFile(name), shoonya);
      expect(countBy(rows.map(({ segment, type }) => `${segment} ${type}`))).toEqual(counts);
      expect(keysOf(rows).size).toBe(rows.length);
      expect(rejects.map(({ reason }) => reason)).toEqual(
        name === files.bse ? ['the trading symbol 12: is not that of ALAN', 'the trading symbol 12: is not that of JK'] : [],
      );
    }, 60_000);
  });
});

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The broker's own symbol, made from what was read: `ZYDUSLIFE30DEC25P1480`, `NIFTY27JUL23F`; at MCX a future has no F. */
function symbolOf({ segment, symbol, expiry, strike, optionType }: DumpRow): string {
  const [year = '', month = '', day = ''] = (expiry ?? '').split('-');
  const terms = strike === null ? (segment === 'MCX' ? '' : 'F') : `${optionType?.[0]}${strike}`;
  return `${symbol}${day}${months[Number(month) - 1]}${year.slice(2)}${terms}`;
}

describe.each([files.cds, files.mcx, files.nfo, files.nfo2025])('the contracts of %s', (name) => {
  describeWithData('when read', [name], () => {
    it('have the terms that the broker’s own symbol tells', async () => {
      const { rows } = await readFile(dataFile(name), shoonya);
      expect(rows.filter((row) => row.expiry !== null && symbolOf(row) !== row.brokerSymbol)).toEqual([]);
    }, 60_000);
  });
});

const upstoxOfSeptember = 'upstox/2024-09-16_complete.csv.gz';
const terms = ['symbol', 'type', 'expiry', 'strike', 'optionType', 'lotSize', 'tickSize'] as const;

describeWithData('contracts four days after a file of Upstox', [files.bfo, files.nfo, upstoxOfSeptember], () => {
  let theirs: readonly DumpRow[];
  beforeAll(async () => {
    const { rows } = await readFile(dataFile(upstoxOfSeptember), upstox);
    // 416 tokens of contracts that had expired on 17 September were given to others by the 20th
    theirs = rows.filter(({ expiry }) => expiry !== null && expiry >= '2024-09-20');
  }, 60_000);

  it.each([
    ['BFO', files.bfo, 4382],
    ['NFO', files.nfo, 32_418],
  ])(
    'agree in %s in every term, and all of Upstox’s that live are here',
    async (segment, name, count) => {
      const { rows } = await readFile(dataFile(name), shoonya);
      expect(differences(rows, theirs, terms)).toEqual({ common: count });
      if (segment === 'NFO') expect(theirs.filter((row) => row.segment === 'NFO')).toHaveLength(count);
    },
    60_000,
  );
});

const upstoxOf2025 = 'upstox/2025-08-20_complete.json.gz';
describeWithData('units of a lot at MCX', [files.mcx, upstoxOf2025], () => {
  it('are what Upstox says, for every commodity whose contract has not been changed since', async () => {
    const units = (rows: readonly DumpRow[]) =>
      new Map(rows.filter(({ segment }) => segment === 'MCX').map(({ symbol, multiplier }) => [symbol, multiplier]));
    const theirs = units((await readFile(dataFile(upstoxOf2025), upstox)).rows);
    const ours = units((await readFile(dataFile(files.mcx), shoonya)).rows);
    expect(ours.size).toBe(24);
    const differ = [...ours].filter(([symbol, multiplier]) => theirs.get(symbol) !== multiplier);
    // and Upstox has both for nickel: 1500, and 250 of the contracts to come
    expect(
      differ
        .map(([symbol]) => symbol)
        .filter((symbol) => symbol !== 'NICKEL')
        .sort(),
    ).toEqual(['COTTONCNDY', 'MCXBULLDEX', 'MCXMETLDEX']);
  }, 60_000);
});

describeWithData('the indices', [files.nse], () => {
  it('go by the names of their contracts', async () => {
    const { rows } = await readFile(dataFile(files.nse), shoonya);
    const indices = rows.filter(({ type }) => type === 'INDEX').map(({ symbol }) => symbol);
    expect(indices).toEqual(['NIFTY', 'BANKNIFTY', 'INDIAVIX', 'FINNIFTY', 'MIDCPNIFTY']);
  });
});
