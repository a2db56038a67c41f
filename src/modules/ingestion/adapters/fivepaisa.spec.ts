import { describeAdapter, future, option } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { fivepaisa } from './fivepaisa';

const tea = { symbol: 'ACMETEA', name: 'ACME TEA LTD', isin: 'INE999X01015', type: 'EQUITY', lotSize: 1, tickSize: '0.05' } as const;

describeAdapter(fivepaisa, [
  {
    format: 'csv',
    fixture: 'fivepaisa.csv',
    required: 'scripcode',
    rows: [
      { ...known(2, 'NSE_INDEX', '999920000', 'NIFTY'), type: 'INDEX', symbol: 'NIFTY', name: 'NIFTY 50' },
      { ...known(3, 'BSE_INDEX', '999901', 'SENSEX'), type: 'INDEX', symbol: 'SENSEX', name: 'BSE SENSEX' },
      { ...known(4, 'NSE', '3001', 'ACMETEA'), ...tea, series: 'EQ' },
      {
        ...known(5, 'NSE', '3005', 'ACME&CO'),
        ...{ type: 'EQUITY', symbol: 'ACME&CO', name: 'ACME AND CO LTD', isin: 'INE998X01017', series: 'BE', lotSize: 1, tickSize: '0.01' },
      },
      {
        ...known(6, 'NSE', '3008', '011NSETEST'),
        ...{ type: null, symbol: '011NSETEST', name: '011NSETEST', series: 'EQ', lotSize: 1, tickSize: '0.05', isTest: true },
      },
      // EQ is no group of BSE
      { ...known(7, 'BSE', '590001', 'ACMETEA'), ...tea },
      {
        ...known(8, 'BSE', '590002', 'ACMERICE'),
        ...{ type: 'EQUITY', symbol: 'ACMERICE', name: 'ACME RICE LTD', isin: 'INE997X01019', series: 'XT', lotSize: 1, tickSize: '0.01' },
      },
      { ...known(9, 'NFO', '41001', 'NIFTY 28 Jan 2031'), ...future('NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1' },
      {
        ...known(10, 'NFO', '41002', 'NIFTY 07 Jan 2031 CE 24500.00'),
        ...{ ...option('NIFTY', '2031-01-07', '24500', 'CE'), lotSize: 65, tickSize: '0.05' },
      },
      {
        ...known(11, 'NFO', '41003', 'ACME-AUTO 28 Jan 2031 PE 380.75'),
        ...{ ...option('ACME-AUTO', '2031-01-28', '380.75', 'PE'), lotSize: 1000, tickSize: '0.05' },
      },
      {
        ...known(12, 'BFO', '842001', 'SENSEX 30 Jan 2031 PE 80000.00'),
        ...{ ...option('SENSEX', '2031-01-30', '80000', 'PE'), lotSize: 20, tickSize: '0.05' },
      },
      {
        ...known(13, 'CDS', '7001', 'USDINR 08 Jan 2031'),
        ...{ ...future('USDINR', '2031-01-08'), lotSize: 1, tickSize: '0.0025', multiplier: '1000' },
      },
      { ...known(14, 'BCD', '7101', 'USDINR 08 Jan 2031'), ...future('USDINR', '2031-01-08'), lotSize: 1, tickSize: '0.0025' },
      { ...known(15, 'MCX', '450001', 'SILVERM 27 Feb 2031'), ...future('SILVERM', '2031-02-27'), lotSize: 5, tickSize: '1' },
    ],
    rejects: [
      [16, 'the ScripCode 0 is not a number above 0'],
      [17, 'the Name is blank'],
      [18, 'the SymbolRoot %% is not a symbol'],
      [19, 'the SymbolRoot %% names no index'],
      [20, 'an option without strike'],
      [21, 'a contract without expiry'],
      [22, 'the Expiry 28-01-2031 14:30 is not a day'],
      [23, 'the ScripType CA is unknown'],
      [24, 'the SymbolRoot (blank) is not a symbol'],
      [25, 'the Exch N with the ExchType Z is unknown'],
      [26, 'the header has 17 columns, this line 4'],
    ],
  },
]);

function known(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol } as const;
}
