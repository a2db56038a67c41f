import { indexSymbol } from './index-aliases';

describe('an index', () => {
  it.each([
    ['NSE_INDEX', ['NIFTY 50', 'Nifty 50', 'NIFTY', 'NIFTY50'], 'NIFTY'],
    ['NSE_INDEX', ['NIFTY BANK', 'Nifty Bank', 'BANKNIFTY', 'NIFTYBANK'], 'BANKNIFTY'],
    ['NSE_INDEX', ['NIFTY FIN SERVICE', 'Nifty Fin Service', 'FINNIFTY'], 'FINNIFTY'],
    ['NSE_INDEX', ['NIFTY MID SELECT', 'MIDCPNIFTY'], 'MIDCPNIFTY'],
    ['NSE_INDEX', ['NIFTY NEXT 50', 'Nifty Next 50', 'NIFTYNXT50'], 'NIFTYNXT50'],
    ['NSE_INDEX', ['INDIA VIX', 'India VIX'], 'INDIAVIX'],
    ['NSE_INDEX', ['NIFTY INDIA FPI 150', 'Nifty FPI 150'], 'NIFTYINDIAFPI150'],
    ['NSE_INDEX', ['NIFTY500 HEALTHCARE', 'Nifty500 Health'], 'NIFTY500HEALTHCARE'],
    ['NSE_INDEX', ['NIFTY TOTAL MKT MOM QLTY 50', 'Nifty TMMQ 50'], 'NIFTYTOTALMKTMOMQLTY50'],
    ['NSE_INDEX', ['NIFTY MIDCAP 150', 'Nifty Midcap 150'], 'NIFTYMIDCAP150'],
    ['BSE_INDEX', ['SENSEX', 'BSE SENSEX'], 'SENSEX'],
    ['BSE_INDEX', ['SENSEX50', 'SNSX50'], 'SENSEX50'],
    ['BSE_INDEX', ['BANKEX'], 'BANKEX'],
  ] as const)('in %s is one, however it is spelt: %j', (segment, spellings, symbol) => {
    for (const spelling of spellings) expect(indexSymbol(segment, spelling)).toBe(symbol);
  });

  it('goes by the aliases of its own segment only', () => expect(indexSymbol('GLOBAL_INDEX', 'NIFTY 50')).toBe('NIFTY50'));

  it('has a name', () => expect(indexSymbol('NSE_INDEX', ' - ')).toBeNull());
});
