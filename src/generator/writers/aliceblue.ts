import type { Contract, Listing, Market } from '../listing';
import { isContract } from '../listing';
import { compactSymbol, exchangeOf, instrumentName, withSeries, written } from '../text';
import { csv, type Part, type Writer } from '../writer';

const cashHeader =
  'Exch,Exchange Segment,Group Name,Symbol,Token,Instrument Type,Instrument Name,Formatted Ins Name,Trading Symbol,Lot Size,Tick Size';
const contractHeader =
  'Exch,Exchange Segment,Symbol,Token,Instrument Type,Option Type,Strike Price,Instrument Name,Formatted Ins Name,Trading Symbol,' +
  'Expiry Date,Lot Size,Tick Size';

const cash = (segment: 'NSE' | 'BSE'): Part =>
  csv(
    cashHeader,
    (it) =>
      `${segment},${segment.toLowerCase()}_cm,${it.series ?? ''},${it.symbol},${it.token},0,${it.name ?? ''},${it.symbol},` +
      `${segment === 'NSE' ? withSeries(it) : it.symbol},${it.lotSize},${it.tickSize}`,
    [segment],
    `${segment}.csv`,
  );

/** `NIFTY27JAN26F`, `NIFTY27JAN26C24500`, MCX `ZINC27JAN26`; BSE's are Kite's. */
function tradingSymbol(it: Contract): string {
  if (it.segment === 'BFO') return compactSymbol(it);
  const { dd, MON, yy } = written(it.expiry);
  const end = it.strike ? `${it.optionType === 'CE' ? 'C' : 'P'}${it.strike}` : it.segment === 'MCX' ? '' : 'F';
  return `${it.symbol}${dd}${MON}${yy}${end}`;
}

/** BSE has types of its own: an index or a share, a future or an option. */
const typeOf = (it: Contract) =>
  it.segment === 'BFO' ? `${it.on === 'index' ? 'I' : 'S'}${it.optionType ? 'O' : 'F'}` : instrumentName(it);

/** The formatted name lacks the year of the expiry. */
function contract(it: Contract, place: string): string {
  const { MON } = written(it.expiry);
  return (
    `${it.segment},${place},${it.symbol},${it.token},${typeOf(it)},${it.optionType ?? 'XX'},${it.strike ?? '-1'},${it.symbol},` +
    `${it.symbol} ${MON} ${it.strike ? `${it.strike} ${it.optionType}` : 'FUT'},${tradingSymbol(it)},${it.expiry},${it.lotSize},${it.tickSize}`
  );
}

const contracts = (segment: Market, place: string): Part =>
  csv(contractHeader, (it: Listing) => (isContract(it) ? contract(it, place) : ''), [segment], `${segment}.csv`);

/** A file for each exchange, as it publishes them, in one zip. */
export const aliceblue: Writer = {
  broker: 'aliceblue',
  file: 'aliceblue.zip',
  packing: 'zip',
  parts: [
    cash('NSE'),
    cash('BSE'),
    contracts('NFO', 'nse_fo'),
    contracts('BFO', 'bse_fo'),
    contracts('CDS', 'cde_fo'),
    contracts('MCX', 'mcx_fo'),
    csv('symbol,exch,token', (it) => `${it.name},${exchangeOf(it)},${25_999 + it.token}`, ['NSE_INDEX', 'BSE_INDEX'], 'INDICES.csv'),
  ],
};
