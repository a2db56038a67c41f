import fc from 'fast-check';
import { chunks } from '../../test/support/describe-adapter';
import { adapterOf } from '../modules/ingestion/adapters';
import type { DumpRow } from '../modules/ingestion/domain/dump-row';
import { indexNames, isContract, type Listing, type Market } from './listing';
import { companyName, fundIsin, fundSymbol, loanIsin, loanSymbol, shareIsin, shareSymbol } from './names';
import { otherFormats, writers } from './writers';
import type { Part, Writer } from './writer';

const day = '2026-01-07';

const security = { expiry: null, strike: null, optionType: null, multiplier: null, on: null } as const;
const number = (most: number) => fc.integer({ min: 0, max: most });

const indices = fc.constantFrom(...Object.keys(indexNames)).map((symbol): Listing => {
  const segment = symbol === 'SENSEX' || symbol === 'BANKEX' ? 'BSE_INDEX' : 'NSE_INDEX';
  const token = Object.keys(indexNames).indexOf(symbol) + 1;
  const nothing = { ...security, isin: null, series: null, lotSize: null, tickSize: null, freezeQuantity: null };
  return { ...nothing, segment, token, kind: 'INDEX', symbol, name: indexNames[symbol] ?? null };
});

const shares = fc
  .record({
    n: number(400_000),
    onNse: fc.boolean(),
    series: fc.constantFrom('EQ', 'BE', 'SM'),
    tick: fc.constantFrom('0.01', '0.05', '0.1', '1', '5'),
  })
  .map(({ n, onNse, series, tick }): Listing => {
    const symbol = shareSymbol(n);
    const listed = onNse ? { segment: 'NSE', token: 3001 + n, series } : { segment: 'BSE', token: 500_001 + (n % 300_000), series: 'XT' };
    const told = {
      kind: 'EQUITY',
      symbol,
      name: companyName(symbol),
      isin: shareIsin(n),
      lotSize: 1,
      tickSize: tick,
      freezeQuantity: 100_000,
    };
    return { ...security, ...listed, ...told } as Listing; // segment and kind are literals
  });

const others = fc.tuple(number(40_000), fc.boolean()).map(([n, isLoan]): Listing => {
  const listed = { ...security, segment: 'NSE', token: 3001 + n, freezeQuantity: 100_000 } as const;
  return isLoan
    ? { ...listed, kind: 'BOND', symbol: loanSymbol(n), name: 'SDL', isin: loanIsin(n), series: 'SG', lotSize: 100, tickSize: '0.01' }
    : { ...listed, kind: 'ETF', symbol: fundSymbol(n), name: 'A ETF', isin: fundIsin(n), series: 'EQ', lotSize: 1, tickSize: '0.01' };
});

const underlyings = fc.oneof(
  fc
    .constantFrom('NIFTY', 'FINNIFTY', 'MIDCPNIFTY')
    .map((symbol) => ({ segment: 'NFO', symbol, on: 'index', lotSize: 65, multiplier: null })),
  fc.constantFrom('SENSEX', 'BANKEX').map((symbol) => ({ segment: 'BFO', symbol, on: 'index', lotSize: 20, multiplier: null })),
  number(400_000).map((n) => ({ segment: 'NFO', symbol: shareSymbol(n), on: 'share', lotSize: 475, multiplier: null })),
  number(400_000).map((n) => ({ segment: 'BFO', symbol: shareSymbol(n), on: 'share', lotSize: 475, multiplier: null })),
  fc.constantFrom('USDINR', 'JPYINR').map((symbol) => ({ segment: 'CDS', symbol, on: 'currency', lotSize: 1, multiplier: '1000' })),
  fc
    .constantFrom(['GOLDM', 100, '10'], ['ZINC', 5, '5000'])
    .map(([symbol, lotSize, multiplier]) => ({ segment: 'MCX', symbol, on: 'commodity', lotSize, multiplier })),
);

const contracts = fc
  .record({
    on: underlyings,
    token: fc.integer({ min: 1, max: 1_100_000 }),
    expiry: fc.integer({ min: 0, max: 700 }).map((n) => new Date(Date.parse(day) + n * 86_400_000).toISOString().slice(0, 10)),
    strike: fc.integer({ min: 1, max: 40_000_000 }).map((n) => String(n / 400)),
    side: fc.constantFrom('CE', 'PE', null),
    tickSize: fc.constantFrom('0.0025', '0.05', '0.1', '1'),
  })
  .map(({ on, token, expiry, strike, side, tickSize }): Listing => {
    const kind = side === null ? 'FUTURE' : 'OPTION';
    const told = { kind, name: null, isin: null, series: null, expiry, strike: side && strike, optionType: side, freezeQuantity: 1800 };
    return { ...on, token, tickSize, ...told } as Listing; // segment, kind and on are literals
  });

const lists = fc.array(fc.oneof(indices, shares, others, contracts), { minLength: 1, maxLength: 40 });

