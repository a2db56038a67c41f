import { said, type InstrumentEvent, type Terms } from '../../src/modules/instruments/domain/instrument';
import type { Observation } from '../../src/modules/instruments/domain/observe';

/** What the specs of the domain speak of: a share, a contract, a row of a file. */

const nothing = {
  isin: null,
  series: null,
  underlying: null,
  expiry: null,
  strike: null,
  optionType: null,
  multiplier: null,
  freezeQuantity: null,
  suspended: false,
  flags: {},
};

export const shareTerms: Terms = {
  ...nothing,
  key: 'NSE:RELIANCE',
  symbol: 'RELIANCE',
  name: 'RELIANCE INDUSTRIES',
  type: 'EQUITY',
  isin: 'INE002A01018',
  series: 'EQ',
  lotSize: 1,
  tickSize: '0.05',
};

export const contractTerms: Terms = {
  ...nothing,
  key: 'NFO:NIFTY:2026-01-27:24500:CE',
  symbol: 'NIFTY',
  name: null,
  type: 'OPTION',
  underlying: 'NIFTY',
  expiry: '2026-01-27',
  strike: '24500',
  optionType: 'CE',
  lotSize: 65,
  tickSize: '0.05',
};

type Listed = Extract<InstrumentEvent, { type: 'InstrumentListed' }>;

export function listed({ suspended: _, flags: __, ...terms }: Terms, validFrom: string, validTo: string | null = null): Listed {
  const segment = terms.expiry === null ? 'NSE' : 'NFO';
  return { type: 'InstrumentListed', data: said({ ...terms, segment, securityId: null, isTest: false, validFrom, validTo }) };
}

export const seen = (more: Partial<Observation>): Observation => ({
  broker: 'upstox',
  day: '2026-01-07',
  until: null,
  ownUntil: null,
  segment: 'NSE',
  exchangeToken: '2885',
  token: 'NSE_EQ|INE002A01018',
  brokerSymbol: 'RELIANCE',
  symbol: 'RELIANCE',
  name: null,
  type: null,
  isin: null,
  series: null,
  underlying: null,
  underlyingBefore: null,
  expiry: null,
  strike: null,
  optionType: null,
  lotSize: null,
  tickSize: null,
  freezeQuantity: null,
  multiplier: null,
  listedOn: null,
  isTest: false,
  securityId: null,
  crowded: false,
  keyFreeUntil: null,
  corporateAction: null,
  ...more,
});
