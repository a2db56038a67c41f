import { specificationFor } from '../../../../test/support/specification';
import { flag, freeze } from './exchange-says';
import { instrument, type Instrument, type InstrumentEvent } from './instrument';

const given = specificationFor(instrument);

const listed: InstrumentEvent = {
  type: 'InstrumentListed',
  data: {
    ...{ key: 'NFO:ACME:2031-01-28:FUT', symbol: 'ACME', type: 'FUTURE', underlying: 'ACME', expiry: '2031-01-28', tickSize: '0.05' },
    ...{ segment: 'NFO', isTest: false, validFrom: '2031-01-01', validTo: '2031-01-29' },
  },
};
const flagged = (set: object, was: object, validFrom: string, validTo: string | null = null): InstrumentEvent => ({
  type: 'FlagsChanged',
  data: { set: { flags: { ...set } }, was: { flags: { ...was } }, validFrom, validTo },
});

describe('a flag that an exchange’s list sets', () => {
  const ban =
    (isSet: boolean, day: string, until: string | null = null) =>
    (state: Instrument) =>
      flag(state, 'ban', isSet, day, until);
  const banned = flagged({ ban: true }, {}, '2031-01-07');

  it('holds from the day of the list', () => given(listed).when(ban(true, '2031-01-07')).then(banned));
  it('holds to the next list, where that is known', () =>
    given(listed)
      .when(ban(true, '2031-01-07', '2031-01-08'))
      .then(flagged({ ban: true }, {}, '2031-01-07', '2031-01-08')));
  it('is lifted, and others stay', () =>
    given(listed, flagged({ ban: true, asm: 'I' }, {}, '2031-01-07'))
      .when(ban(false, '2031-01-09'))
      .then(flagged({ asm: 'I' }, { ban: true, asm: 'I' }, '2031-01-09')));
  it('is nothing where it is so already', () => given(listed, banned).when(ban(true, '2031-01-08')).thenNothing());
  it('is nothing on a day on which the contract does not live', () => {
    given(listed).when(ban(true, '2030-12-31')).thenNothing();
    given().when(ban(true, '2031-01-07')).thenNothing();
  });
});

describe('a freeze quantity that an exchange’s list says', () => {
  const freezing = (quantity: number) => (state: Instrument) => freeze(state, quantity, '2031-01-07', null);
  const mapping = {
    broker: 'kite',
    segment: 'NFO',
    exchangeToken: '41',
    token: '41',
    symbol: 'ACMEFUT',
    validFrom: '2031-01-01',
    validTo: null,
  } as const;
  const amended: InstrumentEvent = {
    type: 'TermsAmended',
    data: { set: { freezeQuantity: 1800 }, was: { freezeQuantity: null }, validFrom: '2031-01-07', validTo: null },
  };

  it('is the contract’s while no broker says one', () =>
    given(listed, { type: 'BrokerTokenAssigned', data: mapping }).when(freezing(1800)).then(amended));
  it('is nothing where a broker does', () =>
    given(listed, { type: 'BrokerTokenAssigned', data: { ...mapping, freezeQuantity: 1799 } })
      .when(freezing(1800))
      .thenNothing());
  it('is nothing where it is so already', () => given(listed, amended).when(freezing(1800)).thenNothing());
});
