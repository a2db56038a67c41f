import { describeWithData } from '../../../../test/support/data';
import { countBy, differences, keyOf, loadDump } from '../../../../test/support/load-dump';
import { indexSymbol } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';
import { dhan } from './dhan';
import { upstox } from './upstox';

const [compact, detailed, headless] = [
  'dhan/2026-04-09_api-scrip-master.csv.gz',
  'dhan/2026-04-16_api-scrip-master-detailed_NSE_E.csv.gz',
  'dhan/2025-05-14_api-scrip-master-detailed.csv',
];
const [february, december, nse] = [
  'upstox/2026-02-09_complete.csv.gz',
  'upstox/2025-12-09a_complete.json.gz',
  'upstox/2026-02-27_NSE.json.gz',
];

const fields = ['symbol', 'type', 'isin', 'expiry', 'strike', 'optionType', 'lotSize', 'tickSize'] as const;
const told = (row: DumpRow) => ({ key: keyOf(row), ...Object.fromEntries(fields.map((field) => [field, row[field]])) });

describeWithData('Dhan’s compact file, found on 2026-04-09', [compact, february, december], () => {
  /** The day of what the file says of shares and of NSE's and BSE's contracts. */
  const day = '2026-02-10';
  let rows: DumpRow[];
  let others: DumpRow[];
  let pairs: { ours: DumpRow; theirs: DumpRow }[];
  beforeAll(async () => {
    rows = (await loadDump(dhan, compact)).rows;
    others = (await loadDump(upstox, february)).rows.filter(({ type }) => type !== 'INDEX');
    const ours = new Map(rows.map((row) => [keyOf(row), row]));
    pairs = others.flatMap((theirs) => {
      const row = ours.get(keyOf(theirs));
      return row ? [{ ours: row, theirs }] : [];
    });
  }, 120_000);

  it('gives every row but a second CAPINS, one for each token, one index for each symbol', async () => {
    const { rejects } = await loadDump(dhan, compact);
    expect(rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [273_012, 'an index on an earlier line has the symbol CAPINS, too'],
    ]);
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({
      ...{ NSE: 9021, BSE: 13_248, NFO: 101_427, BFO: 42_397, CDS: 11_429, BCD: 12_733, MCX: 37_936, NCO: 44_642 },
      ...{ NSE_INDEX: 118, BSE_INDEX: 74, GLOBAL_INDEX: 1 },
    });
    expect(new Set(rows.map(keyOf)).size).toBe(273_026);
    const indices = rows.filter(({ type }) => type === 'INDEX').map(({ segment, symbol }) => `${segment} ${symbol}`);
    expect(new Set(indices).size).toBe(193);
    expect(rows.filter(({ isTest }) => isTest)).toHaveLength(41);
  }, 60_000);

  it('has the underlying of every contract of BSE, and no mnemonic', () => {
    const underlyings = new Set(rows.flatMap(({ segment, symbol }) => (segment === 'BFO' ? [symbol] : [])));
    for (const index of ['SENSEX', 'BANKEX', 'SENSEX50']) expect(underlyings.delete(index)).toBe(true);
    const shares = new Set(rows.flatMap(({ segment, symbol }) => (segment === 'NSE' || segment === 'BSE' ? [symbol] : [])));
    expect([...underlyings].filter((symbol) => !shares.has(symbol))).toEqual([]);
  });

  it('agrees with Upstox where it is of these days', () => {
    const { NSE, BSE, BFO, NFO, MCX } = differences(rows, others.map(told));
    // ARISINFRA is ARIS from that day on; the lot of one SME share
    expect(NSE).toEqual({ common: 8750, symbol: 1, lotSize: 1 });
    expect(BSE).toEqual({ common: 12_495, symbol: 4 });
    expect(BFO).toEqual({ common: 5457 });
    expect(NFO).toEqual({ common: 43_901, strike: 242 });
    expect(MCX).toEqual({ common: 34_067, lotSize: 26_073 });
  });

  it('differs in the names that BSE changed on those days', () => {
    const renamed = pairs.filter(({ ours, theirs }) => ours.segment === 'BSE' && ours.symbol !== theirs.symbol);
    expect(renamed.map(({ ours, theirs }) => `${theirs.symbol} ${ours.symbol}`).sort()).toEqual([
      'ARISINFRA ARIS',
      'MEGASOFT SIGMAADV',
      'SAVFI MANTRA',
      'TAVERNIER EFORU',
    ]);
  });

  it('has the strikes of GAIL after a dividend of 5.00', () => {
    const adjusted = pairs.filter(({ ours, theirs }) => ours.segment === 'NFO' && ours.strike !== theirs.strike);
    expect(countBy(adjusted.map(({ ours, theirs }) => `${ours.symbol} ${Number(theirs.strike) - Number(ours.strike)}`))).toEqual({
      'GAIL 5': 242,
    });
  });

  it('counts lots of MCX and NCO as 1', () => {
    const lots = rows.filter(({ segment }) => segment === 'MCX' || segment === 'NCO').map(({ lotSize }) => String(lotSize));
    expect(countBy(lots)).toEqual({ 1: 82_578 });
  });

  it('differs in NCO on three tokens that were free again', () => {
    const reused = pairs.filter(({ ours, theirs }) => ours.segment === 'NCO' && ours.expiry !== theirs.expiry);
    expect(pairs.filter(({ ours }) => ours.segment === 'NCO')).toHaveLength(44_209);
    expect(reused.map(({ theirs }) => theirs.expiry)).toEqual(['2026-02-05', '2026-02-05', '2026-02-05']);
  });

  it('is stale in CDS and BCD', () => {
    const state = ({ ours, theirs }: (typeof pairs)[number]) =>
      (ours.expiry ?? '') < day ? 'expired' : ours.expiry === theirs.expiry ? 'current' : 'another expiry';
    const states = (segment: string) => countBy(pairs.filter(({ ours }) => ours.segment === segment).map(state));
    expect(states('CDS')).toEqual({ expired: 6338, 'another expiry': 1032, current: 8 });
    expect(states('BCD')).toEqual({ expired: 1147 });
  });

  it('names indices as others do', async () => {
    const theirs = new Set((await loadDump(upstox, february)).rows.flatMap((row) => (row.type === 'INDEX' ? [row.symbol] : [])));
    const unknown = rows.filter(({ type, symbol }) => type === 'INDEX' && !theirs.has(symbol)).map(({ symbol }) => symbol);
    // what Upstox does not list
    expect(unknown.sort()).toEqual([
      ...['ALLCAP', 'CARBON', 'DOL100', 'DOL200', 'DOL30', 'GIFTNIFTY', 'GREENX', 'LRGCAP', 'MIDCAP', 'SMLCAP'],
    ]);
    expect(indexSymbol('GLOBAL_INDEX', 'GIFT NIFTY')).toBe('GIFTNIFTY');
  }, 60_000);

  it('calls a row of BSE what its ISIN and its group call it', async () => {
    const cash = (await loadDump(upstox, december)).rows.filter(({ segment }) => segment === 'BSE');
    const known = new Map(rows.map((row) => [keyOf(row), row.type]));
    expect(cash.filter((row) => row.type !== null && known.get(keyOf(row))).length).toBe(11_283);
    expect(differences(rows, cash.map(told)).BSE).not.toHaveProperty('type');
  }, 60_000);
});

describeWithData('Dhan’s detailed list of NSE’s shares of 2026-04-16', [detailed, nse], () => {
  it('gives every row, with what Upstox has of 2026-02-27', async () => {
    const { rows, rejects } = await loadDump(dhan, detailed);
    expect(rejects).toEqual([]);
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({ NSE: 9350, NSE_INDEX: 118, GLOBAL_INDEX: 1 });
    expect(new Set(rows.map(keyOf)).size).toBe(9469);
    expect(rows.filter(({ segment, isin, isTest }) => segment === 'NSE' && isin === null && !isTest)).toEqual([]);
    const others = (await loadDump(upstox, nse)).rows.filter(({ segment }) => segment === 'NSE');
    // seven weeks: faces split, names changed, ticks follow prices
    expect(differences(rows, others.map(told)).NSE).toEqual({ common: 8710, isin: 6, symbol: 2, lotSize: 1, tickSize: 187 });
  }, 60_000);
});

describeWithData('a detailed list without its header', [headless], () => {
  it('is refused', async () => {
    await expect(loadDump(dhan, headless)).rejects.toThrow(/not a Dhan dump/);
  });
});
