import type { Contract, Listing } from '../listing';
import { byKind, compactSymbol, exchangeOf, float, instrumentName, written } from '../text';
import { csv, type Writer } from '../writer';

/** Small ones with an exponent: `1.0E-4`. */
const tick = ({ tickSize }: Listing) => (Number(tickSize) < 0.001 ? `${Number(tickSize) * 10_000}.0E-4` : tickSize);

function cash(it: Listing): string {
  const listed = it.segment === 'NSE' && it.series !== 'EQ' ? `${it.symbol}-${it.series}` : it.symbol;
  return `${it.token}_${it.segment},${it.isin},${listed},${it.name},,,${tick(it)},${it.lotSize},,${it.series},EQUITY,${it.segment},${it.isin},,,,1,false,`;
}

function contract(it: Contract): string {
  const { dd, MON, yy } = written(it.expiry);
  const symbol = compactSymbol(it);
  return (
    `${it.token}_${it.segment},${symbol},${it.symbol},${symbol},${dd}/${MON}/${yy},${float(it.strike ?? '0')},${tick(it)},${it.lotSize},` +
    `${it.optionType ?? 'XX'},,${instrumentName(it)},${it.segment},,,,,${it.on === 'currency' ? it.multiplier : 1},false,`
  );
}

export const nuvama: Writer = {
  broker: 'nuvama',
  file: 'nuvama.csv',
  packing: 'none',
  parts: [
    csv(
      'exchangetoken,tradingsymbol,symbolname,description,expiry,strikeprice,ticksize,lotsize,optiontype,series,assettype,exchange,isin,' +
        'qtyunits,prcunits,prcqtn,multiplier,asmgsmflag,asmgsmmsg',
      byKind((it) => `-${it.token},${it.name},${it.name},${it.name},,,,,,,INDEX,${exchangeOf(it)},,,,,1,false,`, cash, contract),
    ),
  ],
};
