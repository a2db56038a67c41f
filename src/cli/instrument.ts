/** What the command line reads of the API's instruments. */
export type Mapping = {
  readonly broker: string;
  readonly token: string;
  readonly exchangeToken: string;
  readonly symbol: string;
  readonly segment: string;
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  readonly freezeQuantity: number | null;
  readonly validFrom: string;
  readonly validTo: string | null;
};

export type Instrument = {
  readonly id: string;
  readonly key: string;
  readonly symbol: string;
  readonly name: string | null;
  readonly segment: string;
  readonly exchange: string;
  readonly type: string;
  readonly series: string | null;
  readonly isin: string | null;
  readonly underlying: { readonly symbol: string; readonly key: string | null } | null;
  readonly expiry: string | null;
  readonly strike: string | null;
  readonly optionType: string | null;
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  readonly multiplier: string | null;
  readonly freezeQuantity: number | null;
  readonly currency: string;
  readonly status: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly version: number;
  readonly brokers?: readonly Mapping[];
};
