import type { Contract, Listing, Market } from '../listing';
import { isContract } from '../listing';
import { compactSymbol, exchangeOf, instrumentName, withSeries, written } from '../text';
import { csv, type Part, type Writer } from '../writer';

const cashColumns = 'Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,';
const contractColumns = 'Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,';

/** NSE's 26000 is the Nifty 50; each line ends with a comma. */
function cash(it: Listing): string {
  if (it.kind === 'INDEX') return `${exchangeOf(it)},${25_999 + it.token},1,${it.name},${it.symbol} INDEX,INDEX,0,`;
  return `${it.segment},${it.token},${it.lotSize},${it.symbol},${it.segment === 'NSE' ? withSeries(it) : it.symbol},${it.series},${it.tickSize},`;
}

/** `NIFTY27JAN26C24500`, `NIFTY27JAN26F`, MCX `ZINC27JAN26`. BSE's trading symbols are Kite's, and its symbols mnemonics: BSXOPT. */
function names(it: Contract): string {
  const { dd, MON, yy } = written(it.expiry);
  if (it.segment === 'BFO') return `${it.symbol.slice(0, 2)}X${it.optionType ? 'OPT' : 'FUT'},${compactSymbol(it)}`;
  const option = it.strike ? `${it.optionType === 'CE' ? 'C' : 'P'}${it.strike}` : it.segment === 'MCX' ? '' : 'F';
  return `${it.symbol},${it.symbol}${dd}${MON}${yy}${option}`;
}

function contract(it: Contract, factors: string): string {
  const { dd, MON, year } = written(it.expiry);
  return (
    `${it.segment},${it.token},${it.lotSize},${factors}${names(it)},${dd}-${MON}-${year},${instrumentName(it)},` +
    `${it.optionType ?? 'XX'},${it.strike ?? '0'},${it.tickSize},`
  );
}

/** Of a lot: units of the price for each. */
const factorOf = ({ multiplier, lotSize }: Listing) => String(Number(multiplier ?? 1) / (lotSize ?? 1));

function contracts(segment: Market, more: string, factors: (it: Contract) => string): Part {
  const row = (it: Listing) => (isContract(it) ? contract(it, factors(it)) : '');
  return csv(`Exchange,Token,LotSize,${more}${contractColumns}`, row, [segment], `${segment}_symbols.txt`);
}

const noren = (broker: string): Writer => ({
  broker,
  file: `${broker}.zip`,
  packing: 'zip',
  parts: [
    csv(cashColumns, cash, ['NSE_INDEX', 'NSE'], 'NSE_symbols.txt'),
    csv(cashColumns, cash, ['BSE_INDEX', 'BSE'], 'BSE_symbols.txt'),
    contracts('NFO', '', () => ''),
    contracts('BFO', '', () => ''),
    contracts('CDS', 'Precision,Multiplier,', (it) => `4,${factorOf(it)},`),
    contracts('MCX', 'GNGD,', (it) => `${factorOf(it)},`),
  ],
});

export const shoonya = noren('shoonya');
export const flattrade = noren('flattrade');
export const zebu = noren('zebu');
export const tradesmart = noren('tradesmart');
