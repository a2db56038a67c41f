import type { Terms } from './instrument';
import type { Observation } from './observe';
import { sameInstrument } from './same-instrument';
import { contractTerms, seen, shareTerms } from '../../../../test/support/examples';

const contract = (more: Partial<Observation>) =>
  seen({ segment: 'NFO', symbol: 'NIFTY', underlying: 'NIFTY', expiry: '2026-06-25', strike: '29000', optionType: 'PE', ...more });
const terms: Terms = { ...contractTerms, expiry: '2026-06-25', strike: '29000', optionType: 'PE' };

describe('a token that is seen again', () => {
  it.each<[string, boolean, Partial<Observation>]>([
    ['nothing changed', true, {}],
    ['another strike: adjusted', true, { strike: '28900' }],
    ['an expiry moved by five days: rescheduled', true, { expiry: '2026-06-30' }],
    ['an expiry moved by seven days back', true, { expiry: '2026-06-18' }],
    ['an expiry moved by eight days', false, { expiry: '2026-07-03' }],
    ['expiry and strike', false, { expiry: '2026-06-30', strike: '28900' }],
    ['another side', false, { optionType: 'CE' }],
    ['another underlying', false, { underlying: 'BANKNIFTY', symbol: 'BANKNIFTY' }],
    ['a future for an option', false, { strike: null, optionType: null }],
    ['a share for a contract', false, { expiry: null, strike: null, optionType: null }],
  ])('with %s: the same is %s', (_, same, more) => expect(sameInstrument(terms, contract(more))).toBe(same));

  it('is another contract when the one before had expired', () => {
    expect(sameInstrument(terms, contract({ day: '2026-06-26', expiry: '2026-06-30' }))).toBe(false);
  });

  const listing = (more: Partial<Observation>) => seen({ segment: 'NSE', symbol: 'RELIANCE', ...more });
  it.each<[string, boolean, Partial<Observation>]>([
    ['the same ISIN under a new name', true, { isin: 'INE002A01018', symbol: 'NEWNAME' }],
    ['a new ISIN after a split', true, { isin: 'INE002A01026' }],
    ['a new ISIN of the same issuer, and a new name', true, { isin: 'INE002A01026', symbol: 'NEWNAME' }],
    ['an ISIN of another issuer, and a new name', false, { isin: 'INE999Z01010', symbol: 'OTHER' }],
    ['another series, whatever its ISIN', false, { isin: 'INE002A01018', series: 'BE' }],
    ['a bond of the same issuer', false, { isin: 'INE002A07018', symbol: 'RIL28' }],
  ])('of a share with %s: the same is %s', (_, same, more) => expect(sameInstrument(shareTerms, listing(more))).toBe(same));

  it('is the same listing under a code of BSE, whatever its name, unless an ISIN says otherwise', () => {
    const terms: Terms = { ...shareTerms, key: 'BSE:MEGASOFT', symbol: 'MEGASOFT', series: 'B', isin: null, name: 'MEGASOFT' };
    const renamed = (isin: string | null) => seen({ segment: 'BSE', symbol: 'SIGMAADV', series: 'B', name: 'SIGMA', isin });
    expect(sameInstrument(terms, renamed(null))).toBe(true);
    expect(sameInstrument({ ...terms, isin: 'INE002A01018' }, renamed('INE999Z01010'))).toBe(false);
  });

  it.each<[string, string, string, boolean]>([
    ['91D180226', '91D190226', 'TB', true],
    ['91D180226', '91D210526', 'TB', false],
    ['91D180226', '182D190226', 'TB', false],
    ['980ICCL29', '980SFIL29', 'N0', true],
    ['980ICCL29', '985SFIL29', 'N0', false],
    ['980ICCL29', '980SFIL31', 'N0', false],
    ['752HP39', '752MH39', 'SG', false],
    ['IBHFZC26B', 'SCLZC26B', 'AY', true],
    ['IBHFZC26B', 'SCLZC26A', 'AY', false],
    ['IBHFZC26B', 'SCLZC27B', 'AY', false],
    ['IBHFL26B', 'SCL26B', 'AY', false],
  ])('of debt: %s and %s in %s are the same: %s', (before, now, series, same) => {
    const debt: Terms = { ...shareTerms, type: 'BOND', isin: null, name: 'before', symbol: before, series };
    expect(sameInstrument(debt, listing({ symbol: now, series, isin: null, name: 'now' }))).toBe(same);
  });
});
