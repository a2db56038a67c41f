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
  if (terms.underlying !== seen.underlying && terms.underlying !== seen.underlyingBefore) return false;
  if (terms.optionType !== seen.optionType) return false;
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
  // Another series is another listing, under another token: whoever gave this one the token did not know its series.
  if (seen.segment === 'NSE' && terms.series !== null && seen.series !== null && terms.series !== seen.series) return false;
  if (terms.isin !== null && seen.isin !== null) {
    if (terms.isin === seen.isin) return true;
    // A face-value split or a merger gives a new ISIN and keeps the token: same symbol, or same issuer's share under a new name.
    return terms.symbol === seen.symbol || (isShare(terms.isin) && isShare(seen.isin) && issuer(terms.isin) === issuer(seen.isin));
  }
  // A scrip code of BSE is given once: of the 12,495 that Upstox and Dhan have in common (February 2026) four had been renamed, none reused.
  if (seen.segment === 'BSE') return true;
  const series = seen.series ?? terms.series;
  if (terms.symbol === seen.symbol || isSameDebt(terms.symbol, seen.symbol, series)) return true;
  return (series !== null && shares.has(series)) || (terms.name !== null && terms.name === seen.name);
}

/** Loans of the union and of states: many have the same coupon and year, and differ in the middle (`752HP39`, `752MH39`). */
const loans = new Set(['GS', 'SG', 'GB']);
const bill = /^(\d+)D(\d\d)(\d\d)(\d\d)$/;
/** Coupon, issuer and year; a zero-coupon bond has `ZC` after its issuer instead. */
const bond = /^(?:(\d+)[A-Z]+|[A-Z]+(ZC))(\d\d[A-Z]?)$/;

/**
 * NSE names debt by its terms, and corrects the name under the same token: a bill whose maturity falls on a new holiday (`91D180226`,
 * `91D190226`), a bond whose issuer has a new name (`980ICCL29`, `980SFIL29`; `IBHFZC26B`, `SCLZC26B`). Seen between Upstox of December 2025 and January 2026.
 */
function isSameDebt(before: string, now: string, series: string | null): boolean {
  const [oldBill, newBill] = [bill.exec(before), bill.exec(now)];
  if (oldBill && newBill) return oldBill[1] === newBill[1] && daysBetween(maturity(oldBill), maturity(newBill)) <= 7;
  const [oldBond, newBond] = [bond.exec(before), bond.exec(now)];
  return (
    oldBond !== null &&
    newBond !== null &&
    series !== null &&
    !loans.has(series) &&
    oldBond[1] === newBond[1] &&
    oldBond[2] === newBond[2] &&
    oldBond[3] === newBond[3]
  );
}

const maturity = ([, , day, month, year]: RegExpExecArray): Day => `20${year}-${month}-${day}`;
