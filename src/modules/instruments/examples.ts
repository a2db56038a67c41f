// What the OpenAPI document shows. A spec holds each against its schema.

const id = '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b';
const key = 'NFO:NIFTY:2026-01-27:26000:CE';

export const mappingExample = {
  broker: 'kite',
  token: '10731522',
  exchangeToken: '41920',
  symbol: 'NIFTY26JAN26000CE',
  segment: 'NFO',
  lotSize: 65,
  tickSize: '0.05',
  freezeQuantity: null,
  validFrom: '2025-12-01',
  validTo: '2026-01-28',
} as const;

export const instrumentExample = {
  id,
  key,
  symbol: 'NIFTY',
  name: 'NIFTY 26000 CE 27 Jan 2026',
  segment: 'NFO',
  exchange: 'XNSE',
  type: 'OPTION',
  assetClass: 'index',
  series: null,
  isin: null,
  cfi: 'OCEICS',
  underlying: { symbol: 'NIFTY', id: '0198a1b2-0000-7e5f-8a6b-9c0d1e2f3a4b', key: 'NSE_INDEX:NIFTY' },
  securityId: null,
  expiry: '2026-01-27',
  strike: '26000',
  optionType: 'CE',
  lotSize: 65,
  tickSize: '0.05',
  multiplier: null,
  freezeQuantity: 1800,
  currency: 'INR',
  status: 'active',
  flags: {},
  validFrom: '2025-12-01',
  validTo: '2026-01-28',
  version: 3,
  brokers: [{ ...mappingExample }],
} as const;

export const eventExample = {
  position: 4711,
  type: 'instrument.terms_amended',
  data: { lotSize: 65, validFrom: '2025-12-01' },
  validFrom: '2025-12-01',
  recordedAt: '2025-12-01T03:15:00.000Z',
  actor: 'key:bootstrap',
  correlationId: 'order.42',
};

export const termsExample = {
  validFrom: '2025-12-01',
  validTo: '2026-01-28',
  key,
  symbol: 'NIFTY',
  name: null,
  type: 'OPTION',
  isin: null,
  series: null,
  underlying: 'NIFTY',
  expiry: '2026-01-27',
  strike: '26000',
  optionType: 'CE',
  lotSize: 65,
  tickSize: '0.05',
  multiplier: null,
  freezeQuantity: 1800,
  suspended: false,
  flags: {},
} as const;

export const chainExample = {
  underlying: { ...instrumentExample.underlying },
  segment: 'NFO',
  expiry: '2026-01-27',
  type: 'monthly',
  step: '50',
  min: '20000',
  max: '32000',
  count: 183,
  spot: '26012.35',
  atm: '26000',
  strikes: [{ strike: '26000', CE: { id, key, lotSize: 65, tickSize: '0.05' }, PE: null }],
} as const;
