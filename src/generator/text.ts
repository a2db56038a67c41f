import { isContract, type Contract, type Day, type Listing } from './listing';

/** How days, prices and names are written in brokers' files. */

/** The same days and prices come by the thousand. */
function remembering<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = work(key)));
    return value;
  };
}

const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Written = {
  readonly year: string;
  readonly yy: string;
  readonly dd: string;
  /** `Jan` */
  readonly month: string;
  /** `JAN` */
  readonly MON: string;
  /** Seconds from 1970 to midnight in India. */
  readonly midnight: number;
  /** `26JAN` in the month's last week, else `26113`: year, month (1-9, O, N, D), day. */
  readonly code: string;
};

export const written: (day: Day) => Written = remembering((day) => {
  const [year = '', mm = '', dd = ''] = day.split('-');
  const month = names[Number(mm) - 1] ?? '';
  const [yy, MON] = [year.slice(2), month.toUpperCase()];
  const daysInMonth = new Date(Date.UTC(Number(year), Number(mm), 0)).getUTCDate();
  const code = yy + (Number(dd) > daysInMonth - 7 ? MON : `${'123456789OND'.charAt(Number(mm) - 1)}${dd}`);
  return { year, yy, dd, month, MON, midnight: Date.parse(`${day}T00:00:00+05:30`) / 1000, code };
});

/** A decimal with its point moved right: rupees as paise. */
const movedBy = (places: number) =>
  remembering((decimal: string) => {
    const [whole = '', fraction = ''] = decimal.split('.');
    const digits = whole + fraction.padEnd(places, '0');
    const left = digits.slice(0, whole.length + places).replace(/^0+(?=\d)/, '');
    const right = digits.slice(whole.length + places);
    return right === '' ? left : `${left}.${right}`;
  });
const moved = { 2: movedBy(2), 4: movedBy(4), 7: movedBy(7) };
export const pricedIn = (places: keyof typeof moved, decimal: string) => moved[places](decimal);

/** With a point in it always, as programs write that keep prices in floats. */
export const float = (decimal: string) => (decimal.includes('.') ? decimal : `${decimal}.0`);

export const side = ({ optionType }: Listing) => optionType ?? 'FUT';

/** `NIFTY26JAN24500CE`, `NIFTY2611324500CE`, `NIFTY26JANFUT`: Kite's way, which most have taken up. MCX has no weeks. */
export function compactSymbol(contract: Contract): string {
  const { symbol, segment, expiry, strike } = contract;
  const { code, yy, MON } = written(expiry);
  return symbol + (segment === 'MCX' ? yy + MON : code) + (strike ?? '') + side(contract);
}

/** `RELIANCE-EQ`: on NSE with its series, always. */
export const withSeries = ({ symbol, series }: Listing) => `${symbol}-${series}`;

/** OPTIDX, FUTSTK and so on: NSE's names of what a contract is and is written on. */
export function instrumentName(listing: Listing): string {
  const kind = listing.optionType ? 'OPT' : 'FUT';
  switch (listing.on) {
    case 'index':
      return `${kind}IDX`;
    case 'currency':
      return `${kind}CUR`;
    case 'commodity':
      return listing.optionType ? 'OPTFUT' : 'FUTCOM';
    case 'share':
    case null:
      return `${kind}STK`;
  }
}

/** The row of a listing by what it is. */
export const byKind =
  (index: (listing: Listing) => string, cash: (listing: Listing) => string, contract: (listing: Contract) => string) =>
  (listing: Listing): string =>
    listing.kind === 'INDEX' ? index(listing) : isContract(listing) ? contract(listing) : cash(listing);

/** NSE or BSE, for any of the exchange's segments. */
export const exchangeOf = ({ segment }: Listing) => (segment.startsWith('B') ? 'BSE' : segment === 'MCX' ? 'MCX' : 'NSE');
