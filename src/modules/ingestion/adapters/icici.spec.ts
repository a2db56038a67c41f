import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { icici } from './icici';

const share = { segment: 'NSE', exchangeToken: '3001', token: '4.1!3001', symbol: 'ACMETEA', isin: 'INE999X01015' } as const;

describeAdapter(icici, [
  {
    format: 'csv',
    fixture: 'icici-nse.txt',
    part: 'NSEScripMaster.txt',
    required: 'exchangecode',
    rows: [
      index(2, 'NSE_INDEX', '4.1', 'NIFTY 50', 'NIFTY', 'NIFTY', 'NIFTY 50'),
      index(3, 'NSE_INDEX', '4.1', 'NIFTY FIN SERVICE', 'NIFFIN', 'FINNIFTY', 'NIFTY FINANCIAL SERVICES INDEX'),
      index(4, 'GLOBAL_INDEX', '4.1', 'DJIA', 'DJIA', 'DJIA', 'DOW JONES INDUSTRIAL AVG INDEX'),
      // neither the lot nor the tick of a cash row says anything
      { line: 5, ...share, brokerSymbol: 'ACMTEA', type: 'EQUITY', name: 'ACME TEA LIMITED', series: 'EQ' },
      {
        ...{ line: 6, segment: 'NSE', exchangeToken: '3005', token: '4.1!3005', brokerSymbol: 'ACMCO', type: 'EQUITY' },
        ...{ symbol: 'ACME&CO', name: 'ACME & CO, "LEAF" LIMITED', isin: 'INE998X01017', series: 'BE' },
      },
      {
        ...{ line: 7, segment: 'NSE', exchangeToken: '3004', token: '4.1!3004', brokerSymbol: '75XX31', type: 'BOND' },
        ...{ symbol: '750XX31', name: 'SDL XX 7.50% 2031', isin: 'IN1920310017', series: 'SG' },
      },
      {
        ...{ line: 8, segment: 'NSE', exchangeToken: '3006', token: '4.1!3006', brokerSymbol: 'GOLACM', type: 'ETF' },
        ...{ symbol: 'GOLDACME', name: 'ACMEAMC GOLD ETF', isin: 'INF999X01018', series: 'EQ' },
      },
      {
        ...{ line: 9, segment: 'NSE', exchangeToken: '3008', token: '4.1!3008', brokerSymbol: 'TESONE', type: null },
        ...{ symbol: '011NSETEST', name: 'NSE TEST', series: 'EQ', isTest: true },
      },
    ],
    rejects: [
      [10, 'it has no token'],
      [11, 'it has no token'],
      [12, 'the Token ACMOFS is not a number'],
      [13, 'the Token nul is not a number'],
      [14, 'the ExchangeCode (blank) is not a symbol'],
      [15, 'the header has 61 columns, this line 3'],
    ],
  },
  {
    format: 'csv',
    fixture: 'icici-bse.txt',
    part: 'BSEScripMaster.txt',
    required: 'isincode',
    rows: [
      index(2, 'BSE_INDEX', '1.1', 'SENSEX', 'BSESEN', 'SENSEX', 'BSE SENSEX'),
      {
        ...{ line: 3, ...share, segment: 'BSE', exchangeToken: '590001', token: '1.1!590001' },
        ...{ brokerSymbol: 'ACMTEA', type: 'EQUITY', name: 'ACME TEA LIMITED' },
      },
      {
        ...{ line: 4, segment: 'BSE', exchangeToken: '590002', token: '1.1!590002', brokerSymbol: 'ACMRIC', type: null },
        ...{ symbol: 'ACMERICE', name: 'ACME RICE LIMITED', series: 'XT' },
      },
      {
        ...{ line: 5, segment: 'BSE', exchangeToken: '980001', token: '1.1!980001', brokerSymbol: 'ACMN12', type: 'BOND' },
        ...{ symbol: '12-ACME3', name: '12% ACME MAY 31', isin: 'INE999X07012' },
      },
    ],
    rejects: [
      [6, 'it has no token'],
      [7, 'it has no token'],
      [8, 'the Token 51999 is not a code of BSE, which has six digits'],
      [9, 'the ExchangeCode (blank) is not a symbol'],
      [10, 'something follows a closing quote'],
    ],
  },
  {
    format: 'csv',
    fixture: 'icici-fonse.txt',
    part: 'zip/FONSEScripMaster.txt',
    required: 'strikeprice',
    rows: [
      { ...contract(2, 'NFO', '4.1', '41001', 'CNXBAN', 'BANKNIFTY', '2031-01-28'), lotSize: 30, tickSize: '0.2' },
      { ...contract(3, 'NFO', '4.1', '41002', 'NIFTY', 'NIFTY', '2031-01-07'), ...option('24500', 'CE'), lotSize: 65, tickSize: '0.05' },
      {
        ...contract(4, 'NFO', '4.1', '41003', 'NIFFIN', 'FINNIFTY', '2031-01-28'),
        ...option('26000', 'PE'),
        lotSize: 60,
        tickSize: '0.05',
      },
      {
        ...contract(5, 'NFO', '4.1', '41004', 'NIFSEL', 'MIDCPNIFTY', '2031-01-28'),
        ...{ ...option('12950', 'PE'), lotSize: 120, tickSize: '0.05' },
      },
      { ...contract(6, 'NFO', '4.1', '41005', 'ACMCO', 'ACME&CO', '2031-01-28'), lotSize: 1000, tickSize: '0.5' },
      {
        ...contract(7, 'NFO', '4.1', '41006', 'ACMAUT', 'ACME-AUTO', '2031-01-28'),
        ...{ ...option('380.75', 'PE'), lotSize: 1000, tickSize: '0.05' },
      },
    ],
    rejects: [
      [8, 'it has no token'],
      [9, 'an option without strike'],
      [10, 'the ExpiryDate (blank) is not a day'],
      [11, 'the OptionType CA is unknown'],
      [12, 'the ExchangeCode (blank) is not a symbol'],
      [13, 'the Token X41 is not a number'],
    ],
  },
  {
    format: 'csv',
    fixture: 'icici-fobse.txt',
    part: 'FOBSEScripMaster.txt',
    required: 'lotsize',
    rows: [
      { ...contract(2, 'BFO', '8.1', '842001', 'BSESEN', 'SENSEX', '2031-01-30'), lotSize: 20, tickSize: '0.05' },
      { ...contract(3, 'BFO', '8.1', '842002', 'BANKEX', 'BANKEX', '2031-01-30'), ...option('64500', 'CE'), lotSize: 30, tickSize: '0.05' },
    ],
    rejects: [],
  },
  {
    format: 'csv',
    fixture: 'icici-cdnse.txt',
    part: 'CDNSEScripMaster.txt',
    required: 'expirydate',
    rows: [
      { ...contract(2, 'CDS', '13.1', '7001', 'USDINR', 'USDINR', '2031-01-08'), lotSize: 1000, tickSize: '0.0025' },
      { ...contract(3, 'CDS', '13.1', '7002', 'JPYINR', 'JPYINR', '2031-01-29'), ...option('59.25', 'PE'), tickSize: '0.0025' },
      {
        ...{ line: 4, segment: 'CDS', exchangeToken: '1', token: '13.1!1', brokerSymbol: 'USDINR', type: 'UNDERLYING' },
        ...{ symbol: 'USDINR', name: 'USDINR', lotSize: 1000, tickSize: '0.0025' },
      },
    ],
    rejects: [],
  },
  {
    format: 'csv',
    fixture: 'icici-mcx.txt',
    part: 'MCXScripMaster.txt',
    required: 'optiontype',
    rows: [{ ...contract(2, 'MCX', '6.1', '450001', 'SILVEM', 'SILVERM', '2031-02-27'), lotSize: 5 }],
    rejects: [],
  },
]);

