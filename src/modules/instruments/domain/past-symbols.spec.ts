import { listed, shareTerms } from '../../../../test/support/examples';
import { specificationFor } from '../../../../test/support/specification';
import { instrument, type Instrument, type InstrumentEvent } from './instrument';
import { renamedOn } from './past-symbols';

const given = specificationFor(instrument);
const change = { from: 'OLD', to: 'RELIANCE', day: '2020-05-01' };
const decide = (state: Instrument) => renamedOn(state, change);
const [former, now] = [
  { symbol: 'OLD', key: 'NSE:OLD' },
  { symbol: 'RELIANCE', key: 'NSE:RELIANCE' },
];
const assigned = (broker: string, validFrom: string): InstrumentEvent => ({
  type: 'BrokerTokenAssigned',
  data: { broker, segment: 'NSE', exchangeToken: '1', token: '1', symbol: 'RELIANCE', validFrom, validTo: null },
});
const share = listed(shareTerms, '1995-11-29');

describe('a change of symbol', () => {
  const learnt: InstrumentEvent = {
    type: 'IdentifierLearnt',
    data: { validFrom: '1995-11-29', validTo: '2020-05-01', set: former, was: now },
  };
  const renamed: InstrumentEvent = { type: 'InstrumentRenamed', data: { validFrom: '2020-05-01', validTo: null, set: now, was: former } };

  it('before all that was seen gives the listing its former symbol until then', () =>
    given(share, assigned('nse', '2026-01-07')).when(decide).then(learnt, renamed));

  it('that is known changes nothing', () => given(share, learnt, renamed).when(decide).thenNothing());

  it('that was seen later is put at its day', () => {
    const seen: InstrumentEvent = { type: 'InstrumentRenamed', data: { validFrom: '2020-06-01', validTo: null, set: now, was: former } };
    given(listed({ ...shareTerms, ...former }, '1995-11-29'), seen)
      .when(decide)
      .then({ type: 'InstrumentRenamed', data: { validFrom: '2020-05-01', validTo: '2020-06-01', set: now, was: former } });
  });

  it('makes a listing known on its eve, where nobody has said since when it is listed', () =>
    given(listed(shareTerms, '2026-01-07'), assigned('kite', '2026-01-07'))
      .when(decide)
      .then(listed(shareTerms, '2020-04-30', '2026-01-07'), { ...learnt, data: { ...learnt.data, validFrom: '2020-04-30' } }, renamed));

  it('is of another security when the exchange lists this one since a later day', () =>
    given(listed(shareTerms, '2021-03-01'), assigned('nse', '2026-01-07')).when(decide).thenNothing());

  it('is not believed where the exchange’s own list had the new symbol before', () =>
    given(share, assigned('nse', '2020-04-01')).when(decide).thenNothing());

  it('is of another security when this one had a third symbol', () =>
    given(listed({ ...shareTerms, symbol: 'THIRD', key: 'NSE:THIRD' }, '1995-11-29'))
      .when(decide)
      .thenNothing());
});
