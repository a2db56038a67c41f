import type { Segment } from '../../instruments';
import type { DumpRow } from '../domain/dump-row';

/**
 * A catalogue for a first look, written by hand: indices, shares and exchange-traded funds whose tokens, symbols, ISINs, series and
 * groups did not change from 2024 to 2026, so that real files of any day load on top of it. Contracts would expire; there are none.
 */

/** Earlier than any dump: whatever a real file says is said later. */
export const sampleDay = '2000-01-03';

export type SampleBroker = 'kite' | 'upstox';

type Index = {
  readonly segment: 'NSE_INDEX' | 'BSE_INDEX';
  readonly symbol: string;
  /** Behind the bar of Upstox's `instrument_key`, letter by letter; it names the index, too. */
  readonly upstox: string;
  /** Kite's `exchange_token`; null: Kite's token of it is not known here. */
  readonly kite: number | null;
};

const nseIndices = [
  ['NIFTY', 'Nifty 50', 1001],
  ['NIFTYNXT50', 'Nifty Next 50', 1058],
  ['NIFTY100', 'Nifty 100', 1018],
  ['NIFTY200', 'Nifty 200', 1033],
  ['NIFTY500', 'Nifty 500', 1047],
  ['NIFTYMIDCAP50', 'Nifty Midcap 50', 1019],
  ['NIFTYMIDCAP100', 'NIFTY MIDCAP 100', 1003],
  ['NIFTYMIDCAP150', 'NIFTY MIDCAP 150', 1040],
  ['NIFTYSMLCAP100', 'NIFTY SMLCAP 100', 1043],
  ['NIFTYSMLCAP250', 'NIFTY SMLCAP 250', 1044],
  ['MIDCPNIFTY', 'NIFTY MID SELECT', 1125],
  ['BANKNIFTY', 'Nifty Bank', 1016],
  ['FINNIFTY', 'Nifty Fin Service', 1007],
  ['NIFTYPSUBANK', 'Nifty PSU Bank', 1027],
  ['NIFTYPVTBANK', 'Nifty Pvt Bank', 1059],
  ['NIFTYAUTO', 'Nifty Auto', 1029],
  ['NIFTYENERGY', 'Nifty Energy', 1022],
  ['NIFTYFMCG', 'Nifty FMCG', 1023],
  ['NIFTYHEALTHCARE', 'NIFTY HEALTHCARE', 1127],
  ['NIFTYINFRA', 'Nifty Infra', 1021],
  ['NIFTYIT', 'Nifty IT', 1015],
  ['NIFTYMEDIA', 'Nifty Media', 1031],
  ['NIFTYMETAL', 'Nifty Metal', 1030],
  ['NIFTYOILANDGAS', 'NIFTY OIL AND GAS', 1129],
  ['NIFTYPHARMA', 'Nifty Pharma', 1025],
  ['NIFTYREALTY', 'Nifty Realty', 1020],
  ['INDIAVIX', 'India VIX', 1035],
] as const;

const bseIndices = [
  ['SENSEX', 'SENSEX', 1],
  ['SENSEX50', 'SENSEX50', null],
  ['BANKEX', 'BANKEX', null],
  ['BSE100', 'BSE100', null],
  ['BSE200', 'BSE200', null],
  ['BSE500', 'BSE500', null],
] as const;

export const sampleIndices: readonly Index[] = [
  ...nseIndices.map(([symbol, upstox, kite]) => ({ segment: 'NSE_INDEX', symbol, upstox, kite }) as const),
  ...bseIndices.map(([symbol, upstox, kite]) => ({ segment: 'BSE_INDEX', symbol, upstox, kite }) as const),
];

/** Listed on both exchanges: series EQ on NSE, a group on BSE, the same symbol. */
type Security = {
  readonly type: 'EQUITY' | 'ETF';
  readonly symbol: string;
  readonly isin: string;
  /** NSE's token. */
  readonly nse: number;
  /** BSE's scrip code. */
  readonly bse: number;
  readonly group: string;
  readonly name: string;
};

