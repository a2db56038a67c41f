import { indexNames, type Contract, type Listing, type Market } from '../listing';
import { isContract } from '../listing';
import { pricedIn, written } from '../text';
import { csv, type Part, type Writer } from '../writer';

const quoted = (fields: readonly (string | number | null)[]) => fields.map((field) => `"${field ?? ''}"`).join(', ');
/** ICICI's own, six letters: RELIND for RELIANCE. */
const shortName = ({ symbol }: Listing) => symbol.replace(/[^A-Z0-9]/g, '').slice(0, 6);

const cashColumns = ['Token', 'ShortName', 'Series', 'CompanyName', 'ticksize', 'Lotsize', 'ISINCode', 'GroupName', 'ExchangeCode'];

/** An index has its name for a token; BSE's, which repeat it, have no blank in it. Lots are 1, and ticks 0.01, on all rows. */
function cash(it: Listing): string {
  const isNse = it.segment.startsWith('NSE');
  if (it.kind === 'INDEX') {
    const token = isNse ? it.name : it.symbol;
    return quoted([token, shortName(it), isNse ? '0' : 'DR', it.name, '0.01', 1, '', '', token]);
  }
  return quoted([it.token, shortName(it), isNse ? it.series : 'DR', it.name, '0.01', 1, it.isin, isNse ? '' : it.series, it.symbol]);
}

const contractColumns = [
  ...['Token', 'InstrumentName', 'ShortName', 'Series', 'ExpiryDate', 'StrikePrice', 'OptionType', 'LotSize', 'TickSize'],
  ...['CompanyName', 'ExchangeCode'],
];

/** NSE says IDX and STK, BSE IND and STK. */
const nameOf = (it: Contract) =>
  (it.optionType ? 'OPT' : 'FUT') +
  { index: it.segment === 'BFO' ? 'IND' : 'IDX', share: 'STK', currency: 'CUR', commodity: 'COM' }[it.on ?? 'share'];

/** Of a currency 1000, which are its units. */
const lotOf = (it: Contract) => (it.segment === 'CDS' ? it.multiplier : it.lotSize);

function contract(it: Contract, tick: string): string {
  const { dd, month, year } = written(it.expiry);
  const name = it.on === 'index' ? (indexNames[it.symbol] ?? it.symbol).toUpperCase() : it.symbol;
  return quoted([
    ...[it.token, nameOf(it), shortName(it), it.optionType ? 'OPTION' : 'FUTURE', `${dd}-${month}-${year}`, it.strike ?? '0'],
    ...[it.optionType ?? 'XX', lotOf(it), tick, name, name],
  ]);
}

function contracts(segment: Market, name: string, tick: (it: Listing) => string): Part {
  const row = (it: Listing) => (isContract(it) ? contract(it, tick(it)) : '');
  return csv(quoted(contractColumns), row, [segment], `${name}ScripMaster.txt`);
}

const paise = ({ tickSize }: Listing) => pricedIn(2, tickSize ?? '0');

export const icici: Writer = {
  broker: 'icici',
  file: 'icici.zip',
  packing: 'zip',
  parts: [
    csv(quoted(cashColumns), cash, ['NSE_INDEX', 'NSE'], 'NSEScripMaster.txt'),
    csv(quoted(cashColumns), cash, ['BSE_INDEX', 'BSE'], 'BSEScripMaster.txt'),
    contracts('NFO', 'FONSE', paise),
    contracts('BFO', 'FOBSE', paise),
    contracts('CDS', 'CDNSE', ({ tickSize }) => tickSize ?? '0'),
    contracts('MCX', 'MCX', () => '100'),
  ],
};
