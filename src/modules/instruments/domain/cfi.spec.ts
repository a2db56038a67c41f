import { cfiOf, type Classified } from './cfi';
import { segmentFacts, segments } from './segment';
import { InstrumentType } from './values';

const share: Classified = { type: 'EQUITY', segment: 'NSE', symbol: 'ACMETEA', series: 'EQ', isin: null, optionType: null };
const contract = (segment: Classified['segment'], symbol: string, optionType: 'CE' | 'PE' | null): Classified => ({
  ...{ segment, symbol, optionType, type: optionType ? 'OPTION' : 'FUTURE', series: null, isin: null },
});

describe('the CFI code', () => {
  it.each<[string, string | null, Partial<Classified>]>([
    ['an ordinary share', 'ESVUFR', { isin: 'INE002A01018' }],
    ['a share of which nothing is known but that it is one', 'ESVUFR', { segment: 'BSE', series: null }],
    ['a partly paid share', 'ESXUPR', { isin: 'IN9002A01024', series: 'E1' }],
    ['a share with other votes, or partly paid', 'ESXUXR', { isin: 'IN9155A01020' }],
    ['a preference share', 'EPXXXR', { type: 'OTHER', series: 'P1' }],
    ['a rights entitlement', 'RSSXXR', { type: 'OTHER', series: 'BE', symbol: 'ACMETEA-RE' }],
    ['anything else', null, { type: 'OTHER', series: 'RL' }],
    ['an exchange-traded fund', 'CEOXXU', { type: 'ETF', isin: 'INF204KB14I2' }],
    ['a real estate trust', 'CBCIXU', { type: 'FUND', series: 'RR' }],
    ['a real estate trust by its ISIN', 'CBCIXU', { type: 'FUND', segment: 'BSE', series: null, isin: 'INE041025011' }],
    ['an infrastructure trust', 'CMXXXU', { type: 'FUND', series: 'IV', isin: 'INE219X23014' }],
    ['a closed-ended fund', 'CICXXU', { type: 'FUND', series: 'MF', isin: 'INF999X01011' }],
    ['a loan of the union', 'DBFTFR', { type: 'BOND', series: 'GS' }],
    ['a loan of a state', 'DBFTFR', { type: 'BOND', series: 'SG' }],
    ['a gold bond', 'DBFTCR', { type: 'BOND', series: 'GB' }],
    ['a treasury bill', 'DYZTXR', { type: 'BOND', series: 'TB' }],
    ['a debenture', 'DBXXXR', { type: 'BOND', series: 'N7' }],
    ['a warrant', 'RWSTCX', { type: 'WARRANT', series: 'W1' }],
    ['an index with contracts', 'TIEXXX', { type: 'INDEX', segment: 'NSE_INDEX', symbol: 'NIFTY', series: null }],
    ['another index', 'TIXXXX', { type: 'INDEX', segment: 'NSE_INDEX', symbol: 'NIFTYGS10YR', series: null }],
    ['an index of volatility', 'TIMXXX', { type: 'INDEX', segment: 'NSE_INDEX', symbol: 'INDIAVIX', series: null }],
    ['an index of metals', 'TITXXX', { type: 'INDEX', segment: 'MCX_INDEX', symbol: 'MCXBULLDEX', series: null }],
    ['a foreign index', 'TIXXXX', { type: 'INDEX', segment: 'GLOBAL_INDEX', symbol: 'SP500', series: null }],
    ['a share in the United States', 'ESXXXX', { segment: 'XNAS', series: null }],
    ['an exchange-traded fund there', 'CEXXXX', { type: 'ETF', segment: 'ARCX', series: null }],
    ['a reference row', null, { type: 'UNDERLYING' }],
    ['a future on an index', 'FFICSX', contract('NFO', 'NIFTY', null)],
    ['a future on a share', 'FFSPSX', contract('NFO', 'RELIANCE', null)],
    ['a future on a currency', 'FFCCSX', contract('CDS', 'USDINR', null)],
    ['a future on a government bond', 'FFDCSX', contract('CDS', '719GS2060', null)],
    ['a future on gold', 'FCEPSX', contract('MCX', 'GOLDM', null)],
    ['a future on crude oil', 'FCECSX', contract('MCX', 'CRUDEOIL', null)],
    ['a future on cotton', 'FCAPSX', contract('MCX', 'COTTON', null)],
    ['a future on a commodity that is not known', 'FCXXSX', contract('NCDEX', 'MOONROCK', null)],
    ['a future on MCX’s index of bullion', 'FFICSX', contract('MCX', 'MCXBULLDEX', null)],
    ['a call on an index', 'OCEICS', contract('BFO', 'SENSEX', 'CE')],
    ['a put on an index', 'OPEICS', contract('NFO', 'NIFTY', 'PE')],
    ['a call on a share', 'OCESPS', contract('NFO', 'RELIANCE', 'CE')],
    ['a put on a currency', 'OPECCS', contract('CDS', 'USDINR', 'PE')],
    ['a call on a future', 'OCEFPS', contract('MCX', 'CRUDEOIL', 'CE')],
    ['a call on goods or on their future', 'OCEXXS', contract('NCO', 'GOLD', 'CE')],
  ])('of %s is %s', (_, cfi, told) => expect(cfiOf({ ...share, ...told })).toBe(cfi));

  it('has six capitals whatever the type and the segment in India', () => {
    for (const type of InstrumentType.options)
      for (const segment of segments.filter((one) => segmentFacts[one].zone === 'Asia/Kolkata')) {
        const cfi = cfiOf({ ...share, type, segment, optionType: 'CE' });
        if (type !== 'UNDERLYING' && type !== 'OTHER') expect(cfi).toMatch(/^[A-Z]{6}$/);
      }
  });
});
