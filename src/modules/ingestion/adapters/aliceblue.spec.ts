import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { aliceblue } from './aliceblue';

describeAdapter(aliceblue, [
  {
    format: 'csv',
    fixture: 'aliceblue-contracts.csv',
    required: 'Token',
    rows: [
      { ...contract(2, 'NFO', '41001', 'NIFTY28JAN31F', 'NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1' },
      { ...contract(3, 'NFO', '41002', 'NIFTY07JAN31C24500', 'NIFTY', '2031-01-07'), ...option('24500', 'CE'), lotSize: 65 },
      { ...contract(4, 'NFO', '41003', 'ACME-AUTO28JAN31P380.75', 'ACME-AUTO', '2031-01-28'), ...option('380.75', 'PE'), lotSize: 1000 },
      { ...contract(5, 'NFO', '41004', 'ACME&CO28JAN31F', 'ACME&CO', '2031-01-28'), lotSize: 500, tickSize: '0.05' },
      { ...contract(6, 'NFO', '41010', '011NSETEST27NOV36F', '011NSETEST', '2036-11-27'), lotSize: 50, tickSize: '0.05', isTest: true },
      // BFO's futures are of the type IF or SF
      { ...contract(7, 'BFO', '830001', 'SENSEX31JANFUT', 'SENSEX', '2031-01-30'), lotSize: 20, tickSize: '0.05' },
      { ...contract(8, 'BFO', '830002', 'SENSEX3110974600PE', 'SENSEX', '2031-01-09'), ...option('74600', 'PE'), lotSize: 20 },
      { ...contract(9, 'CDS', '7001', 'USDINR08JAN31F', 'USDINR', '2031-01-08'), lotSize: 1, tickSize: '0.0025' },
      {
        ...{ line: 10, segment: 'CDS', exchangeToken: '7002', token: '7002', brokerSymbol: 'USDINR', symbol: 'USDINR' },
        ...{ type: 'UNDERLYING', lotSize: 1, tickSize: '0.0025' },
      },
      { ...contract(11, 'BCD', '7101', 'EURINR31JANFUT', 'EURINR', '2031-01-08'), lotSize: 1, tickSize: '0.0025' },
      { ...contract(12, 'MCX', '450001', 'SILVERM27FEB31', 'SILVERM', '2031-02-27'), lotSize: 5, tickSize: '1' },
      { ...index(13, 'MCX_INDEX', '9001', 'MCXACMEDEX', 'MCXACMEDEX'), lotSize: 1 },
    ],
    rejects: [
      [14, 'a contract without expiry'],
      [15, 'an option without strike'],
      [16, 'the option type FF is unknown'],
      [17, 'the expiry 28-01-2031 is not a day'],
      [18, 'the symbol BSXOPT is not the underlying of SENSEX3110974600PE'],
      [19, 'the symbol (blank) is not one'],
      [20, 'the token 0 is not a number above 0'],
      [21, 'the exch MOON is unknown'],
      [22, 'the header has 13 columns, this line 4'],
    ],
  },
  {
    format: 'csv',
    fixture: 'aliceblue-shares.csv',
    required: 'Token',
    rows: [
      { ...cash(2, '3001', 'ACMETEA-EQ', 'ACMETEA', 'EQ'), name: 'ACME TEA LIMITED', type: null, tickSize: '0.05' },
      { ...cash(3, '3003', 'ACME-AUTO-BE', 'ACME-AUTO', 'BE'), name: 'ACME AUTO LIMITED', type: 'EQUITY' },
      { ...cash(4, '3004', '750XX31-SG', '750XX31', 'SG'), name: 'SDL XX 7.50% 2031', type: 'BOND', lotSize: 100 },
      { ...cash(5, '3008', '011NSETEST-EQ', '011NSETEST', 'EQ'), name: '011NSETEST', type: null, tickSize: '0.05', isTest: true },
      { ...cash(6, '590001', 'ACMETEA', 'ACMETEA', 'XT'), segment: 'BSE', name: 'ACME TEA LIMITED', type: null },
      { ...cash(7, '590002', 'GOLDACME', 'GOLDACME', 'E'), segment: 'BSE', name: 'ACMEAMC - GOLD', type: 'ETF' },
    ],
    rejects: [
      [8, 'the symbol (blank) is not one'],
      [9, 'the token (blank) is not a number above 0'],
    ],
  },
  {
    format: 'csv',
    fixture: 'aliceblue-indices.csv',
    required: 'token',
    rows: [
      index(2, 'NSE_INDEX', '26000', 'Nifty 50', 'NIFTY'),
      index(3, 'NSE_INDEX', '26009', 'NIFTY BANK', 'BANKNIFTY'),
      index(4, 'BSE_INDEX', '47', 'SNSX50', 'SENSEX50'),
      index(5, 'MCX_INDEX', '9001', 'MCXACMEDEX', 'MCXACMEDEX'),
    ],
    rejects: [
      [6, 'the symbol is blank'],
      [7, 'the exch MOON is unknown'],
    ],
  },
]);

function index(line: number, segment: DumpRow['segment'], token: string, text: string, symbol: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol: text, type: 'INDEX', symbol, name: text } as const;
}

function cash(line: number, token: string, brokerSymbol: string, symbol: string, series: string) {
  return { line, segment: 'NSE', exchangeToken: token, token, brokerSymbol, symbol, series, lotSize: 1, tickSize: '0.01' } as const;
}

function contract(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string, symbol: string, expiry: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol, symbol, expiry, type: 'FUTURE' } as const;
}

function option(strike: string, optionType: 'CE' | 'PE') {
  return { type: 'OPTION', strike, optionType, tickSize: '0.05' } as const;
}

describe('a file of shares or contracts that lacks a column', () => {
  it.each([
    ['Exch,Exchange Segment,Symbol,Token,Trading Symbol,Lot Size,Tick Size', 'instrument type, option type, strike price, expiry date'],
    ['Exch,Group Name,Symbol,Token,Instrument Name,Lot Size,Tick Size', 'trading symbol'],
    ['Exch,Exchange Segment,Symbol,Token', 'instrument type'],
  ])('is not taken for one of another kind: %s', async (header, missing) => {
    await expect(readAll(aliceblue, Buffer.from(`${header}\n`))).rejects.toThrow(missing);
  });
});
