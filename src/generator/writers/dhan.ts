import { type Contract, type Listing, type Market } from '../listing';
import { byKind, exchangeOf, float, instrumentName, pricedIn, written } from '../text';
import { csv, type Writer } from '../writer';

const letters: Readonly<Record<Market, string>> = {
  ...{ NSE: 'E', BSE: 'E', NFO: 'D', BFO: 'D', CDS: 'C', MCX: 'M' },
  ...{ NSE_INDEX: 'I', BSE_INDEX: 'I' },
};
const kinds = { EQUITY: 'ES', ETF: 'ETF', BOND: 'DBT', INDEX: 'INDEX', FUTURE: 'FUT', OPTION: 'OP' };

const begin = (it: Listing, id: number, instrument: string) => `${exchangeOf(it)},${letters[it.segment]},${id},${instrument},0`;
/** Paise in every segment, `5.0000`. */
const tick = ({ tickSize }: Listing) => Number(pricedIn(2, tickSize ?? '0')).toFixed(4);

/** `NIFTY-13Jan2026-24500-CE`: with the day, so that weekly ones differ. MCX counts lots. */
function contract(it: Contract): string {
  const { dd, month, year } = written(it.expiry);
  const symbol = `${it.symbol}-${dd}${month}${year}-${it.strike ? `${it.strike}-${it.optionType}` : 'FUT'}`;
  const custom = `${it.symbol} ${dd} ${month.toUpperCase()} ${it.strike ? `${it.strike} ${it.optionType === 'CE' ? 'CALL' : 'PUT'}` : 'FUT'}`;
  return (
    `${begin(it, it.token, instrumentName(it))},${symbol},${it.segment === 'MCX' ? '1.0' : float(String(it.lotSize))},${custom},${it.expiry} 14:30:00,` +
    `${it.strike ? float(it.strike) : '-0.01000'},${it.optionType ?? 'XX'},${tick(it)},M,${kinds[it.kind]},,`
  );
}

export const dhan: Writer = {
  broker: 'dhan',
  file: 'dhan.csv',
  packing: 'none',
  parts: [
    csv(
      'SEM_EXM_EXCH_ID,SEM_SEGMENT,SEM_SMST_SECURITY_ID,SEM_INSTRUMENT_NAME,SEM_EXPIRY_CODE,SEM_TRADING_SYMBOL,SEM_LOT_UNITS,SEM_CUSTOM_SYMBOL,' +
        'SEM_EXPIRY_DATE,SEM_STRIKE_PRICE,SEM_OPTION_TYPE,SEM_TICK_SIZE,SEM_EXPIRY_FLAG,SEM_EXCH_INSTRUMENT_TYPE,SEM_SERIES,SM_SYMBOL_NAME',
      byKind(
        // small numbers of Dhan's own
        (it) => `${begin(it, 12 + it.token, 'INDEX')},${it.symbol},1.0,${it.name},0001-01-01,,XX,0.0500,,INDEX,X,${it.symbol}`,
        (it) =>
          `${begin(it, it.token, 'EQUITY')},${it.symbol},${float(String(it.lotSize))},${it.name},,,,${tick(it)},NA,${kinds[it.kind]},${it.series},${it.name}`,
        contract,
      ),
    ),
  ],
};
