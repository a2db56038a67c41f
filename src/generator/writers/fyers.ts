import type { Contract, Day, Listing, Market } from '../listing';
import { compactSymbol, exchangeOf, float, side, withSeries, written } from '../text';
import { isContract } from '../listing';
import { csv, type Writer } from '../writer';

/** Exchange and segment in Fyers' numbers. */
const numbers: Readonly<Record<Market, readonly [exchange: number, segment: number]>> = {
  ...{ NSE: [10, 10], NFO: [10, 11], CDS: [10, 12], BSE: [12, 10], BFO: [12, 11], MCX: [11, 20] },
  ...{ NSE_INDEX: [10, 10], BSE_INDEX: [12, 10] },
};

/** When trading in it ends, seconds after midnight. */
const closes = { NFO: 55_800, BFO: 55_800, CDS: 45_000, MCX: 84_600 };
const session = '0915-1530|1815-1915:';

type Told = { readonly token: number; readonly details: string; readonly ticker: string; readonly kind: number; readonly lot: number };

function row(it: Listing, day: Day, { token, details, ticker, kind, lot }: Told, expiry: string, between: string, option: string): string {
  const [exchange, segment] = numbers[it.segment];
  const fyToken = `${exchange}${segment}${between}${token}`;
  return (
    `${fyToken},${details},${kind},${lot},${it.tickSize ?? '0.05'},${it.isin ?? ''},${session},${day},${expiry},${exchangeOf(it)}:${ticker},` +
    `${exchange},${segment},${token},${it.symbol},${token},${float(it.strike ?? '-1')},${option},${fyToken},None,0,0.0`
  );
}

/** The expiry stands in the fyToken. MCX counts lots. */
function contract(it: Contract, day: Day): string {
  const { yy, month, dd, midnight } = written(it.expiry);
  const details = `${it.symbol} ${yy} ${month} ${dd} ${it.strike ? `${it.strike} ` : ''}${side(it)}`;
  const told = {
    ...{ token: it.token, details, ticker: compactSymbol(it), kind: it.on === 'index' ? 14 : 15 },
    lot: it.segment === 'MCX' ? 1 : (it.lotSize ?? 1),
  };
  const close = closes[it.segment as keyof typeof closes]; // contracts are in these
  return row(it, day, told, String(midnight + close), `${yy}${it.expiry.slice(5, 7)}${dd}`, it.optionType ?? 'XX');
}

export const fyers: Writer = {
  broker: 'fyers',
  file: 'fyers.csv',
  packing: 'none',
  parts: [
    csv('', (it, day) => {
      if (isContract(it)) return contract(it, day);
      const isIndex = it.kind === 'INDEX';
      const token = isIndex ? 26_000 + it.token : it.token;
      const ticker = isIndex ? `${(it.name ?? '').toUpperCase().replaceAll(' ', '')}-INDEX` : withSeries(it);
      const details = isIndex ? `${it.name}-INDEX` : (it.name ?? '');
      return row(it, day, { token, details, ticker, kind: isIndex ? 10 : 0, lot: it.lotSize ?? 0 }, '', '0000', isIndex ? 'XX' : '');
    }),
  ],
};