/** Symbol, ISIN, NSE token, BSE scrip code (all of group A), name. */
const shares = [
  ['ADANIENT', 'INE423A01024', 25, 512599, 'Adani Enterprises'],
  ['ADANIPORTS', 'INE742F01042', 15083, 532921, 'Adani Ports and Special Economic Zone'],
  ['APOLLOHOSP', 'INE437A01024', 157, 508869, 'Apollo Hospitals Enterprise'],
  ['ASIANPAINT', 'INE021A01026', 236, 500820, 'Asian Paints'],
  ['AXISBANK', 'INE238A01034', 5900, 532215, 'Axis Bank'],
  ['BAJAJ-AUTO', 'INE917I01010', 16669, 532977, 'Bajaj Auto'],
  ['BEL', 'INE263A01024', 383, 500049, 'Bharat Electronics'],
  ['BHARTIARTL', 'INE397D01024', 10604, 532454, 'Bharti Airtel'],
  ['BPCL', 'INE029A01011', 526, 500547, 'Bharat Petroleum Corporation'],
  ['CIPLA', 'INE059A01026', 694, 500087, 'Cipla'],
  ['COALINDIA', 'INE522F01014', 20374, 533278, 'Coal India'],
  ['DIVISLAB', 'INE361B01024', 10940, 532488, 'Divi’s Laboratories'],
  ['EICHERMOT', 'INE066A01021', 910, 505200, 'Eicher Motors'],
  ['GAIL', 'INE129A01019', 4717, 532155, 'GAIL (India)'],
  ['GRASIM', 'INE047A01021', 1232, 500300, 'Grasim Industries'],
  ['HCLTECH', 'INE860A01027', 7229, 532281, 'HCL Technologies'],
  ['HDFCBANK', 'INE040A01034', 1333, 500180, 'HDFC Bank'],
  ['HDFCLIFE', 'INE795G01014', 467, 540777, 'HDFC Life Insurance Company'],
  ['HEROMOTOCO', 'INE158A01026', 1348, 500182, 'Hero MotoCorp'],
  ['HINDALCO', 'INE038A01020', 1363, 500440, 'Hindalco Industries'],
  ['HINDUNILVR', 'INE030A01027', 1394, 500696, 'Hindustan Unilever'],
  ['ICICIBANK', 'INE090A01021', 4963, 532174, 'ICICI Bank'],
  ['INDIGO', 'INE646L01027', 11195, 539448, 'InterGlobe Aviation'],
  ['INDUSINDBK', 'INE095A01012', 5258, 532187, 'IndusInd Bank'],
  ['INFY', 'INE009A01021', 1594, 500209, 'Infosys'],
  ['IOC', 'INE242A01010', 1624, 530965, 'Indian Oil Corporation'],
  ['ITC', 'INE154A01025', 1660, 500875, 'ITC'],
  ['JSWSTEEL', 'INE019A01038', 11723, 500228, 'JSW Steel'],
  ['LT', 'INE018A01030', 11483, 500510, 'Larsen & Toubro'],
  ['M&M', 'INE101A01026', 2031, 500520, 'Mahindra & Mahindra'],
  ['MARUTI', 'INE585B01010', 10999, 532500, 'Maruti Suzuki India'],
  ['ONGC', 'INE213A01029', 2475, 500312, 'Oil and Natural Gas Corporation'],
  ['RELIANCE', 'INE002A01018', 2885, 500325, 'Reliance Industries'],
  ['SBILIFE', 'INE123W01016', 21808, 540719, 'SBI Life Insurance Company'],
  ['SBIN', 'INE062A01020', 3045, 500112, 'State Bank of India'],
  ['SUNPHARMA', 'INE044A01036', 3351, 524715, 'Sun Pharmaceutical Industries'],
  ['TATACONSUM', 'INE192A01025', 3432, 500800, 'Tata Consumer Products'],
  ['TATASTEEL', 'INE081A01020', 3499, 500470, 'Tata Steel'],
  ['TCS', 'INE467B01029', 11536, 532540, 'Tata Consultancy Services'],
  ['TECHM', 'INE669C01036', 13538, 532755, 'Tech Mahindra'],
  ['TITAN', 'INE280A01028', 3506, 500114, 'Titan Company'],
  ['TRENT', 'INE849A01020', 1964, 500251, 'Trent'],
  ['ULTRACEMCO', 'INE481G01011', 11532, 532538, 'UltraTech Cement'],
  ['WIPRO', 'INE075A01022', 3787, 507685, 'Wipro'],
] as const;

