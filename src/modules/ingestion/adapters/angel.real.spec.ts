import { describeWithData } from '../../../../test/support/data';
import { countBy, differences, keyOf, loadDump, loadPlainCsv } from '../../../../test/support/load-dump';
import { decimal } from '../../instruments';
import { writtenDay } from './adapter';
import { angel } from './angel';
import { kite } from './kite';
import { upstox } from './upstox';

const [september, october] = ['angel/2025-09-18_instrument_master.json.gz', 'angel/2025-10-29_instrument_list.json.gz'];

/** `ACMETEA-BE` of NSE without its series; blanks as keys write them. */
const plainSymbol = (exchange: string, symbol: string, series: string) =>
  (exchange === 'NSE' && symbol.endsWith(`-${series}`) ? symbol.slice(0, -series.length - 1) : symbol).replaceAll(' ', '-');

const plainSide = (text = '') => (text === 'CE' || text === 'PE' ? text : null);

/** A decimal above 0, also one written as `1.0E-4`. */
function plainNumber(text: string): string | null {
  const value = decimal(text.includes('E') ? Number(text).toFixed(7) : text);
  return value === '0' ? null : value;
}

describeWithData('Angel One’s file of 2025-09-18', [september], () => {
  it('gives every row, one for each token, all types and the tests among them', async () => {
    const { rows, rejects } = await loadDump(angel, september);
    expect(rejects).toEqual([]);
    expect(countBy(rows.map(({ segment }) => segment))).toEqual({
      ...{ NSE: 8457, BSE: 12_401, NFO: 31_400, BFO: 37_596, CDS: 9977, MCX: 17_997, NCO: 11_175, NCDEX: 1350 },
      ...{ NSE_INDEX: 57, BSE_INDEX: 40, MCX_INDEX: 17, NCDEX_INDEX: 6 },
    });
    expect(new Set(rows.map(keyOf)).size).toBe(130_473);
    expect(countBy(rows.map(({ type }) => String(type)))).toEqual({
      ...{ OPTION: 107_006, FUTURE: 1832, INDEX: 120, UNDERLYING: 661 },
      ...{ null: 14_655, BOND: 5249, EQUITY: 714, FUND: 231, OTHER: 3, WARRANT: 2 },
    });
    expect(rows.filter(({ isTest }) => isTest)).toHaveLength(43);
    // 360ONE, whose name is blank
    expect(rows.filter(({ segment, symbol }) => segment === 'BFO' && symbol === '360ONE')).toHaveLength(139);
  }, 60_000);
});

describeWithData('Angel One’s file of 2025-10-29', [october], () => {
  it('gives every row, one for each token', async () => {
    const { rows, rejects } = await loadDump(angel, october);
    expect([rows.length, rejects.length, new Set(rows.map(keyOf)).size]).toEqual([160_161, 0, 160_161]);
  }, 60_000);
});

const nuvama = 'nuvama/2025-09-17_instruments.zip';
describeWithData('Angel One and Nuvama, whose file of the day before is the same day’s', [september, nuvama], () => {
  it('agree on every contract, its lot and its tick, and on every share', async () => {
    const { rows } = await loadDump(angel, september);
    const theirs = (await loadPlainCsv(nuvama)).map((row) => {
      const { exchangetoken = '', exchange = '', symbolname = '', series = '', expiry = '', optiontype = '' } = row;
      const [token = ''] = exchangetoken.split('_');
      return {
        key: `${exchange} ${token}`,
        // an option of NCDEX is on a future, and Nuvama names that: GUARGUM520JAN2026
        ...(exchange === 'NCDEX' && plainSide(optiontype) ? {} : { symbol: plainSymbol(exchange, symbolname, series) }),
        series: series || null,
        expiry: writtenDay(expiry),
        strike: plainNumber(row.strikeprice ?? ''),
        optionType: plainSide(optiontype),
        lotSize: Number(row.lotsize),
        tickSize: plainNumber(row.ticksize ?? ''),
      };
    });
    expect(differences(rows, theirs)).toEqual({
      ...{ NSE: { common: 5757 }, BSE: { common: 10_864 }, NFO: { common: 31_382 }, BFO: { common: 37_596 } },
      ...{ CDS: { common: 7526 }, MCX: { common: 17_599 }, NCDEX: { common: 1194 } },
    });
  }, 60_000);
});

