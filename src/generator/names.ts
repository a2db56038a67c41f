/** Names that no company has, and numbers as they are formed. */

const syllables = [...'BCDGHJKLMNPRSTVYZ'].flatMap((consonant) => [...'AEIOU'].map((vowel) => consonant + vowel));
const many = syllables.length ** 3;

/** The word of a number below 614,125: each has its own, and neighbours look nothing like each other. */
function word(n: number): string {
  const mixed = (n * 48_271 + 7_919) % many;
  const at = (place: number) => syllables[Math.floor(mixed / syllables.length ** place) % syllables.length] ?? '';
  return at(0) + at(1) + at(2);
}

/** The symbol of the n-th company. A few have what real ones have and parsers stumble over: KARITO-AUTO, LOMINA&CO. */
export const shareSymbol = (n: number) => word(n) + (n % 40 === 39 ? '-AUTO' : n % 40 === 19 ? '&CO' : '');
export const companyName = (symbol: string) => `${symbol.charAt(0)}${symbol.slice(1).toLowerCase()} Limited`;
export const fundSymbol = (n: number) => `${word(n)}BEES`;
/** Four syllables, so that no commodity is called like a company. */
export const commoditySymbol = (n: number) => `${word(n)}RU`;
export const currencyPair = (n: number) =>
  `${syllables[n % syllables.length]}${'BCDFGHKLMNPQRSTVWXZ'.charAt(Math.floor(n / syllables.length))}INR`;
export const loanSymbol = (n: number) => `${600 + (n % 400)}${word(n).slice(0, 2)}${31 + (Math.floor(n / 400) % 60)}`;

const base36 = (n: number, width: number) => n.toString(36).toUpperCase().padStart(width, '0');

/** ISO 6166: with the check digit. */
function isin(body: string): string {
  const digits = [...body].map((char) => parseInt(char, 36).toString()).join('');
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const doubled = Number(digits.charAt(digits.length - 1 - at)) * (at % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return body + String((10 - (sum % 10)) % 10);
}

/** Characters 8 and 9 of a company's say that it is of shares. */
export const shareIsin = (n: number) =>
  isin(`INE${base36(n % 46_656, 3)}${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.charAt(Math.floor(n / 46_656))}0101`);
export const fundIsin = (n: number) => isin(`INF${base36(n, 3)}K0101`);
export const loanIsin = (n: number) => isin(`IN${String(n).padStart(9, '0')}`);
