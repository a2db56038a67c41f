import fc from 'fast-check';
import { contractTerms, listed, shareTerms } from '../../../test/support/examples';
import { startService, type Service } from '../../../test/support/service';
import { Instruments, questionFrom, Resolver, shown, Wanted, type InstrumentEvent, type Segment } from '../instruments';
import { matchesOf } from './domain/matches';
import { LiveCatalogue } from './live-catalogue';

jest.setTimeout(240_000);

const today = '2026-01-07';
const id = (n: number) => `0198a1b2-3c4d-7e5f-8a6b-00000000000${n}`;

describe('the copy in memory', () => {
  let service: Service;
  let instruments: Instruments;
  let live: LiveCatalogue;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: `${today}T11:00:00+05:30` });
    instruments = service.app.get(Instruments, { strict: false });
    live = service.app.get(LiveCatalogue, { strict: false });
  });
  afterAll(() => service.stop());

  /** As it is at the position, which it must come to by itself. */
  async function at(position: number) {
    for (const deadline = Date.now() + 10_000; ;) {
      const view = live.now(position);
      if (view) return view;
      if (Date.now() > deadline) throw new Error(`It did not come to position ${position}.`);
      await new Promise(setImmediate);
    }
  }

  // Few names and days, so that instruments take each other's, begin, end and come back all the time.
  const few = <T>(...some: T[]) => fc.constantFrom(...some);
  const week = ['2026-01-05', '2026-01-06', today, '2026-01-08', '2026-01-09'];
  const days = few(...week);
  const spans = few(...week.flatMap((from) => [...week.filter((to) => to > from), null].map((to) => ({ from, to }))));
  const symbols = few('ACME', 'NIFTY', 'ACME-BE');
  const kinds = ['share', 'share', 'index', 'future', 'option', 'option'] as const;
  const listing = (n: number) =>
    fc
      .record({
        span: spans,
        symbol: symbols,
        isin: fc.option(few('INE002A01018', 'INE999X01017')),
        expiry: few('2026-01-06', today, '2026-01-27'),
      })
      .map(({ span: { from, to }, symbol, isin, expiry }): InstrumentEvent => {
        const kind = kinds[n];
        if (kind === 'share') return listed({ ...shareTerms, key: `NSE:${symbol}`, symbol, isin }, from, to);
        if (kind === 'index') {
          const index = listed({ ...shareTerms, key: `NSE_INDEX:${symbol}`, symbol, isin: null, series: null, type: 'INDEX' }, from, to);
          return { ...index, data: { ...index.data, segment: 'NSE_INDEX' } };
        }
        const future = { type: 'FUTURE', strike: null, optionType: null, key: `NFO:${symbol}:${expiry}:FUT` } as const;
        const option = { key: `NFO:${symbol}:${expiry}:24500:CE` };
        return listed({ ...contractTerms, symbol, underlying: symbol, expiry, ...(kind === 'future' ? future : option) }, from, to);
      });
  const assignment = fc
    .record({
      span: spans,
      broker: few('kite', 'upstox'),
      token: few('1', '2'),
      exchangeToken: few('1', '3'),
      symbol: few('ACME', 'B'),
      segment: few<Segment>('NSE', 'NFO'),
    })
    .map(({ span: { from, to }, ...said }): InstrumentEvent => ({
      type: 'BrokerTokenAssigned',
      data: { ...said, lotSize: 25, validFrom: from, validTo: to },
    }));
  const change = fc.oneof(
    assignment,
    days.map((validFrom): InstrumentEvent => ({ type: 'InstrumentSuspended', data: { validFrom } })),
    days.map((validFrom): InstrumentEvent => ({ type: 'InstrumentDelisted', data: { validFrom } })),
    spans.map(({ from: validFrom, to: validTo }): InstrumentEvent => ({
      type: 'TermsAmended',
      data: { validFrom, validTo, set: { lotSize: 50, flags: { ban: true } }, was: {} },
    })),
  );
  const step = fc
    .nat(5)
    .chain((n) => fc.record({ n: fc.constant(n), changes: fc.array(fc.oneof(listing(n), change), { minLength: 1, maxLength: 4 }) }));
  const history = fc.array(step, { minLength: 1, maxLength: 8 });

  const asked = [
    ...[0, 1, 2, 3, 4, 5].map((n) => ({ id: id(n) })),
    ...['NSE:ACME', 'NSE:ACME-BE', 'NSE_INDEX:NIFTY', 'NFO:NIFTY:2026-01-27:FUT', `NFO:ACME:${today}:24500:CE`, id(0), 'NSE:X'].map(
      (key) => ({ key }),
    ),
    ...['kite', 'upstox'].flatMap((broker) =>
      ['1', '2', '3', '4'].flatMap((token) => [
        { broker, token },
        { broker, token, segment: 'NFO' },
        { broker, token, segment: 'NSE' },
        { broker, token, exchange: 'XNSE' },
        { broker, token, symbol: 'ACME' },
      ]),
    ),
    ...['kite', 'upstox'].flatMap((broker) =>
      ['ACME', 'B', 'C'].flatMap((brokerSymbol) => [
        { broker, brokerSymbol },
        { broker, brokerSymbol, segment: 'NFO' },
      ]),
    ),
    ...['INE002A01018', 'INE999X01017', 'INE000X01010'].flatMap((isin) => [{ isin }, { isin, exchange: 'XBOM' }]),
    ...['ACME', 'NIFTY', 'Nifty 50', 'ACME-BE', 'acme', 'NOBODY'].flatMap((symbol) => [
      { symbol },
      { symbol, segment: 'NSE' },
      { symbol, exchange: 'XNSE' },
      ...['2026-01-06', today, '2026-01-27'].flatMap((expiry) => [
        { symbol, expiry },
        { symbol, expiry, optionType: 'CE' },
        { symbol, expiry, strike: '24500' },
        { symbol, expiry, strike: '24500', optionType: 'CE' },
        { symbol, expiry, segment: 'NFO' },
      ]),
    ]),
  ];
  const questions = asked.map((wanted) => {
    const question = questionFrom(Wanted.parse(wanted));
    if (typeof question === 'string') throw new Error(question);
    return question;
  });

  it('answers every question as the tables do at the same position', async () => {
    const resolver = service.app.get(Resolver, { strict: false });
    const answeredInMemory = new Set<string>();
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        for (const { n, changes } of steps)
          // Two instruments may not have one name at once, and periods have an order: the database refuses such a change.
          await instruments.change(id(n), () => changes).catch((error: { code?: string }) => expect(error.code).toMatch(/^2[23]/));
        const view = await at(await instruments.store.position());
        const { moment } = view;
        const oracle = await resolver.resolve(questions, { moment, asked: false, position: null });
        for (const [n, question] of questions.entries()) {
          const matches = matchesOf(view.catalogue, question, moment);
          if (matches === null) continue;
          if (matches.length > 0) answeredInMemory.add(question.by);
          const text = (all: readonly (typeof matches)[number][] = []) => JSON.stringify(all.map((one) => shown(one, moment)));
          expect([asked[n], text(matches)]).toEqual([asked[n], text(oracle[n]?.matches)]);
        }
      }),
      { numRuns: 100 },
    );
    expect([...answeredInMemory].sort()).toEqual(['brokerSymbol', 'contract', 'id', 'key', 'name', 'token', 'tokenInSegment']);
  });

  it('is what a copy loaded anew would be', async () => {
    const other = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: `${today}T11:00:00+05:30` }, service.databaseUrl);
    try {
      const position = await instruments.store.position();
      const followed = await at(position);
      const loaded = other.app.get(LiveCatalogue, { strict: false });
      for (const deadline = Date.now() + 10_000; !loaded.now(position) && Date.now() < deadline;) await new Promise(setImmediate);
      const all = (catalogue = followed.catalogue) =>
        [...catalogue.rows()].map((row) => catalogue.snapshot(row)).sort((a, b) => (a.id < b.id ? -1 : 1));
      expect(all(loaded.now()?.catalogue)).toEqual(all());
      expect(all().length).toBeGreaterThan(0);
    } finally {
      await other.stop();
    }
  });

  it('is behind what a caller was told until it has come there', () => {
    const { position } = live.now() ?? { position: -1 };
    expect(live.now(position)).not.toBeNull();
    expect(live.now(position + 1)).toBeNull();
    live.tell(position + 1);
    expect(live.now()).toBeNull();
  });
});
