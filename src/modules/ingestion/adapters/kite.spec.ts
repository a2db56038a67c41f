import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { kite } from './kite';

describeAdapter(kite, [
  {
    format: 'csv',
    fixture: 'kite.csv',
    required: 'exchange_token',
    rows: [
      {
        line: 2,
        segment: 'NSE_INDEX',
        exchangeToken: '2001',
        token: '512265',
        brokerSymbol: 'NIFTY 50',
        type: 'INDEX',
        symbol: 'NIFTY',
        name: 'NIFTY 50',
      },
      {
        line: 3,
        segment: 'BSE_INDEX',
        exchangeToken: '2002',
        token: '512521',
        brokerSymbol: 'SNSX50',
        type: 'INDEX',
        symbol: 'SENSEX50',
        name: 'SNSX50',
      },
      {
        line: 4,
        segment: 'GLOBAL_INDEX',
        exchangeToken: '2003',
        token: '512777',
        brokerSymbol: 'GIFT NIFTY',
        type: 'INDEX',
        symbol: 'GIFTNIFTY',
        name: 'GIFT NIFTY',
      },
      // the same number as the index on line 2
      { ...cash(5, '2001', 'ACMETEA', 'ACMETEA', 'EQ'), name: 'ACME TEA', type: null, tickSize: '0.05' },
      { ...cash(6, '3002', 'ACMETEA-BE', 'ACMETEA', 'BE'), type: 'EQUITY' },
      { ...cash(7, '3003', 'ACME-AUTO', 'ACME-AUTO', 'EQ'), name: 'ACME AUTO', type: null, tickSize: '0.05' },
      { ...cash(8, '3004', '750XX31-SG', '750XX31', 'SG'), name: 'SDL XX 7.50% 2031', type: 'BOND', lotSize: 100 },
      { ...cash(9, '3005', 'ACME&CO-RE1-BE', 'ACME&CO-RE1', 'BE'), name: 'ACME AND CO', type: 'OTHER' },
      { ...cash(10, '3006', 'GOLDACME', 'GOLDACME', 'EQ'), name: 'ACMEAMC - GOLD, SILVER', type: 'ETF' },
      { ...cash(11, '3007', 'GOLDACINAV', 'GOLDACINAV', 'EQ'), name: 'GOLDACME NAV', type: 'UNDERLYING' },
      { ...cash(12, '3008', '011NSETEST', '011NSETEST', 'EQ'), type: null, tickSize: '0.05', isTest: true },
      {
        line: 13,
        segment: 'BSE',
        exchangeToken: '590001',
        token: '151040260',
        brokerSymbol: 'ACMETEA',
        type: null,
        symbol: 'ACMETEA',
        name: 'ACME TEA LIMITED',
        lotSize: 1,
        tickSize: '0.05',
      },
      { ...contract(14, 'NFO', '41001', 2, 'NIFTY31JANFUT', 'NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1' },
      {
        ...contract(15, 'NFO', '41002', 2, 'NIFTY3110724500CE', 'NIFTY', '2031-01-07'),
        ...{ type: 'OPTION', strike: '24500', optionType: 'CE', lotSize: 65, tickSize: '0.05' },
      },
      {
        ...contract(16, 'NFO', '41003', 2, 'ACME-AUTO31JAN380.75PE', 'ACME-AUTO', '2031-01-28'),
        ...{ type: 'OPTION', strike: '380.75', optionType: 'PE', lotSize: 1000, tickSize: '0.05' },
      },
      { ...contract(17, 'CDS', '7001', 3, 'USDINR31108FUT', 'USDINR', '2031-01-08'), lotSize: 1, tickSize: '0.0025' },
      { ...contract(18, 'MCX', '450001', 7, 'SILVERM31FEBFUT', 'SILVERM', '2031-02-27'), lotSize: 5, tickSize: '1' },
    ],
    rejects: [
      [19, 'instrument_token 99 does not belong to exchange_token 41004'],
      [20, 'a contract without expiry'],
      [21, 'an option without strike'],
      [22, 'the name ACME TEA is not the underlying of ACME31JANFUT'],
      [23, 'the instrument_type XX is unknown'],
      [24, 'the expiry 2031-02-30 is not a day'],
      [25, 'the segment MOON of MOON is unknown'],
      [26, 'a token is not a number above 0'],
      [27, 'the header has 12 columns, this line 4'],
    ],
  },
]);

function cash(line: number, exchangeToken: string, brokerSymbol: string, symbol: string, series: string) {
  const token = String(Number(exchangeToken) * 256 + 1);
  return { line, segment: 'NSE', exchangeToken, token, brokerSymbol, symbol, series, lotSize: 1, tickSize: '0.01' } as const;
}

function contract(
  line: number,
  segment: 'NFO' | 'CDS' | 'MCX',
  exchangeToken: string,
  feed: number,
  brokerSymbol: string,
  symbol: string,
  expiry: string,
) {
  const token = String(Number(exchangeToken) * 256 + feed);
  return { line, segment, exchangeToken, token, brokerSymbol, symbol, expiry, type: 'FUTURE' } as const;
}

describe('a copy that a spreadsheet program has rewritten', () => {
  it('is refused as a whole, wherever its first changed date stands', async () => {
    const content = [
      'instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange',
      '768257,3001,ACMETEA,ACME TEA,0,,0,0.05,1,EQ,NSE,NSE',
      '10496258,41001,ACME31JANFUT,ACME,0,28-01-2031,0,0.1,65,FUT,NFO-FUT,NFO',
    ];
    await expect(readAll(kite, Buffer.from(content.join('\n')))).rejects.toThrow(/Line 3 has the expiry 28-01-2031: a spreadsheet program/);
  });
});