/** Symbol, ISIN, NSE token, BSE scrip code, BSE group, name. */
const funds = [
  ['BANKBEES', 'INF204KB15I9', 11439, 590106, 'B', 'Nippon India ETF Nifty Bank BeES'],
  ['CPSEETF', 'INF457M01133', 2328, 538057, 'A', 'CPSE ETF'],
  ['GOLDBEES', 'INF204KB17I5', 14428, 590095, 'E', 'Nippon India ETF Gold BeES'],
  ['ICICIB22', 'INF109KB15Y7', 522, 540787, 'A', 'Bharat 22 ETF'],
  ['JUNIORBEES', 'INF732E01045', 10939, 590104, 'B', 'Nippon India ETF Nifty Next 50 Junior BeES'],
  ['LIQUIDBEES', 'INF732E01037', 11006, 590096, 'F', 'Nippon India ETF Nifty 1D Rate Liquid BeES'],
  ['MON100', 'INF247L01AP3', 22739, 533385, 'E', 'Motilal Oswal Nasdaq 100 ETF'],
  ['NIFTYBEES', 'INF204KB14I2', 10576, 590103, 'B', 'Nippon India ETF Nifty 50 BeES'],
  ['PSUBNKBEES', 'INF204KB16I7', 15032, 590108, 'B', 'Nippon India ETF Nifty PSU Bank BeES'],
  ['SETFNIF50', 'INF200KA1FS1', 10176, 590138, 'B', 'SBI Nifty 50 ETF'],
] as const;

export const sampleSecurities: readonly Security[] = [
  ...shares.map(([symbol, isin, nse, bse, name]) => ({ type: 'EQUITY', symbol, isin, nse, bse, group: 'A', name }) as const),
  ...funds.map(([symbol, isin, nse, bse, group, name]) => ({ type: 'ETF', symbol, isin, nse, bse, group, name }) as const),
];

/** The low byte of Kite's `instrument_token`; the exchange token stands above it. */
const kiteFeed = { NSE: 1, BSE: 4, NSE_INDEX: 9, BSE_INDEX: 9 } as const satisfies Partial<Record<Segment, number>>;

const kiteToken = (segment: keyof typeof kiteFeed, exchangeToken: number) => String(exchangeToken * 256 + kiteFeed[segment]);

/** What the broker's own file would say of the catalogue, in the order of the catalogue. */
export function sampleRows(broker: SampleBroker): DumpRow[] {
  const rows = [
    ...sampleIndices.flatMap((index) => indexRow(broker, index) ?? []),
    ...sampleSecurities.flatMap((one) => cashRows(broker, one)),
  ];
  return rows.map((row, at) => ({ line: at + 1, ...row }));
}

type Row = Omit<DumpRow, 'line'>;

const plain = { expiry: null, strike: null, optionType: null, freezeQuantity: null, multiplier: null, isTest: false } as const;

function indexRow(broker: SampleBroker, { segment, symbol, upstox, kite }: Index): Row | null {
  const index = {
    ...plain,
    segment,
    symbol,
    type: 'INDEX',
    name: upstox,
    isin: null,
    series: null,
    lotSize: null,
    tickSize: null,
  } as const;
  if (broker === 'upstox') return { ...index, exchangeToken: upstox, token: `${segment}|${upstox}`, brokerSymbol: upstox };
  if (kite === null) return null;
  return { ...index, exchangeToken: String(kite), token: kiteToken(segment, kite), brokerSymbol: upstox.toUpperCase() };
}

/** Both brokers' rows carry ISIN and group, which Kite's file leaves out: the two say the same of one listing. */
function cashRows(broker: SampleBroker, { type, symbol, isin, nse, bse, group, name }: Security): Row[] {
  const row = (segment: 'NSE' | 'BSE', exchangeToken: number, series: string): Row => ({
    ...plain,
    segment,
    symbol,
    type,
    name,
    isin,
    series,
    lotSize: 1,
    tickSize: '0.05',
    exchangeToken: String(exchangeToken),
    token: broker === 'kite' ? kiteToken(segment, exchangeToken) : `${segment}_EQ|${isin}`,
    brokerSymbol: symbol,
  });
  return [row('NSE', nse, 'EQ'), row('BSE', bse, group)];
}
