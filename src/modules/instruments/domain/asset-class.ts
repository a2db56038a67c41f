import type { Segment } from './segment';
import type { InstrumentType } from './values';

export const assetClasses = ['equity', 'index', 'currency', 'commodity', 'debt', 'fund', 'other'] as const;
export type AssetClass = (typeof assetClasses)[number];

/** Indices with contracts of their own on NSE and BSE; any other underlying there is a share. */
const tradedIndices = new Set(['NIFTY', 'BANKNIFTY', 'FINNIFTY', 'MIDCPNIFTY', 'NIFTYNXT50', 'INDIAVIX', 'SENSEX', 'BANKEX', 'SENSEX50']);
/** USDINR, EURUSD and so on; the other underlyings of the currency segments are government bonds and bills (719GS2060, 91DTB). */
const currencyPair = /^[A-Z]{3}(INR|USD|JPY)$/;

const ofMarket = (segment: Segment, symbol: string): AssetClass => {
  switch (segment) {
    case 'NFO':
    case 'BFO':
      return tradedIndices.has(symbol) ? 'index' : 'equity';
    case 'CDS':
    case 'BCD':
      return currencyPair.test(symbol) ? 'currency' : 'debt';
    case 'MCX':
    case 'NCO':
    case 'NCDEX':
      return 'commodity';
    case 'NSE':
    case 'BSE':
    case 'XNAS':
    case 'XNYS':
    case 'XASE':
    case 'ARCX':
    case 'BATS':
    case 'IEXG':
      return 'equity';
    case 'NSE_INDEX':
    case 'BSE_INDEX':
    case 'MCX_INDEX':
    case 'NCDEX_INDEX':
    case 'GLOBAL_INDEX':
      return 'index';
  }
};

/** What price moves an instrument: of a contract its underlying's. `symbol` is the underlying's for a contract. */
export function assetClassOf(type: InstrumentType, segment: Segment, symbol: string): AssetClass {
  switch (type) {
    case 'FUTURE':
    case 'OPTION':
    case 'UNDERLYING':
      return ofMarket(segment, symbol);
    case 'EQUITY':
    case 'WARRANT':
      return 'equity';
    case 'ETF':
    case 'FUND':
      return 'fund';
    case 'INDEX':
      return 'index';
    case 'CURRENCY':
      return 'currency';
    case 'BOND':
      return 'debt';
    case 'OTHER':
      return 'other';
  }
}
