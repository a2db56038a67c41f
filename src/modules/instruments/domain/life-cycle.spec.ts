import { contractTerms, listed, shareTerms } from '../../../../test/support/examples';
import { specificationFor } from '../../../../test/support/specification';
import { NotFound, Refused } from '../../../platform/errors';
import { instrument, type Instrument, type InstrumentEvent } from './instrument';
import { adjust, amendTerms, delist, delistDropped, expire, register, rename, resume, suspend, withdraw } from './life-cycle';
import { at } from './timeline';

const given = specificationFor(instrument);
const share = listed(shareTerms, '2026-01-06');
const contract = listed(contractTerms, '2026-01-06', '2026-01-28');
const stateOf = (...events: InstrumentEvent[]) => events.reduce(instrument.evolve, instrument.initial);
const termsOn = (state: Instrument, day: string) => (state.status === 'known' ? at(state.terms, day)?.value : undefined);

describe('registering', () => {
  const { key: _, suspended: __, flags: ___, ...terms } = contractTerms;
  const registration = { ...terms, segment: 'NFO', validFrom: '2026-01-06', securityId: null } as const;

  it('lists a contract until the day after its expiry', () =>
    given()
      .when((state) => register(state, registration))
      .then(contract));
  it('is refused twice', () =>
    given(contract)
      .when((state) => register(state, registration))
      .thenThrows(Refused));
});

describe('amending', () => {
  const lot =
    (day: string, lotSize = 75) =>
    (state: Instrument) =>
      amendTerms(state, { lotSize }, day);
  const amended = (validFrom: string, validTo: string | null, set: number, was: number): InstrumentEvent => ({
    type: 'TermsAmended',
    data: { validFrom, validTo, set: { lotSize: set }, was: { lotSize: was } },
  });

  it('holds from the day on', () =>
    given(share)
      .when(lot('2026-01-10'))
      .then(amended('2026-01-10', null, 75, 1)));
  it('does nothing when it is so already', () => given(share).when(lot('2026-01-10', 1)).thenNothing());
  it('ends where a later amendment begins', () =>
    given(share, amended('2026-02-01', null, 50, 1))
      .when(lot('2026-01-10'))
      .then(amended('2026-01-10', '2026-02-01', 75, 1)));
  it('keeps flags apart', () =>
    given(share)
      .when((state) => amendTerms(state, { flags: { mtf: true } }, '2026-01-10'))
      .then({ type: 'FlagsChanged', data: { validFrom: '2026-01-10', validTo: null, set: { flags: { mtf: true } }, was: { flags: {} } } }));
  it('is refused before the listing', () => given(share).when(lot('2026-01-05')).thenThrows(Refused));
  it('is refused after the end', () => given(contract).when(lot('2026-01-28')).thenThrows(Refused));
  it('does not know what was never listed', () => given().when(lot('2026-01-10')).thenThrows(NotFound));
});

describe('renaming', () => {
  it('gives a share another symbol and key', () =>
    given(share)
      .when((state) => rename(state, 'RIL', '2026-01-10'))
      .then({
        type: 'InstrumentRenamed',
        data: {
          validFrom: '2026-01-10',
          validTo: null,
          set: { symbol: 'RIL', key: 'NSE:RIL' },
          was: { symbol: 'RELIANCE', key: 'NSE:RELIANCE' },
        },
      }));
  it('is refused to a contract', () =>
    given(contract)
      .when((state) => rename(state, 'X', '2026-01-10'))
      .thenThrows(Refused));
});

describe('adjusting', () => {
  it('gives an option another strike, lot and key', () =>
    given(contract)
      .when((state) => adjust(state, { strike: '12250', lotSize: 130, reason: 'split' }, '2026-01-10'))
      .then({
        type: 'ContractAdjusted',
        data: {
          validFrom: '2026-01-10',
          validTo: null,
          set: { strike: '12250', lotSize: 130, key: 'NFO:NIFTY:2026-01-27:12250:CE' },
          was: { strike: '24500', lotSize: 65, key: 'NFO:NIFTY:2026-01-27:24500:CE' },
          reason: 'split',
        },
      }));
  it('keeps the key when only the lot changes', () =>
    given(contract)
      .when((state) => adjust(state, { lotSize: 130 }, '2026-01-10'))
      .then({ type: 'ContractAdjusted', data: { validFrom: '2026-01-10', validTo: null, set: { lotSize: 130 }, was: { lotSize: 65 } } }));
  it('is refused to a share', () =>
    given(share)
      .when((state) => adjust(state, { lotSize: 2 }, '2026-01-10'))
      .thenThrows(Refused));
});

