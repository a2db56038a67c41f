import type { Segment } from './segment';
import type { InstrumentType } from './values';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const digits = [...'0123456789'];

/** Series of debentures and bonds are numbered through: N0..NZ, then Y0..YZ, Z0..ZZ, then AA..AZ and BA..BX without what equity uses. */
const numbered = [
  ...['N', 'Y', 'Z'].flatMap((first) => [...digits, ...letters].map((second) => first + second)),
  ...letters.map((second) => `A${second}`),
  ...letters.map((second) => `B${second}`).filter((series) => !['BE', 'BL', 'BT', 'BZ'].includes(series)),
];

const types: ReadonlyArray<readonly [InstrumentType | null, readonly string[]]> = [
  // EQ holds shares and exchange-traded funds
  [null, ['EQ']],
  // BE, BZ, BL, BT: shares traded apart (surveillance, non-compliance, blocks); SM, ST, SZ, SO: SME; E1, X1 and so on: partly paid shares; IT, IL: institutional
  ['EQUITY', ['BE', 'BL', 'BT', 'BZ', 'SM', 'ST', 'SZ', 'SO', 'IT', 'IL', 'E1', 'E2', 'E3', 'X1', 'X2', 'X3']],
  // GB: sovereign gold bonds; GS: central, SG: state government; TB: treasury bills; D1, M1 and so on: debentures sold otherwise
  ['BOND', ['GB', 'GS', 'SG', 'TB', 'GC', 'D1', 'D2', 'D3', 'M1', 'M2', 'M3', ...numbered]],
  // IV: infrastructure trusts; RR: real estate trusts; MF, ME: closed-ended funds; SF: specialised funds
  ['FUND', ['IV', 'ID', 'RR', 'MF', 'ME', 'SF']],
  ['WARRANT', ['W1', 'W2', 'W3', 'W4']],
  // P1 and so on: preference shares; RL: retail debt market and values that cannot be traded
  ['OTHER', ['P1', 'P2', 'P3', 'RL']],
];

/** What each known NSE series holds (NSE's "legend of series" and the files of 2024 to 2026); null: shares and exchange-traded funds. */
export const nseSeries: ReadonlyMap<string, InstrumentType | null> = new Map(
  types.flatMap(([type, list]) => list.map((series) => [series, type] as const)),
);

/** `752HP39-SG` is 752HP39 in SG. Only a known series after the last hyphen counts: BAJAJ-AUTO, NAM-INDIA and PRESS-RE are whole. */
export function splitSeries(text: string): { symbol: string; series: string | null } {
  const hyphen = text.lastIndexOf('-');
  if (hyphen <= 0) return { symbol: text, series: null };
  const series = text.slice(hyphen + 1);
  return nseSeries.has(series) ? { symbol: text.slice(0, hyphen), series } : { symbol: text, series: null };
}

/** BSE groups that hold one type only. F holds bonds, notes and fund units, the others shares and exchange-traded funds. */
const bseGroups: ReadonlyMap<string, InstrumentType> = new Map([
  ['G', 'BOND'],
  ['IF', 'FUND'],
  ['E', 'ETF'],
  ['W', 'WARRANT'],
  ['R', 'OTHER'],
]);

/** Characters 8 and 9 of an Indian company's ISIN (NSDL's security types); what is missing is debt: debentures, notes, commercial paper. */
const isinTypes: ReadonlyMap<string, InstrumentType> = new Map([
  ['01', 'EQUITY'],
  ['02', 'EQUITY'],
  // preference shares
  ['03', 'OTHER'],
  ['04', 'OTHER'],
  ['13', 'WARRANT'],
  // rights entitlements
  ['20', 'OTHER'],
  // infrastructure and real estate trusts
  ['23', 'FUND'],
  ['25', 'FUND'],
]);

const exchangeTraded = /ETF|BEES\b|BETA\b/;
const assetManager = /AM[CL] ?-|\bETF\b/;
const rights = /-RE\d*$/;
/** Kite lists the running net asset value of each fund among NSE's shares: `GOLDBEINAV`. */
const indicativeValue = /INAV$/;

type CashRow = {
  readonly segment: Segment;
  readonly symbol: string;
  readonly series: string | null;
  readonly isin: string | null;
  readonly name: string | null;
};

/**
 * What a cash row is, as far as this row can tell; null when it cannot. A source with an ISIN and no series (Upstox's CSV)
 * and one with a series and no ISIN (Kite) do not contradict each other: where one cannot tell, it says null.
 */
export function typeOfCash({ segment, symbol, series, isin, name }: CashRow): InstrumentType | null {
  if (isin?.startsWith('INF')) return typeOfFund(segment, symbol, series, isin, name ?? '');
  if (isin?.startsWith('INE') || isin?.startsWith('IN9')) return isinTypes.get(isin.slice(7, 9)) ?? 'BOND';
  if (isin?.startsWith('IN')) return 'BOND';
  if (isin !== null) return null;
  if (segment === 'BSE') return (series && bseGroups.get(series)) || null;
  if (indicativeValue.test(symbol)) return 'UNDERLYING';
  if (rights.test(symbol)) return 'OTHER';
  if ((series === 'EQ' || series === 'BE') && name && assetManager.test(name)) return 'ETF';
  return (series && nseSeries.get(series)) || null;
}

/** ISINs of funds do not say whether the fund is traded like a share; the series does, and often the name. */
function typeOfFund(segment: Segment, symbol: string, series: string | null, isin: string, name: string): InstrumentType | null {
  // specialised investment funds, launched in 2025
  if (isin.slice(7, 9) === '30') return 'FUND';
  if (exchangeTraded.test(symbol) || exchangeTraded.test(name.toUpperCase())) return 'ETF';
  if (series === null) return null;
  return series === 'F' || (segment === 'NSE' && nseSeries.get(series) === 'FUND') ? 'FUND' : 'ETF';
}

/** The likeliest type of a cash row for which no source could tell: what a first listing has to write down. */
export function likelyTypeOfCash(isin: string | null): InstrumentType {
  return isin?.startsWith('INF') ? 'ETF' : 'EQUITY';
}