const fyers = 'fyers/2025-09-25_MCX_COM.csv.gz';
describeWithData('Angel One and Fyers on MCX, a week apart', [september, fyers], () => {
  it('agree on every contract, but Fyers gives 1 for every lot', async () => {
    const { rows } = await loadDump(angel, september);
    const theirs = (await loadPlainCsv(fyers, false)).map((row) => ({
      key: `MCX ${row[12]}`,
      symbol: row[13] ?? '',
      strike: plainNumber(row[15] ?? ''),
      optionType: plainSide(row[16]),
      tickSize: plainNumber(row[4] ?? ''),
      lotSize: Number(row[3]),
    }));
    expect(differences(rows, theirs)).toEqual({ MCX: { common: 15_191, lotSize: 9009 } });
  }, 60_000);
});

const shoonya = 'shoonya/2025-10-23_NFO_symbols.txt.zip';
describeWithData('Angel One and Shoonya on NFO, some days apart', [october, shoonya], () => {
  it('agree on every contract, but for the renamed TATAMOTORS and what its new tokens were before', async () => {
    const { rows } = await loadDump(angel, october);
    const theirs = (await loadPlainCsv(shoonya)).map((row) => ({
      key: `NFO ${row.Token}`,
      symbol: row.Symbol === 'TATAMOTORS' ? 'TMPV' : (row.Symbol ?? ''),
      expiry: writtenDay(row.Expiry ?? ''),
      strike: plainNumber(row.StrikePrice ?? ''),
      optionType: plainSide(row.OptionType),
      lotSize: Number(row.LotSize),
      tickSize: plainNumber(row.TickSize ?? ''),
    }));
    // 12 tokens of NIFTY options that expired on 2025-10-07 are TMPV's on 10-28
    expect(differences(rows, theirs)).toEqual({ NFO: { common: 37_163, symbol: 12, expiry: 12, strike: 12, lotSize: 12 } });
  }, 60_000);
});

const [kiteNse, upstoxComplete] = ['kite/2025-10-22_NSE.csv', 'upstox/2025-12-09a_complete.json.gz'];
describeWithData('Angel One, Kite and Upstox weeks apart', [october, kiteNse, upstoxComplete], () => {
  it('agree with Kite on all shares, but for three renames and one lot', async () => {
    const { rows } = await loadDump(angel, october);
    const others = (await loadDump(kite, kiteNse)).rows.map((row) => ({
      ...{ key: keyOf(row), symbol: row.symbol, series: row.series, type: row.type, lotSize: row.lotSize, tickSize: row.tickSize },
    }));
    expect(differences(rows, others)).toEqual({ NSE: { common: 8249, symbol: 3, lotSize: 1 } });
  }, 60_000);

  it('agree with Upstox on all contracts of MCX and BFO', async () => {
    const { rows } = await loadDump(angel, october);
    const others = (await loadDump(upstox, upstoxComplete)).rows
      .filter(({ segment }) => segment === 'MCX' || segment === 'BFO')
      .map(({ symbol, type, expiry, strike, optionType, lotSize, tickSize, ...row }) => ({
        ...{ key: keyOf({ symbol, type, expiry, strike, optionType, lotSize, tickSize, ...row }) },
        ...{ symbol, type, expiry, strike, optionType, lotSize, tickSize },
      }));
    expect(differences(rows, others)).toEqual({ MCX: { common: 24_226 }, BFO: { common: 2878 } });
  }, 60_000);

  it('have the same symbol for every index of NSE, and of BSE but for five that the others do not have', async () => {
    const { rows } = await loadDump(angel, october);
    const known = new Set((await loadDump(upstox, upstoxComplete)).rows.map(({ segment, symbol }) => `${segment} ${symbol}`));
    const unknown = rows.filter(
      ({ segment, symbol }) => (segment === 'NSE_INDEX' || segment === 'BSE_INDEX') && !known.has(`${segment} ${symbol}`),
    );
    expect(unknown.map(({ symbol }) => symbol).sort()).toEqual(['CARBON', 'DOL100', 'DOL200', 'DOL30', 'GREENX']);
  }, 60_000);
});
