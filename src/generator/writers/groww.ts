import type { Contract, Listing, Market } from '../listing';
import { byKind, compactSymbol, exchangeOf, side, written } from '../text';
import { csv, type Writer } from '../writer';

/** Groww has no currencies. */
const segments: readonly Market[] = ['NSE_INDEX', 'BSE_INDEX', 'NSE', 'BSE', 'NFO', 'BFO', 'MCX'];

function contract(it: Contract): string {
  const { dd, month, yy } = written(it.expiry);
  const symbol = compactSymbol(it);
  const own = [exchangeOf(it), it.symbol, `${dd}${month}${yy}`, ...(it.strike ? [it.strike] : []), side(it)].join('-');
  // the least that is frozen
  const frozen = it.segment === 'NFO' && it.freezeQuantity ? it.freezeQuantity + 1 : '';
  return (
    `${exchangeOf(it)},${it.token},${symbol},${own},,${side(it)},${it.segment === 'MCX' ? 'COMMODITY' : 'FNO'},,,${it.symbol},,${it.expiry},` +
    `${it.strike ?? '-0.01'},${it.lotSize},${it.tickSize},${frozen},0,1,1,${symbol},0`
  );
}

const cash = (it: Listing) =>
  `${it.segment},${it.token},${it.symbol},${it.segment}-${it.symbol},${it.name},EQ,CASH,${it.series},${it.isin},,,,,${it.lotSize},${it.tickSize},,,1,1,${it.symbol},1`;

export const groww: Writer = {
  broker: 'groww',
  file: 'groww.csv',
  packing: 'none',
  parts: [
    csv(
      'exchange,exchange_token,trading_symbol,groww_symbol,name,instrument_type,segment,series,isin,underlying_symbol,underlying_exchange_token,' +
        'expiry_date,strike_price,lot_size,tick_size,freeze_quantity,is_reserved,buy_allowed,sell_allowed,internal_trading_symbol,is_intraday',
      byKind(
        // its symbol stands for the token and the ISIN, too
        (it) =>
          `${exchangeOf(it)},${it.symbol},${it.symbol},${exchangeOf(it)}-${it.symbol},${it.name},IDX,CASH,,${it.symbol},,,,,,,,,0,0,,0`,
        cash,
        contract,
      ),
      segments,
    ),
  ],
};
