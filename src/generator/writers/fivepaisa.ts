import type { Contract, Listing, Market } from '../listing';
import { byKind, exchangeOf, written } from '../text';
import { csv, type Writer } from '../writer';

const types: Readonly<Record<Market, string>> = {
  ...{ NSE: 'C', BSE: 'C', NSE_INDEX: 'C', BSE_INDEX: 'C', NFO: 'D', BFO: 'D', CDS: 'U', MCX: 'D' },
};
const begin = (it: Listing, code: number) => `${exchangeOf(it).charAt(0)},${types[it.segment]},${code}`;

const cash = (it: Listing, code: number, series: string) =>
  `${begin(it, code)},${it.symbol},1980-01-01 00:00:00,EQ,0,${it.name},${it.tickSize ?? '0.05'},${it.lotSize ?? 1},0,1,` +
  `${it.kind === 'INDEX' ? it.name : it.symbol},Y,${it.isin ?? ''},${it.symbol}_EQ,${series}`;

function contract(it: Contract): string {
  const { dd, month, year } = written(it.expiry);
  const name = `${it.symbol} ${dd} ${month} ${year}${it.strike ? ` ${it.optionType} ${it.strike}` : ''}`;
  return (
    `${begin(it, it.token)},${name},${it.expiry} 14:30:00,${it.optionType ?? 'XX'},${it.strike ?? '0'},${name},${it.tickSize},${it.lotSize},0,` +
    `${it.on === 'currency' ? it.multiplier : 1},${it.symbol},N,,${it.symbol}_${it.expiry},XX`
  );
}

export const fivepaisa: Writer = {
  broker: 'fivepaisa',
  file: 'fivepaisa.csv',
  packing: 'none',
  parts: [
    csv(
      'Exch,ExchType,ScripCode,Name,Expiry,ScripType,StrikeRate,FullName,TickSize,LotSize,QtyLimit,Multiplier,SymbolRoot,BOCOAllowed,ISIN,ScripData,Series',
      byKind(
        // codes beyond the exchanges' own
        (it) => cash(it, (it.segment === 'NSE_INDEX' ? 999_920_000 : 999_900) + it.token, 'EQ'),
        (it) => cash(it, it.token, it.series ?? ''),
        contract,
      ),
    ),
  ],
};
