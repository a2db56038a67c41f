import { describeAdapter, future, option } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { groww } from './groww';

const tea = { symbol: 'ACMETEA', name: 'Acme Tea', isin: 'INE999X01015', type: 'EQUITY', lotSize: 1 } as const;

describeAdapter(groww, [
  {
    format: 'csv',
    fixture: 'groww.csv',
    required: 'exchange_token',
    rows: [
      { ...known(2, 'NSE_INDEX', 'NIFTY', 'NIFTY'), type: 'INDEX', symbol: 'NIFTY', name: 'NIFTY 50' },
      { ...known(3, 'NSE_INDEX', 'NIFTYJR', 'NIFTYJR'), type: 'INDEX', symbol: 'NIFTYNXT50', name: 'Nifty Next 50' },
      { ...known(4, 'BSE_INDEX', '1', 'SENSEX'), type: 'INDEX', symbol: 'SENSEX', name: 'BSE SENSEX' },
      { ...known(5, 'NSE', '3001', 'ACMETEA'), ...tea, series: 'EQ', tickSize: '0.1' },
      {
        ...known(6, 'NSE', '3005', 'ACME&CO'),
        ...{ type: 'EQUITY', symbol: 'ACME&CO', name: 'Acme, and Co', isin: 'INE998X01017', series: 'BE', lotSize: 1, tickSize: '0.01' },
      },
      {
        ...known(7, 'NSE', '3008', '011NSETEST'),
        ...{ type: null, symbol: '011NSETEST', series: 'EQ', lotSize: 1, tickSize: '0.05', isTest: true },
      },
      { ...known(8, 'BSE', '590001', 'ACMETEA'), ...tea, series: 'XT', tickSize: '0.05' },
      // 1801 is the first quantity that is frozen
      {
        ...known(9, 'NFO', '41001', 'NIFTY31JANFUT'),
        ...{ ...future('NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1', freezeQuantity: 1800 },
      },
      {
        ...known(10, 'NFO', '41002', 'NIFTY3110724500CE'),
        ...{ ...option('NIFTY', '2031-01-07', '24500', 'CE'), lotSize: 65, tickSize: '0.05', freezeQuantity: 1800 },
      },
      {
        ...known(11, 'NFO', '41003', 'ACME-AUTO31JAN380.75PE'),
        ...{ ...option('ACME-AUTO', '2031-01-28', '380.75', 'PE'), lotSize: 1000, tickSize: '0.05' },
      },
      {
        ...known(12, 'BFO', '842001', 'SENSEX31JAN80000PE'),
        ...{ ...option('SENSEX', '2031-01-30', '80000', 'PE'), lotSize: 20, tickSize: '0.05' },
      },
      // whether its tick of 100 is paise is unknown
      { ...known(13, 'MCX', '450001', 'SILVERM27FEB31FUT'), ...future('SILVERM', '2031-02-27'), lotSize: 5 },
      { ...known(14, 'NCO', '1301', 'GOLDM31FEBFUT'), ...future('GOLDM', '2031-02-05'), lotSize: 1 },
    ],
    rejects: [
      [15, 'the exchange_token 0 is not a number above 0'],
      [16, 'the exchange_token is blank'],
      [17, 'the trading_symbol is blank'],
      [18, 'the trading_symbol %% is not a symbol'],
      [19, 'the trading_symbol %% names no index'],
      [20, 'an option without strike'],
      [21, 'a contract without expiry'],
      [22, 'the expiry_date 28-01-2031 is not a day'],
      [23, 'the instrument_type CA is unknown'],
      [24, 'the underlying_symbol (blank) is not a symbol'],
      [25, 'the segment CURRENCY of NSE is unknown'],
      [26, 'the header has 21 columns, this line 2'],
    ],
  },
]);

function known(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol } as const;
}
