import { z } from 'zod';

/** An ISO date, `YYYY-MM-DD`, of the centuries in which there are markets: the day after it is one, too. */
export const Day = z.iso.date().refine((day) => day >= '1800' && day < '2200', 'Give a day between 1800 and 2199.');
export type Day = z.infer<typeof Day>;

/** An exact, non-negative decimal without exponent, sign or needless zeros: `24500`, `0.05`. */
export const Decimal = z
  .string()
  .regex(/^(0|[1-9]\d*)(\.\d*[1-9])?$/, 'Give an exact decimal such as 24500 or 0.05, without trailing zeros.');
export type Decimal = z.infer<typeof Decimal>;

/** A price, a step or a factor that somebody states: zero is none of these. */
export const PositiveDecimal = Decimal.refine((text) => text !== '0', 'Give a decimal above 0, such as 24500 or 0.05.');

/** A quantity that somebody states. */
export const PositiveInteger = z.int('Give a whole number above 0.').positive('Give a whole number above 0.');

/** ISO 6166. The check digit is not verified: brokers list dummy ISINs, and whoever registers such a listing by hand writes what they write. */
export const Isin = z.string().regex(/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/, 'Give an ISIN such as INE002A01018.');
export type Isin = z.infer<typeof Isin>;

export const OptionType = z.enum(['CE', 'PE']);
export type OptionType = z.infer<typeof OptionType>;

/** UNDERLYING: reference rows that cannot be traded. */
export const InstrumentType = z.enum([
  'EQUITY',
  'ETF',
  'INDEX',
  'FUTURE',
  'OPTION',
  'CURRENCY',
  'BOND',
  'FUND',
  'WARRANT',
  'UNDERLYING',
  'OTHER',
]);
export type InstrumentType = z.infer<typeof InstrumentType>;

/** Brokers whose dumps the registry reads. */
export const Broker = z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, 'Give a broker such as kite or upstox.');
export type Broker = z.infer<typeof Broker>;

/** The exact decimal in `text` (`446.0` is `446`, `0.050000` is `0.05`), or null when it is not one. Divides by 10^`shift` without floats. */
export function decimal(text: string, shift = 0): Decimal | null {
  const match = /^\+?(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return null;
  const whole = match[1] ?? '0';
  const fraction = match[2] ?? '';
  const digits = (shift > 0 ? whole.padStart(shift + 1, '0') : whole) + fraction;
  const point = digits.length - fraction.length - shift;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, '') || '0';
  const right = digits.slice(point).replace(/0+$/, '');
  return right ? `${left}.${right}` : left;
}

/** For sorting by code units, as PostgreSQL's collation C does. */
export const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
