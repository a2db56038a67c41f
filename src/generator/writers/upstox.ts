import type { Contract, Listing, Market } from '../listing';
import { byKind, compactSymbol, exchangeOf, float, instrumentName, pricedIn, side, written } from '../text';
import { csv, jsonArray, type Writer } from '../writer';

const segments: Readonly<Record<Market, string>> = {
  ...{ NSE: 'NSE_EQ', BSE: 'BSE_EQ', NFO: 'NSE_FO', BFO: 'BSE_FO', CDS: 'NCD_FO', MCX: 'MCX_FO' },
  ...{ NSE_INDEX: 'NSE_INDEX', BSE_INDEX: 'BSE_INDEX' },
};

/** Shares go by their ISIN, indices by their name. */
const keyOf = (it: Listing) => `${segments[it.segment]}|${it.kind === 'INDEX' ? it.name : (it.isin ?? it.token)}`;
const isWeekly = ({ segment, expiry }: Contract) => segment !== 'MCX' && !written(expiry).code.endsWith(written(expiry).MON);

/** `NIFTY 24500 CE 27 JAN 26`, `NIFTY FUT 27 JAN 26` */
function spaced(it: Contract): string {
  const { dd, MON, yy } = written(it.expiry);
  return [it.symbol, ...(it.strike ? [it.strike] : []), side(it), dd, MON, yy].join(' ');
}

/** Ticks in paise everywhere; the day ends a second before midnight. */
const json = byKind(
  (it) =>
    `{"segment":"${it.segment}","name":${JSON.stringify(it.name)},"exchange":"${exchangeOf(it)}","instrument_type":"INDEX",` +
    `"instrument_key":${JSON.stringify(keyOf(it))},"exchange_token":"${26_000 + it.token}","trading_symbol":"${it.symbol}"}`,
  (it) =>
    `{"segment":"${segments[it.segment]}","name":${JSON.stringify(it.name)},"exchange":"${it.segment}","isin":"${it.isin}","instrument_type":"${it.series}",` +
    `"instrument_key":"${keyOf(it)}","lot_size":${it.lotSize},"freeze_quantity":${it.freezeQuantity}.0,"exchange_token":"${it.token}",` +
    `"tick_size":${float(pricedIn(2, it.tickSize ?? '0'))},"trading_symbol":"${it.symbol}","qty_multiplier":1.0}`,
  (it) =>
    `{"weekly":${isWeekly(it)},"segment":"${segments[it.segment]}","name":"${it.symbol}","exchange":"${exchangeOf(it)}",` +
    `"expiry":${(written(it.expiry).midnight + 86_399) * 1000},"instrument_type":"${side(it)}","asset_symbol":"${it.symbol}","underlying_symbol":"${it.symbol}",` +
    `"instrument_key":"${keyOf(it)}","lot_size":${it.lotSize},"freeze_quantity":${it.freezeQuantity}.0,"exchange_token":"${it.token}","minimum_lot":${it.lotSize},` +
    `"tick_size":${float(pricedIn(2, it.tickSize ?? '0'))},"trading_symbol":"${spaced(it)}","strike_price":${float(it.strike ?? '0')},"qty_multiplier":${float(it.multiplier ?? '1')}}`,
);

export const upstox: Writer = { broker: 'upstox', file: 'upstox.json.gz', packing: 'gzip', parts: [jsonArray(json)] };

/** Ticks in rupees of what is listed on shares, in paise of the rest. */
const tick = ({ segment, tickSize }: Listing) => (segment === 'CDS' || segment === 'MCX' ? pricedIn(2, tickSize ?? '0') : tickSize);
const quoted = (...fields: readonly (string | number | null)[]) => fields.map((field) => `"${field ?? ''}"`).join(',');

/** The older file: no series, no freeze quantities. */
export const upstoxCsv: Writer = {
  broker: 'upstox',
  file: 'upstox.csv.gz',
  packing: 'gzip',
  parts: [
    csv(
      quoted(
        ...['instrument_key', 'exchange_token', 'tradingsymbol', 'name', 'last_price', 'expiry', 'strike', 'tick_size', 'lot_size'],
        ...['instrument_type', 'option_type', 'exchange'],
      ),
      byKind(
        (it) => quoted(keyOf(it), 26_000 + it.token, it.symbol, it.name, '100.5', '', '', '', '', 'INDEX', '', it.segment),
        (it) => quoted(keyOf(it), it.token, it.symbol, it.name, '10', '', '', tick(it), it.lotSize, 'EQUITY', '', segments[it.segment]),
        (it) =>
          quoted(
            ...[keyOf(it), it.token, compactSymbol(it), '', '10', it.expiry, float(it.strike ?? '0'), tick(it), it.lotSize],
            ...[instrumentName(it), it.optionType ?? 'FF', segments[it.segment]],
          ),
      ),
    ),
  ],
};
