import type { Contract, Listing } from '../listing';
import { byKind, compactSymbol, exchangeOf, instrumentName, pricedIn, side, withSeries, written } from '../text';
import { jsonArray, type Writer } from '../writer';

/** Paise, and of currencies ten millionths of a rupee; six places behind the point. */
function price({ segment }: Listing, decimal: string): string {
  const [whole, fraction = ''] = pricedIn(segment === 'CDS' ? 7 : 2, decimal).split('.');
  return `${whole}.${fraction.padEnd(6, '0')}`;
}

const element = (it: Listing, token: number, symbol: string, expiry: string, strike: string, kind: string) =>
  `{"token":"${token}","symbol":"${symbol}","name":"${it.symbol}","expiry":"${expiry}","strike":"${strike}","lotsize":"${it.lotSize ?? 1}",` +
  `"instrumenttype":"${kind}","exch_seg":"${kind === 'AMXIDX' ? exchangeOf(it) : it.segment}","tick_size":"${price(it, it.tickSize ?? '0')}"}`;

/** `NIFTY27JAN2624500CE`; BFO's are Kite's. */
function symbolOf(it: Contract): string {
  if (it.segment === 'BFO') return compactSymbol(it);
  const { dd, MON, yy } = written(it.expiry);
  return `${it.symbol}${dd}${MON}${yy}${it.strike ?? ''}${side(it)}`;
}

function contract(it: Contract): string {
  const { dd, MON, year } = written(it.expiry);
  return element(it, it.token, symbolOf(it), `${dd}${MON}${year}`, it.strike ? price(it, it.strike) : '-1.000000', instrumentName(it));
}

export const angel: Writer = {
  broker: 'angel',
  file: 'angel.json',
  packing: 'none',
  parts: [
    jsonArray(
      byKind(
        (it) => element(it, (it.segment === 'NSE_INDEX' ? 99_926_000 : 99_919_000) + it.token, it.name ?? '', '', '0.000000', 'AMXIDX'),
        (it) => element(it, it.token, it.segment === 'NSE' ? withSeries(it) : it.symbol, '', '-1.000000', ''),
        contract,
      ),
    ),
  ],
};
