import type { Listing, Market } from './listing';
import * as names from './names';

/** Kinds of cash listings, by their number. */

export const noContract = { expiry: null, strike: null, optionType: null, on: null } as const;

export const indexSegment = (symbol: string): Market => (symbol === 'SENSEX' || symbol === 'BANKEX' ? 'BSE_INDEX' : 'NSE_INDEX');

const onNse = { ...noContract, segment: 'NSE', multiplier: null, freezeQuantity: 100_000, tickSize: '0.01' } as const;

export function loan(n: number): Omit<Listing, 'token'> {
  const symbol = names.loanSymbol(n);
  const name = `SDL ${symbol.slice(3, 5)} ${symbol.charAt(0)}.${symbol.slice(1, 3)}% 20${symbol.slice(5)}`;
  return { ...onNse, kind: 'BOND', symbol, name, isin: names.loanIsin(n), series: 'SG', lotSize: 100 };
}

export function fund(n: number): Omit<Listing, 'token'> {
  const symbol = names.fundSymbol(n);
  return {
    ...onNse,
    kind: 'ETF',
    symbol,
    name: `${symbol.charAt(0)}${symbol.slice(1, 6).toLowerCase()} ETF`,
    isin: names.fundIsin(n),
    series: 'EQ',
    lotSize: 1,
  };
}
