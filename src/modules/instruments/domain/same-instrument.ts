import type { Terms } from './instrument';
import type { Observation } from './observe';
import type { Day } from './values';

/**
 * Whether a row whose token (or key) points at an instrument still means that instrument, given the instrument's terms on the day.
 * The rule is proven on every pair of files in the domain facts: a contract keeps its identity when its expiry moves by at most seven
 * days while it was still ahead, or when its strike alone changes; anything else is another contract under a used token.
 */
export function sameInstrument(terms: Terms, seen: Observation): boolean {
  if (terms.expiry !== null || seen.expiry !== null) return sameContract(terms, seen);
  if (seen.segment.endsWith('_INDEX')) return terms.symbol === seen.symbol;
  return sameListing(terms, seen);
}

function sameContract(terms: Terms, seen: Observation): boolean {
  if (terms.expiry === null || seen.expiry === null) return false;
  if (terms.underlying !== seen.underlying || terms.optionType !== seen.optionType) return false;
  if ((terms.strike === null) !== (seen.strike === null)) return false;
  if (terms.expiry === seen.expiry) return true;
  return terms.strike === seen.strike && terms.expiry >= seen.day && daysBetween(terms.expiry, seen.expiry) <= 7;
}

const daysBetween = (a: Day, b: Day) => Math.abs(Date.parse(a) - Date.parse(b)) / 86_400_000;

/** Series in which shares trade. A share keeps its token when it is renamed; NSE reuses tokens of bills and bonds. */
const shares = new Set(['EQ', 'BE', 'BZ', 'SM', 'ST', 'SZ']);
/** Characters 8 and 9 of an Indian ISIN: 01 is equity. */
const isShare = (isin: string) => isin.slice(7, 9) === '01';
const issuer = (isin: string) => isin.slice(0, 7);

function sameListing(terms: Terms, seen: Observation): boolean {
  if (terms.isin !== null && seen.isin !== null) {
    if (terms.isin === seen.isin) return true;
    // A face-value split or a merger gives a new ISIN and keeps the token: same symbol, or same issuer's share under a new name.
    return terms.symbol === seen.symbol || (isShare(terms.isin) && isShare(seen.isin) && issuer(terms.isin) === issuer(seen.isin));
  }
  const series = seen.series ?? terms.series;
  if (
    seen.segment === 'NSE' &&
    terms.series !== null &&
    seen.series !== null &&
    terms.series !== seen.series &&
    terms.symbol !== seen.symbol
  )
    return false;
  if (terms.symbol === seen.symbol) return true;
  return (series !== null && shares.has(series)) || (terms.name !== null && terms.name === seen.name);
}
