/** Segments of the made-up market, by the registry's names. */
export const markets = ['NSE', 'BSE', 'NFO', 'BFO', 'CDS', 'MCX', 'NSE_INDEX', 'BSE_INDEX'] as const;
export type Market = (typeof markets)[number];

/** An ISO day, `YYYY-MM-DD`. */
export type Day = string;

/** What can be traded, or an index, on one day: canonical, as the registry would have it. Prices are exact decimals in rupees. */
export type Listing = {
  readonly segment: Market;
  /** The exchange's number; of an index its place in the list, from which each broker makes a number of its own. */
  readonly token: number;
  readonly kind: 'INDEX' | 'EQUITY' | 'ETF' | 'BOND' | 'FUTURE' | 'OPTION';
  /** Of a contract the underlying's. */
  readonly symbol: string;
  /** Null for contracts. */
  readonly name: string | null;
  readonly isin: string | null;
  /** NSE's series or BSE's group. */
  readonly series: string | null;
  readonly expiry: Day | null;
  readonly strike: string | null;
  readonly optionType: 'CE' | 'PE' | null;
  /** Null for indices. */
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  /** Units of the price in a lot; null where it says nothing. */
  readonly multiplier: string | null;
  readonly freezeQuantity: number | null;
  /** What a contract is written on. */
  readonly on: 'index' | 'share' | 'currency' | 'commodity' | null;
};

/** A contract has an expiry. */
export type Contract = Listing & { readonly expiry: Day };
export const isContract = (listing: Listing): listing is Contract => listing.expiry !== null;

/** What NSE and BSE call their indices, by the symbol of the contracts on them. */
export const indexNames: Readonly<Record<string, string>> = {
  NIFTY: 'Nifty 50',
  BANKNIFTY: 'Nifty Bank',
  FINNIFTY: 'Nifty Fin Service',
  MIDCPNIFTY: 'NIFTY MID SELECT',
  NIFTYNXT50: 'Nifty Next 50',
  SENSEX: 'SENSEX',
  BANKEX: 'BANKEX',
};
