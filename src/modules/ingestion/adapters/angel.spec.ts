import { describeAdapter } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { angel } from './angel';

describeAdapter(angel, [
  {
    format: 'json',
    fixture: 'angel.json',
    required: 'exch_seg',
    rows: [
      index(1, 'NSE_INDEX', '99926000', 'Nifty 50', 'NIFTY'),
      index(2, 'BSE_INDEX', '99919082', 'SNSX50', 'SENSEX50'),
      index(3, 'MCX_INDEX', '99920001', 'MCXACMEDEX', 'MCXACMEDEX'),
      index(4, 'NCDEX_INDEX', '99918001', 'ACMEDEX', 'ACMEDEX'),
      { ...cash(5, '3001', 'ACMETEA-EQ', 'ACMETEA', 'EQ'), type: null, tickSize: '0.05' },
      { ...cash(6, '3002', 'ACMETEA-BE', 'ACMETEA', 'BE'), type: 'EQUITY' },
      { ...cash(7, '3003', 'ACME-AUTO-EQ', 'ACME-AUTO', 'EQ'), type: null, tickSize: '0.1' },
      { ...cash(8, '3004', '750XX31-SG', '750XX31', 'SG'), type: 'BOND', lotSize: 100 },
      { ...cash(9, '3008', '011NSETEST-EQ', '011NSETEST', 'EQ'), type: null, tickSize: '0.05', isTest: true },
      // an index under its number in NSE's feed
      { ...cash(10, '26074', 'MIDCPNIFTY', 'MIDCPNIFTY', null), type: 'UNDERLYING', lotSize: null, tickSize: null },
      { ...cash(11, '590001', 'ACMETEA', 'ACMETEA', null), segment: 'BSE', type: null, tickSize: '0.05' },
      { ...cash(12, '980001', '12 ACME3', '12-ACME3', null), segment: 'BSE', type: null },
      { ...contract(13, 'NFO', '41002', 'NIFTY07JAN3124500CE', 'NIFTY', '2031-01-07'), ...option('24500', 'CE'), lotSize: 65 },
      {
        ...contract(14, 'NFO', '41003', 'ACME-AUTO28JAN31380.75PE', 'ACME-AUTO', '2031-01-28'),
        ...option('380.75', 'PE'),
        lotSize: 1000,
      },
      { ...contract(15, 'NFO', '41001', 'NIFTY28JAN31FUT', 'NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1' },
      { ...contract(16, 'BFO', '830001', 'SENSEX3110974600CE', 'SENSEX', '2031-01-09'), ...option('74600', 'CE'), lotSize: 20 },
      // the name is blank
      { ...contract(17, 'BFO', '830002', '99ACME31JAN1180PE', '99ACME', '2031-01-30'), ...option('1180', 'PE'), lotSize: 500 },
      { ...contract(18, 'BFO', '830003', '99ACME31JANFUT', '99ACME', '2031-01-30'), lotSize: 500, tickSize: '0.05' },
      // ten millionths of a rupee
      {
        ...contract(19, 'CDS', '7001', 'JPYINR3110859.25CE', 'JPYINR', '2031-01-08'),
        ...option('59.25', 'CE'),
        lotSize: 1,
        tickSize: '0.0025',
      },
      {
        ...contract(20, 'CDS', '7002', '11NSETEST36DEC29', '11NSETEST', '2036-12-29'),
        ...{ lotSize: 1, tickSize: '0.0025', isTest: true },
      },
      { ...underlying(21, 'CDS', '7003', 'GOI7.5%2040', '750GS2040'), lotSize: 1, tickSize: '0.0025' },
      { ...underlying(22, 'CDS', '7004', 'NIFTYFUTURESFARMONTH', 'NIFTYFUTM3'), lotSize: 1, tickSize: '0.0025' },
      { ...contract(23, 'MCX', '450001', 'SILVERM27FEB31FUT', 'SILVERM', '2031-02-27'), lotSize: 5, tickSize: '1' },
      { ...underlying(24, 'MCX', '701', 'ACMEOILCOM', 'ACMEOIL'), lotSize: 10, tickSize: '0.1' },
      // ten thousandths
      {
        ...contract(25, 'NCO', '120001', 'SILVER31DEC123250PE', 'SILVER', '2031-12-02'),
        ...option('123250', 'PE'),
        lotSize: 1,
        tickSize: '0.5',
      },
      // tokens of NCDEX are text
      { ...contract(26, 'NCDEX', 'BAJRA20FEB2031', 'BAJRA20FEB2031', 'BAJRA', '2031-02-20'), lotSize: 10, tickSize: '1' },
      {
        ...contract(27, 'NCDEX', 'DHANIYA12FEB31CE7100.5FFEB31', 'DHANIYA12FEB31CE7100.5FFEB31', 'DHANIYA', '2031-02-12'),
        ...option('7100.5', 'CE'),
        lotSize: 5,
        tickSize: '1',
      },
      { ...underlying(28, 'NCDEX', 'BAJRA', 'BAJRA', 'BAJRA'), lotSize: 1, tickSize: '0.01' },
    ],
    rejects: [
      [29, 'a contract without expiry'],
      [30, 'an option without strike'],
      [31, 'the expiry 30FEB2031 is not a day'],
      [32, 'the name ACME TEA does not tell the underlying of ACMETEA28JAN31FUT'],
      [33, 'the symbol NIFTY28JAN3124500XX says neither CE nor PE'],
      [34, 'the instrumenttype SPREAD of NIFTY28JAN31FUT is unknown'],
      [35, 'the name (blank) does not tell the underlying of 99ACME'],
      [36, 'the token 0 is not a number above 0'],
      [37, 'the token 0 is not a name'],
      [38, 'the symbol ACMEOLD-EQ is not ACMENEW and its series'],
      [39, 'the name (blank) is not a symbol'],
      [40, 'the exch_seg MOON is unknown'],
      [41, 'the exch_seg NFO of AMXIDX is unknown'],
      [42, 'the name (blank) is not a symbol'],
      [43, 'the symbol is blank'],
      [44, 'the exch_seg (blank) is unknown'],
      // not written as a string
      [45, 'the token (blank) is not a number above 0'],
    ],
  },
]);

function index(line: number, segment: DumpRow['segment'], token: string, text: string, symbol: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol: text, type: 'INDEX', symbol, name: text } as const;
}

function cash(line: number, token: string, brokerSymbol: string, symbol: string, series: string | null) {
  return { line, segment: 'NSE', exchangeToken: token, token, brokerSymbol, symbol, series, lotSize: 1, tickSize: '0.01' } as const;
}

function underlying(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string, symbol: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol, symbol, type: 'UNDERLYING' } as const;
}

function contract(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string, symbol: string, expiry: string) {
  return { line, segment, exchangeToken: token, token, brokerSymbol, symbol, expiry, type: 'FUTURE' } as const;
}

function option(strike: string, optionType: 'CE' | 'PE') {
  return { type: 'OPTION', strike, optionType, tickSize: '0.05' } as const;
}
