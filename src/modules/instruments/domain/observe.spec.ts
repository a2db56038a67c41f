import fc from 'fast-check';
import { listed, seen, shareTerms } from '../../../../test/support/examples';
import { specificationFor } from '../../../../test/support/specification';
import { instrument, type Instrument } from './instrument';
import { observe, type Observation } from './observe';
import { at } from './timeline';

const given = specificationFor(instrument);
const row = seen({ isin: 'INE002A01018', series: 'EQ', type: 'EQUITY', name: 'RELIANCE INDUSTRIES', lotSize: 1, tickSize: '0.05' });
const option = (more: Partial<Observation> = {}) =>
  seen({
    segment: 'NFO',
    exchangeToken: '601',
    token: 'NFO|601',
    brokerSymbol: 'NIFTY 24500 CE',
    symbol: 'NIFTY',
    underlying: 'NIFTY',
    type: 'OPTION',
    expiry: '2026-01-27',
    strike: '24500',
    optionType: 'CE',
    lotSize: 65,
    tickSize: '0.05',
    ...more,
  });
const after = (...rows: Observation[]) =>
  rows.reduce<Instrument>((state, one) => observe(state, one).reduce(instrument.evolve, state), instrument.initial);
const termsOn = (state: Instrument, day: string) => (state.status === 'known' ? at(state.terms, day)?.value : undefined);

