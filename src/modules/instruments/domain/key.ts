import { segmentFacts, segments } from './segment';
import { splitSeries } from './series';
import { Day, Decimal, OptionType } from './values';

/**
 * A key taken apart. Canonical form, which `parseKey` returns: `series` is null where the key does not show one
 * (NSE's EQ, BSE groups, unknown), a future has an expiry only, an option has expiry, strike and side.
 */
export type Key = {
  /** A segment of the registry, or the four-character MIC of another venue. */
  readonly segment: string;
  /** For a contract the underlying's symbol. */
  readonly symbol: string;
  readonly series: string | null;
  readonly expiry: Day | null;
  readonly strike: Decimal | null;
  readonly optionType: OptionType | null;
  /** Exchange token of a cash row that claims a symbol which another instrument holds: `NSE:SYM~12345`. */
  readonly claimant: string | null;
};

const symbolPattern = /^[A-Z0-9][A-Z0-9&.-]*$/;
const indexPattern = /^[A-Z0-9]+$/;
const micPattern = /^[A-Z0-9]{4}$/;
const claimantPattern = /^[A-Z0-9]+$/;

/**
 * The symbol as keys write it: capitals, blanks as `-`, and nothing but `A-Z 0-9 & - .` (BSE had a note called BCL20824` in 2024).
 * Null when no letter or digit begins what is left.
 */
export function canonicalSymbol(text: string): string | null {
  if (symbolPattern.test(text)) return text;
  const symbol = text
    .trim()
    .toUpperCase()
    .replace(/\s+/g, '-')
    .replace(/[^A-Z0-9&.-]/g, '');
  return symbolPattern.test(symbol) ? symbol : null;
}

/** The text of a key. NSE's EQ and BSE groups are not shown, so a listing may be given with the series it has. */
export function formatKey(key: Omit<Key, 'claimant'> & { readonly claimant?: string | null }): string {
  const { segment, symbol, series, expiry, strike, optionType, claimant } = key;
  if (expiry !== null)
    return strike === null ? `${segment}:${symbol}:${expiry}:FUT` : `${segment}:${symbol}:${expiry}:${strike}:${optionType}`;
  const shown = segment === 'NSE' && series !== null && series !== 'EQ' ? `-${series}` : '';
  return `${segment}:${symbol}${shown}${claimant ? `~${claimant}` : ''}`;
}

/** The key in `text`, or null when it is none. `formatKey` of it is `text` again. */
export function parseKey(text: string): Key | null {
  const [segment = '', name = '', ...contract] = text.split(':');
  const facts = segments.find((known) => known === segment);
  if (!facts && !micPattern.test(segment)) return null;
  const kind = facts && segmentFacts[facts].kind;
  const none = { series: null, expiry: null, strike: null, optionType: null, claimant: null };
  if (contract.length > 0) return kind === 'cash' || kind === 'index' ? null : parseContract({ ...none, segment, symbol: name }, contract);
  if (kind === 'index') return indexPattern.test(name) ? { ...none, segment, symbol: name } : null;

  const [listing = '', claimant = null, ...rest] = name.split('~');
  if (rest.length > 0 || !symbolPattern.test(listing) || (claimant !== null && !claimantPattern.test(claimant))) return null;
  const { symbol, series } = segment === 'NSE' ? splitSeries(listing) : { symbol: listing, series: null };
  // `NSE:RELIANCE-EQ` would be a second name of NSE:RELIANCE
  if (series === 'EQ') return null;
  return { ...none, segment, symbol, series, claimant };
}

function parseContract(key: Key, [expiry, terms, side, ...rest]: readonly string[]): Key | null {
  if (!symbolPattern.test(key.symbol) || !Day.safeParse(expiry).success || rest.length > 0) return null;
  const day = expiry ?? null;
  if (terms === 'FUT') return side === undefined ? { ...key, expiry: day } : null;
  const strike = Decimal.safeParse(terms);
  const optionType = OptionType.safeParse(side);
  return strike.success && optionType.success ? { ...key, expiry: day, strike: strike.data, optionType: optionType.data } : null;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What people call a contract: `NIFTY 24500 CE 25 Nov 2026`, `SILVERM FUT 30 Nov 2026`. */
export function contractLabel(contract: {
  readonly symbol: string;
  readonly expiry: Day;
  readonly strike: Decimal | null;
  readonly optionType: OptionType | null;
}): string {
  const [year, month, day] = contract.expiry.split('-');
  const terms = contract.strike === null ? 'FUT' : `${contract.strike} ${contract.optionType}`;
  return `${contract.symbol} ${terms} ${day} ${months[Number(month) - 1]} ${year}`;
}