describe('suspending and resuming', () => {
  const suspended = (validFrom: string): InstrumentEvent => ({ type: 'InstrumentSuspended', data: { reason: 'halt', validFrom } });
  const resumed = (validFrom: string): InstrumentEvent => ({ type: 'InstrumentResumed', data: { validFrom } });
  const suspendFrom = (day: string) => (state: Instrument) => suspend(state, 'halt', day);

  it('suspends an active one', () => given(share).when(suspendFrom('2026-01-10')).then(suspended('2026-01-10')));
  it('does nothing to a suspended one', () => given(share, suspended('2026-01-08')).when(suspendFrom('2026-01-10')).thenNothing());
  it('resumes a suspended one', () =>
    given(share, suspended('2026-01-08'))
      .when((state) => resume(state, undefined, '2026-01-10'))
      .then(resumed('2026-01-10')));
  it('does not resume an active one', () =>
    given(share)
      .when((state) => resume(state, undefined, '2026-01-10'))
      .thenNothing());

  it('leaves a later resumption standing when an earlier beginning is learnt late', () => {
    const history = [share, suspended('2026-01-10'), resumed('2026-01-15')];
    const late: InstrumentEvent = { type: 'InstrumentSuspended', data: { reason: 'halt', validFrom: '2026-01-08', validTo: '2026-01-10' } };
    given(...history)
      .when(suspendFrom('2026-01-08'))
      .then(late);
    const state = stateOf(...history, late);
    expect(['2026-01-07', '2026-01-08', '2026-01-14', '2026-01-15'].map((day) => termsOn(state, day)?.suspended)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the end', () => {
  const delisted: InstrumentEvent = { type: 'InstrumentDelisted', data: { reason: 'merged', validFrom: '2026-01-10' } };
  const delistOn = (day: string) => (state: Instrument) => delist(state, 'merged', day);

  it('delists once', () => {
    given(share).when(delistOn('2026-01-10')).then(delisted);
    given(share, delisted).when(delistOn('2026-01-12')).thenNothing();
  });
  it('needs no reason', () => {
    const plain: InstrumentEvent = { type: 'InstrumentDelisted', data: { validFrom: '2026-01-10' } };
    const quietly = (state: Instrument) => delist(state, undefined, '2026-01-10');
    given(share).when(quietly).then(plain);
    given(share, plain).when(quietly).thenNothing();
  });
  it('leaves at least a day of life, and says which', () =>
    expect(() => delistOn('2026-01-06')(stateOf(share))).toThrow(
      new Refused(
        'NSE:RELIANCE begins on 2026-01-06, and a delisting from that day would leave it none: delist it from 2026-01-07 on (validFrom), the first day on which it is no longer listed.',
      ),
    ));
  it('leaves at least a day to a new name, and says which', () => {
    const renamed = stateOf(share, ...rename(stateOf(share), 'RIL', '2026-01-10'));
    expect(() => delistOn('2026-01-10')(renamed)).toThrow(
      new Refused(
        'NSE:RELIANCE becomes NSE:RIL on 2026-01-10, and a delisting from that day would leave it none: delist it from 2026-01-11 on (validFrom), the first day on which it is no longer listed.',
      ),
    );
    expect(delistOn('2026-01-11')(renamed)).toEqual([{ type: 'InstrumentDelisted', data: { reason: 'merged', validFrom: '2026-01-11' } }]);
  });
  it('may come on the day of a suspension', () =>
    given(share, ...suspend(stateOf(share), 'halt', '2026-01-10'))
      .when(delistOn('2026-01-10'))
      .then(delisted));
  it('takes the terms and the mappings with it', () => {
    const state = stateOf(share, assigned('2026-01-06', null), delisted);
    expect([termsOn(state, '2026-01-09')?.key, termsOn(state, '2026-01-10')]).toEqual(['NSE:RELIANCE', undefined]);
    expect(state.status === 'known' && state.mappings[0]?.says.map(({ to }) => to)).toEqual(['2026-01-10']);
  });

  it('expires a contract once, after its last day', () => {
    const expired: InstrumentEvent = { type: 'InstrumentExpired', data: { expiry: '2026-01-27', validFrom: '2026-01-28' } };
    given(contract)
      .when((state) => expire(state, '2026-01-27'))
      .thenNothing();
    given(contract)
      .when((state) => expire(state, '2026-01-28'))
      .then(expired);
    given(contract, expired)
      .when((state) => expire(state, '2026-01-29'))
      .thenNothing();
    given(share)
      .when((state) => expire(state, '2030-01-01'))
      .thenNothing();
  });
});

const assigned = (validFrom: string, validTo: string | null): InstrumentEvent => ({
  type: 'BrokerTokenAssigned',
  data: {
    broker: 'kite',
    segment: 'NSE',
    exchangeToken: '2885',
    token: '738561',
    symbol: 'RELIANCE',
    name: null,
    lotSize: 1,
    tickSize: '0.05',
    freezeQuantity: null,
    validFrom,
    validTo,
  },
});

describe('withdrawing a token', () => {
  const withdrawn = (validFrom: string, validTo: string | null): InstrumentEvent => ({
    type: 'BrokerTokenWithdrawn',
    data: { broker: 'kite', segment: 'NSE', exchangeToken: '2885', token: '738561', validFrom, validTo },
  });
  const from = (day: string, until: string | null) => (state: Instrument) => withdraw(state, 'kite', 'NSE', '2885', day, until);

  it('ends it for good', () =>
    given(share, assigned('2026-01-06', null)).when(from('2026-01-08', null)).then(withdrawn('2026-01-08', null)));
  it('ends it for as long as nothing newer is known', () =>
    given(share, assigned('2026-01-06', null)).when(from('2026-01-08', '2026-01-09')).then(withdrawn('2026-01-08', '2026-01-09')));
  it('does nothing where it is not open', () =>
    given(share, assigned('2026-01-06', '2026-01-08')).when(from('2026-01-08', null)).thenNothing());
});

describe('a listing that brokers drop', () => {
  const had = (broker: string, validTo: string | null): InstrumentEvent => ({
    type: 'BrokerTokenAssigned',
    data: { broker, segment: 'NSE', exchangeToken: '2885', token: '2885', symbol: 'RELIANCE', validFrom: '2026-01-06', validTo },
  });
  const drop = (broker: string, since: string, files = 5) => ({ broker, since, files });
  const both = [drop('kite', '2026-01-08'), drop('upstox', '2026-01-10')];
  const dropped = [share, had('kite', '2026-01-08'), had('upstox', '2026-01-10')];

  it('ends on the first day on which none had it, with their names', () =>
    given(...dropped)
      .when((state) => delistDropped(state, both, 5))
      .then({
        type: 'InstrumentDelisted',
        data: { by: 'brokers', reason: 'No longer at kite, upstox: missing from 5 files of each or more.', validFrom: '2026-01-10' },
      }));

  it.each([
    ['one broker had it', [share, had('kite', '2026-01-08')], both.slice(0, 1)],
    ['one of them has too few files', dropped, [drop('kite', '2026-01-08'), drop('upstox', '2026-01-10', 4)]],
    ['one of them has it again', [...dropped, had('kite', null)], both],
    ['a third one was not asked', [...dropped, had('dhan', '2026-01-09')], both],
    ['it is delisted already', [...dropped, { type: 'InstrumentDelisted', data: { validFrom: '2026-01-12' } } as const], both],
  ])('stays when %s', (_, events, drops) =>
    given(...events)
      .when((state) => delistDropped(state, drops, 5))
      .thenNothing(),
  );
});