it('refuses an entry that it has taken out of its zip, for nothing in it says the exchange', async () => {
  const entry = Buffer.from('"Token","ShortName"\n"1","A"\n');
  await expect(readAll(icici, entry)).rejects.toThrow(/give SecurityMaster\.zip/);
  await expect(readAll(icici, entry, 100, { name: 'MFScripMaster.txt', firstLine: 1 })).rejects.toThrow(/give SecurityMaster\.zip/);
});

function index(
  line: number,
  segment: 'NSE_INDEX' | 'BSE_INDEX' | 'GLOBAL_INDEX',
  feed: string,
  exchangeToken: string,
  brokerSymbol: string,
  symbol: string,
  name: string,
) {
  return { line, segment, exchangeToken, token: `${feed}!${exchangeToken}`, brokerSymbol, type: 'INDEX', symbol, name } as const;
}

function contract(
  line: number,
  segment: 'NFO' | 'BFO' | 'CDS' | 'MCX',
  feed: string,
  exchangeToken: string,
  brokerSymbol: string,
  symbol: string,
  expiry: string,
) {
  return { line, segment, exchangeToken, token: `${feed}!${exchangeToken}`, brokerSymbol, symbol, expiry, type: 'FUTURE' } as const;
}

function option(strike: string, optionType: 'CE' | 'PE') {
  return { type: 'OPTION', strike, optionType } as const;
}
