import type { Day, Decimal, InstrumentType, OptionType, Segment } from '../../instruments';

/**
 * One row of a dump in the registry's own terms: what this broker says of one instrument on the dump's day.
 * Null is "this source does not say", never "there is none".
 */
export type DumpRow = {
  /** Line in a CSV (the header is line 1), or element of a JSON array (from 1). */
  readonly line: number;
  readonly segment: Segment;
  /** Joins brokers within a day: the exchange's token; for indices the broker's own. Text: NCDEX tokens are. */
  readonly exchangeToken: string;
  /** What the broker's own API takes (Kite `instrument_token`, Upstox `instrument_key`). */
  readonly token: string;
  /** The broker's trading symbol, as it is. */
  readonly brokerSymbol: string;
  /** Null when this source cannot tell (a share or an exchange-traded fund in Kite's EQ). */
  readonly type: InstrumentType | null;
  /** Canonical: cash without its series (`RELIANCE`, `752HP39`), index by alias (`NIFTY`), contract: the underlying's symbol. */
  readonly symbol: string;
  readonly name: string | null;
  readonly isin: string | null;
  /** NSE series or BSE group (`EQ`, `SG`, `A`). */
  readonly series: string | null;
  readonly expiry: Day | null;
  readonly strike: Decimal | null;
  readonly optionType: OptionType | null;
  /** Quantity in one lot as this broker takes it in an order. */
  readonly lotSize: number | null;
  /** Rupees. */
  readonly tickSize: Decimal | null;
  readonly freezeQuantity: number | null;
  /** Units of the underlying per lot, for profit and loss (currency 1000). */
  readonly multiplier: Decimal | null;
  /** Why the exchange watches it (additional or graded surveillance), in the source's words; blank when it does not. Absent: the source does not say. */
  readonly surveillance?: string;
  /** Since when the exchange lists it, where a source says so. */
  readonly listedOn?: Day;
  /** Exchange test instruments (`011NSETEST`): flagged and kept out of search. */
  readonly isTest: boolean;
};

/** A row that could not be used: kept with its text and the reason, counted, never guessed at. */
export type RejectedRow = {
  readonly line: number;
  readonly raw: string;
  readonly reason: string;
  /** Absent where the row does not tell. */
  readonly segment?: Segment;
};

/** A file that cannot be used at all: refused as a whole, with a sentence a user can act on. */
export class UnusableFile extends Error {}
