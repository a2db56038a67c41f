import type { Contract, Listing, Market } from '../listing';
import { byKind, compactSymbol, exchangeOf, instrumentName, pricedIn, side, withSeries, written } from '../text';
import { csv, type Writer } from '../writer';

const segments: Readonly<Record<Market, string>> = {
  ...{ NSE: 'nse_cm', BSE: 'bse_cm', NFO: 'nse_fo', BFO: 'bse_fo', CDS: 'cde_fo', MCX: 'mcx_fo' },
  ...{ NSE_INDEX: 'nse_cm', BSE_INDEX: 'bse_cm' },
};

/** NSE's contracts count seconds from 1980 and end at 14:30, the others' from 1970. */
const seconds = ({ segment, expiry }: Contract) =>
  written(expiry).midnight + 52_200 - (segment === 'BFO' || segment === 'MCX' ? 0 : 315_513_000);

/** Paise; of currencies two places more. */
const places = ({ segment }: Listing) => (segment === 'CDS' ? 4 : 2);
const price = (it: Listing, decimal: string | null) => (decimal === null ? '-1' : pricedIn(places(it), decimal));

/** `NIFTY26JAN24500CE`; MCX `GOLDM27JAN26148500CE`. */
function symbolOf(it: Contract): string {
  const { dd, MON, yy } = written(it.expiry);
  return it.segment === 'MCX' ? `${it.symbol}${dd}${MON}${yy}${it.strike ?? ''}${side(it)}` : compactSymbol(it);
}

const row = (it: Listing, token: number, group: string, kind: string, symbol: string, option: string, expiry: string) =>
  `${token},${group},${segments[it.segment]},${kind},${it.symbol},${symbol},${option},,${it.isin ?? ''},,${it.name ?? ''},` +
  `${price(it, it.tickSize ?? '0.05')},${it.lotSize ?? 1},${expiry},,${places(it)},${price(it, it.strike)},${exchangeOf(it)},${expiry},`;

export const kotak: Writer = {
  broker: 'kotak',
  file: 'kotak.csv',
  packing: 'none',
  parts: [
    csv(
      'pSymbol,pGroup,pExchSeg,pInstType,pSymbolName,pTrdSymbol,pOptionType,pScripRefKey,pISIN,pAssetCode,pDesc,dTickSize ,lLotSize,lExpiryDate ,' +
        'lMultiplier ,lPrecision,dStrikePrice;,pExchange,pExpiryDate,iBoardLotQty ',
      byKind(
        (it) => row(it, 25_999 + it.token, '', '', it.symbol, '', '-1'),
        (it) => row(it, it.token, it.series ?? '', it.series ?? '', it.segment === 'NSE' ? withSeries(it) : it.symbol, '', '-1'),
        (it) => row(it, it.token, '', instrumentName(it), symbolOf(it), it.optionType ?? 'XX', String(seconds(it))),
      ),
    ),
  ],
};