const textOf = (part: Part, listings: readonly Listing[]) =>
  part.head + listings.map((listing) => part.row(listing, day)).join(part.between) + part.tail;

/** Each listing with what the broker's adapter makes of the row that the writer makes of it. */
async function readBack(writer: Writer, listings: readonly Listing[]): Promise<(readonly [Listing, DumpRow | undefined])[]> {
  const pairs: (readonly [Listing, DumpRow | undefined])[] = [];
  for (const part of writer.parts) {
    // an adapter may refuse a second index of the same name: one row at a time
    for (const listing of listings.filter(({ segment }) => part.segments.includes(segment))) {
      const rows: DumpRow[] = [];
      const bytes = chunks(Buffer.from(textOf(part, [listing])), 65_536);
      for await (const batch of adapterOf(writer.broker).read(bytes, { name: part.name, firstLine: 1 })) rows.push(...batch.rows);
      expect(rows.length).toBeLessThanOrEqual(1);
      pairs.push([listing, rows[0]]);
    }
  }
  return pairs;
}

const canonical = (listing: Listing) => {
  const { segment, token, symbol, expiry, strike, optionType } = listing;
  return { segment, ...(listing.kind !== 'INDEX' && { exchangeToken: String(token) }), symbol, expiry, strike, optionType };
};

/** What a broker says by itself: null where it does not tell, or where its own unit differs, what it says instead. */
const stated = ['isin', 'series', 'lotSize', 'tickSize', 'multiplier', 'freezeQuantity'] as const;

const counts: Readonly<Record<string, Partial<Record<Market, number>>>> = { dhan: { MCX: 1 }, fyers: { MCX: 1 }, icici: { CDS: 1000 } };

/** Which of them each broker tells, by segment. */
const tells: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kite: {
    NSE: 'series lotSize tickSize',
    BSE: 'lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  upstox: {
    NSE: 'isin series lotSize tickSize freezeQuantity',
    BSE: 'isin series lotSize tickSize freezeQuantity',
    NFO: 'lotSize tickSize freezeQuantity',
    CDS: 'lotSize tickSize multiplier freezeQuantity',
    MCX: 'lotSize tickSize multiplier freezeQuantity',
  },
  'upstox-csv': {
    NSE: 'isin lotSize tickSize',
    BSE: 'isin lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  angel: {
    NSE: 'series lotSize tickSize',
    BSE: 'lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  dhan: {
    NSE: 'series lotSize tickSize',
    BSE: 'series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  fyers: {
    NSE: 'isin series lotSize tickSize',
    BSE: 'isin series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  noren: {
    NSE: 'series lotSize tickSize',
    BSE: 'series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize multiplier',
    MCX: 'lotSize tickSize multiplier',
  },
  aliceblue: {
    NSE: 'series lotSize tickSize',
    BSE: 'series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  icici: { NSE: 'isin series', BSE: 'isin series', NFO: 'lotSize tickSize', CDS: 'lotSize tickSize', MCX: 'lotSize' },
  nuvama: {
    NSE: 'isin series lotSize tickSize',
    BSE: 'isin series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize multiplier',
    MCX: 'lotSize tickSize',
  },
  groww: {
    NSE: 'isin series lotSize tickSize',
    BSE: 'isin series lotSize tickSize',
    NFO: 'lotSize tickSize freezeQuantity',
    BFO: 'lotSize tickSize',
    MCX: 'lotSize',
  },
  kotak: {
    NSE: 'isin series lotSize tickSize',
    BSE: 'isin series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize',
    MCX: 'lotSize tickSize',
  },
  fivepaisa: {
    NSE: 'isin series lotSize tickSize',
    BSE: 'isin series lotSize tickSize',
    NFO: 'lotSize tickSize',
    CDS: 'lotSize tickSize multiplier',
    MCX: 'lotSize tickSize',
  },
};

function expected(format: string, listing: Listing) {
  if (listing.kind === 'INDEX') return Object.fromEntries(stated.map((field) => [field, null]));
  const bySegment = tells[format] ?? tells.noren ?? {};
  const told = (bySegment[listing.segment] ?? bySegment.NFO ?? '').split(' ');
  const lot = counts[format]?.[listing.segment] ?? listing.lotSize;
  return Object.fromEntries(stated.map((field) => [field, told.includes(field) ? (field === 'lotSize' ? lot : listing[field]) : null]));
}

describe.each([...writers, ...otherFormats])('%s’s format', (format, writer) => {
  it('is read as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(lists, async (listings) => {
        for (const [listing, row] of await readBack(writer, listings)) {
          expect(row).toMatchObject(canonical(listing));
          const said = Object.fromEntries(stated.map((field) => [field, row?.[field] ?? null]));
          expect({ listing, said }).toEqual({ listing, said: expected(format, listing) });
          if (isContract(listing)) expect(row?.type).toBe(listing.kind);
          else expect([listing.kind, null]).toContain(row?.type);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});
