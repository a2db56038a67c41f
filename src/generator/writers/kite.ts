import type { Listing } from '../listing';
import { byKind, compactSymbol, exchangeOf, float, side } from '../text';
import { csv, type Writer } from '../writer';

/** The low byte of Kite's token is its feed's number of the segment. */
const feeds = { NSE: 1, NFO: 2, CDS: 3, BSE: 4, BFO: 5, MCX: 7, NSE_INDEX: 9, BSE_INDEX: 9 };

/** Kite's own numbers of indices: 1001 and so on, BSE's apart. */
const numberOf = ({ segment, token }: Listing) => (segment === 'NSE_INDEX' ? 1000 : segment === 'BSE_INDEX' ? 200 : 0) + token;
const tokens = (listing: Listing) => `${numberOf(listing) * 256 + feeds[listing.segment]},${numberOf(listing)}`;

const index = (it: Listing) => `${tokens(it)},${it.name},${it.name},0.0,,0.0,0.0,0,EQ,INDICES,${exchangeOf(it)}`;

function cash(it: Listing): string {
  const symbol = it.segment === 'NSE' && it.series !== 'EQ' ? `${it.symbol}-${it.series}` : it.symbol;
  return `${tokens(it)},${symbol},${it.name},0.0,,0.0,${it.tickSize},${it.lotSize},EQ,${it.segment},${it.segment}`;
}

export const kite: Writer = {
  broker: 'kite',
  file: 'kite.csv',
  packing: 'none',
  parts: [
    csv(
      'instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange',
      byKind(
        index,
        cash,
        (it) =>
          `${tokens(it)},${compactSymbol(it)},${it.symbol},0.0,${it.expiry},${float(it.strike ?? '0')},${it.tickSize},${it.lotSize},${side(it)},` +
          `${it.segment}-${it.optionType ? 'OPT' : 'FUT'},${it.segment}`,
      ),
    ),
  ],
};