describe('observing a row', () => {
  const assigned = {
    type: 'BrokerTokenAssigned',
    data: {
      broker: 'upstox',
      segment: 'NSE',
      exchangeToken: '2885',
      token: 'NSE_EQ|INE002A01018',
      symbol: 'RELIANCE',
      name: 'RELIANCE INDUSTRIES',
      lotSize: 1,
      tickSize: '0.05',
      exchangeSymbol: 'RELIANCE',
      validFrom: '2026-01-07',
      validTo: null,
    },
  } as const;
  const share = listed(shareTerms, '2026-01-07');

  it('lists what is new and assigns its token', () =>
    given()
      .when((state) => observe(state, row))
      .then(share, assigned));
  it('changes nothing when all of it was known', () =>
    given(share, assigned)
      .when((state) => observe(state, { ...row, day: '2026-01-09' }))
      .thenNothing());

  it('amends what the broker says differently from the day on', () =>
    given(share, assigned)
      .when((state) => observe(state, { ...row, day: '2026-01-09', tickSize: '0.1' }))
      .then(
        { ...assigned, data: { ...assigned.data, tickSize: '0.1', validFrom: '2026-01-09' } },
        { type: 'TermsAmended', data: { validFrom: '2026-01-09', validTo: null, set: { tickSize: '0.1' }, was: { tickSize: '0.05' } } },
      ));

  it('renames under the same token', () =>
    expect(observe(after(row), { ...row, day: '2026-01-09', symbol: 'RIL', brokerSymbol: 'RIL' }).map(({ type }) => type)).toEqual([
      'InstrumentRenamed',
      'BrokerTokenAssigned',
    ]));

  it('learns what a first source lacked, and calls it no change', () => {
    const kite = seen({ broker: 'kite', token: '738561', series: 'EQ', lotSize: 1, tickSize: '0.05', name: 'RELIANCE INDUSTRIES' });
    expect(observe(after(kite), row).map(({ type }) => type)).toEqual(['IdentifierLearnt', 'BrokerTokenAssigned']);
    expect(termsOn(after(kite, row), '2026-01-07')).toEqual(shareTerms);
  });

  it('adjusts, with the lot in the same event', () => {
    const events = observe(after(option()), option({ day: '2026-01-09', strike: '12250', lotSize: 130 }));
    expect(events.map(({ type }) => type)).toEqual(['ContractAdjusted', 'BrokerTokenAssigned']);
    expect(events[0]?.data).toEqual({
      validFrom: '2026-01-09',
      validTo: null,
      set: { strike: '12250', lotSize: 130, key: 'NFO:NIFTY:2026-01-27:12250:CE' },
      was: { strike: '24500', lotSize: 65, key: 'NFO:NIFTY:2026-01-27:24500:CE' },
    });
  });

  it('takes the symbol of an adjusted contract from every broker, and from none that only writes it otherwise', () => {
    const kite = { broker: 'kite', token: '153856', brokerSymbol: 'NIFTY26JAN24500CE' };
    const adjusted = { day: '2026-01-09', strike: '12250' };
    const state = after(option(), option(kite), option({ ...adjusted, brokerSymbol: 'NIFTY 12250 CE' }));
    const news = option({ ...kite, ...adjusted, brokerSymbol: 'NIFTY26JAN12250CE' });
    expect(observe(state, news)).toMatchObject([
      { type: 'BrokerTokenAssigned', data: { broker: 'kite', symbol: 'NIFTY26JAN12250CE', validFrom: '2026-01-09' } },
    ]);
    expect(
      observe(
        [news].reduce((now, one) => observe(now, one).reduce(instrument.evolve, now), state),
        { ...news, brokerSymbol: 'NIFTY 12250' },
      ),
    ).toEqual([]);
  });

  it('reschedules: life and mappings follow the expiry', () => {
    const state = after(option(), option({ day: '2026-01-09', expiry: '2026-01-29' }));
    if (state.status === 'unknown') throw new Error('It was listed.');
    expect(state.terms.map(({ from, to, value }) => [from, to, value.key])).toEqual([
      ['2026-01-07', '2026-01-09', 'NFO:NIFTY:2026-01-27:24500:CE'],
      ['2026-01-09', '2026-01-30', 'NFO:NIFTY:2026-01-29:24500:CE'],
    ]);
    expect(state.mappings[0]?.says.at(-1)?.to).toBe('2026-01-30');
  });

  it('opens the mapping earlier when an older file comes late, and overwrites nothing later', () => {
    const late = { ...row, day: '2026-01-05', until: '2026-01-07', ownUntil: '2026-01-07', tickSize: '0.01' };
    const state = after(row, late);
    expect([termsOn(state, '2026-01-05')?.tickSize, termsOn(state, '2026-01-07')?.tickSize]).toEqual(['0.01', '0.05']);
    expect(termsOn(state, '2026-01-04')).toBeUndefined();
    expect(state.status === 'known' && state.mappings[0]?.says.map(({ from, to }) => [from, to])).toEqual([
      ['2026-01-05', '2026-01-07'],
      ['2026-01-07', null],
    ]);
  });

  it('leaves a token open across later terms, which end no life', () => {
    const late = seen({ broker: 'kite', token: '738561', day: '2026-01-08', until: '2026-01-09', lotSize: 1, tickSize: '0.05' });
    const state = after(row, { ...row, day: '2026-01-09', tickSize: '0.1' }, late);
    expect(
      state.status === 'known' && state.mappings.find(({ broker }) => broker === 'kite')?.says.map(({ from, to }) => [from, to]),
    ).toEqual([['2026-01-08', null]]);
  });

  it('leaves a token open that another broker brings late: only its own newer file could end it', () => {
    const late = { ...row, broker: 'kite', token: '738561', day: '2026-01-06', until: '2026-01-07' };
    const state = after(row, late);
    const kite = state.status === 'known' ? state.mappings.find(({ broker }) => broker === 'kite') : undefined;
    expect(kite?.says.map(({ from, to }) => [from, to])).toEqual([['2026-01-06', null]]);
  });

  describe('surveillance by the exchange', () => {
    const watched = (day: string, surveillance?: string) => ({ ...row, day, ...(surveillance !== undefined && { surveillance }) });
    const flagsOn = (state: Instrument, day: string) => termsOn(state, day)?.flags;

    it('begins, changes and ends with the days of the files that say so', () => {
      const state = after(
        watched('2026-01-05', ''),
        watched('2026-01-06', 'Stage I'),
        watched('2026-01-07', 'Stage II'),
        watched('2026-01-08', ''),
      );
      expect(['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'].map((day) => flagsOn(state, day))).toEqual([
        {},
        { surveillance: 'Stage I' },
        { surveillance: 'Stage II' },
        {},
      ]);
    });

    it('is left as it is by a file that does not tell of it, and by the same file again', () => {
      const state = after(watched('2026-01-06', 'Stage I'), watched('2026-01-07'));
      expect(flagsOn(state, '2026-01-07')).toEqual({ surveillance: 'Stage I' });
      expect(observe(state, watched('2026-01-07', 'Stage I'))).toEqual([]);
    });

    it('of an older file does not reach beyond what is known of later days', () => {
      const state = after(watched('2026-01-05', ''), watched('2026-01-08', 'Stage II'), {
        ...watched('2026-01-06', 'Stage I'),
        until: '2026-01-08',
        ownUntil: '2026-01-08',
      });
      expect([flagsOn(state, '2026-01-06'), flagsOn(state, '2026-01-08')]).toEqual([
        { surveillance: 'Stage I' },
        { surveillance: 'Stage II' },
      ]);
    });
  });

  describe('a symbol that brokers do not agree on', () => {
    const upstox = (day: string, symbol: string) => ({ ...row, day, symbol, brokerSymbol: symbol });
    const icici = (day: string, symbol: string) => ({ ...upstox(day, symbol), broker: 'icici', token: '4.1!2885', brokerSymbol: 'RELIND' });
    const kite = (day: string, symbol: string) => ({ ...upstox(day, symbol), broker: 'kite', token: '738561' });

    it('is not renamed back by a broker that never said the new one', () => {
      const state = after(upstox('2026-01-05', 'OLD'), upstox('2026-01-06', 'NEW'));
      expect(observe(state, icici('2026-01-07', 'OLD')).map(({ type }) => type)).toEqual(['BrokerTokenAssigned']);
      expect(termsOn(after(upstox('2026-01-06', 'NEW'), icici('2026-01-07', 'OLD')), '2026-01-07')?.symbol).toBe('NEW');
    });

    it('is not renamed back by one that comes late with the old one, and is renamed by one that comes with a new one', () => {
      const renamed = [upstox('2026-01-05', 'OLD'), upstox('2026-01-06', 'NEW')];
      expect(termsOn(after(...renamed, kite('2026-01-07', 'OLD')), '2026-01-07')?.symbol).toBe('NEW');
      expect(termsOn(after(...renamed, kite('2026-01-07', 'NEWER')), '2026-01-07')?.symbol).toBe('NEWER');
    });

    it('goes back when more than half of those that said the new one do', () => {
      const both = [upstox('2026-01-05', 'OLD'), kite('2026-01-05', 'OLD'), upstox('2026-01-06', 'NEW'), kite('2026-01-06', 'NEW')];
      const one = [...both, kite('2026-01-07', 'OLD')];
      expect(termsOn(after(...one), '2026-01-07')?.symbol).toBe('NEW');
      expect(termsOn(after(...one, upstox('2026-01-08', 'OLD')), '2026-01-08')?.symbol).toBe('OLD');
    });

    it('stays as a person decided until a broker says something new', () => {
      const state = [
        ...observe(after(), upstox('2026-01-05', 'OLD')),
        {
          type: 'InstrumentRenamed',
          data: {
            validFrom: '2026-01-06',
            validTo: null,
            set: { symbol: 'MINE', key: 'NSE:MINE' },
            was: { symbol: 'OLD', key: 'NSE:OLD' },
          },
        } as const,
      ].reduce<Instrument>(instrument.evolve, instrument.initial);
      expect(observe(state, upstox('2026-01-07', 'OLD'))).toEqual([]);
      expect(observe(state, upstox('2026-01-07', 'NEW')).map(({ type }) => type)).toContain('InstrumentRenamed');
    });

    it('is the same on every day in whatever order the brokers of a day come', () => {
      const brokers = ['upstox', 'kite', 'icici', 'dhan'] as const;
      const dates = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'];
      const symbols = fc.constantFrom('OLD', 'NEW', 'NEWER', null);
      const market = fc.array(fc.tuple(symbols, symbols, symbols, symbols), { minLength: 1, maxLength: 4 });
      const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
      fc.assert(
        fc.property(market, fc.array(order, { minLength: 4, maxLength: 4 }), (days, orders) => {
          const symbolsWith = (orderOf: (day: number) => readonly number[]) => {
            const rows = days.flatMap((said, n) =>
              orderOf(n).flatMap((which) => {
                const [broker, symbol, day] = [brokers[which], said[which], dates[n]];
                return broker && symbol && day ? [{ ...upstox(day, symbol), broker, token: broker }] : [];
              }),
            );
            return dates.map((day) => termsOn(after(...rows), day)?.symbol);
          };
          expect(symbolsWith((day) => orders[day] ?? [])).toEqual(symbolsWith(() => [0, 1, 2, 3]));
        }),
        { numRuns: 1000 },
      );
    });
  });

  it('is idempotent, whatever the row and what went before', () => {
    const some = fc.record({
      day: fc.constantFrom('2026-01-07', '2026-01-08', '2026-01-09'),
      broker: fc.constantFrom('kite', 'upstox'),
      lotSize: fc.constantFrom(65, 75, null),
      strike: fc.constantFrom('24500', '12250'),
      tickSize: fc.constantFrom('0.05', '0.1', null),
    });
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 6 }), (rows) => {
        // files come in the order of their days here; late ones say until when they count
        const ordered = rows.toSorted((a, b) => (a.day < b.day ? -1 : 1)).map((one) => option(one));
        const last = ordered.at(-1);
        if (last) expect(observe(after(...ordered), last)).toEqual([]);
      }),
    );
  });
});
