import { describeAdapter } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { upstox } from './upstox';

const share = { segment: 'NSE', exchangeToken: '3001', token: 'NSE_EQ|INE999X01015', symbol: 'ACMETEA', isin: 'INE999X01015' } as const;
const bond = { segment: 'NSE', exchangeToken: '3004', token: 'NSE_EQ|IN1920310017', symbol: '750XX31', isin: 'IN1920310017' } as const;
const fund = { segment: 'NSE', exchangeToken: '3006', token: 'NSE_EQ|INF999X01018', symbol: 'GOLDACME', isin: 'INF999X01018' } as const;
const test = {
  segment: 'NSE',
  exchangeToken: '3008',
  token: 'NSE_EQ|DUMMYSAN005',
  symbol: '011NSETEST',
  isTest: true,
  type: null,
} as const;
const call = { expiry: '2031-01-07', strike: '24500', optionType: 'CE', lotSize: 65, tickSize: '0.05' } as const;
const put = { expiry: '2031-01-28', strike: '380.75', optionType: 'PE', lotSize: 1000, tickSize: '0.05' } as const;

describeAdapter(upstox, [
  {
    format: 'csv',
    fixture: 'upstox.csv',
    required: 'instrument_key',
    rows: [
      index(2, 'NSE_INDEX', 'Nifty 50', 'NIFTY', 'Nifty 50'),
      index(3, 'NSE_INDEX', 'Nifty Fin Service', 'FINNIFTY', 'Nifty Fin Service'),
      { ...index(4, 'BSE_INDEX', 'SENSEX', 'SENSEX', 'BSE SENSEX'), brokerSymbol: 'SENSEX' },
      index(5, 'GLOBAL_INDEX', 'Dow, Jones', 'DOWJONES', 'Dow, Jones'),
      { line: 6, ...share, brokerSymbol: 'ACMETEA', type: 'EQUITY', name: 'ACME TEA LIMITED', lotSize: 1, tickSize: '0.05' },
      { line: 7, ...bond, brokerSymbol: '750XX31', type: 'BOND', name: 'SDL XX 7.50% 2031', lotSize: 100, tickSize: '0.01' },
      // without the series: an exchange-traded fund or a closed-ended one
      { line: 8, ...fund, brokerSymbol: 'GOLDACME', type: null, name: 'ACMEAMC - GOLD', lotSize: 1, tickSize: '0.01' },
      { line: 9, ...test, brokerSymbol: '011NSETEST', name: '011NSETEST', lotSize: 1, tickSize: '0.05' },
      {
        line: 10,
        segment: 'BSE',
        exchangeToken: '980001',
        token: 'BSE_EQ|INE999X07012',
        brokerSymbol: '12 ACME3',
        type: 'BOND',
        symbol: '12-ACME3',
        name: 'ACME-12%-"SERIES3"-PVT',
        isin: 'INE999X07012',
        lotSize: 1,
        tickSize: '0.01',
      },
      { ...contract(11, 'NFO', 'NSE_FO|41002', 'NIFTY3110724500CE', 'NIFTY'), ...call, type: 'OPTION' },
      { ...contract(12, 'NFO', 'NSE_FO|41003', 'ACME-AUTO31JAN380.75PE', 'ACME-AUTO'), ...put, type: 'OPTION' },
      {
        ...contract(13, 'NFO', 'NSE_FO|41010', '011NSETEST36DECFUT', '011NSETEST'),
        ...{ type: 'FUTURE', expiry: '2036-11-27', lotSize: 50, tickSize: '0.05', isTest: true },
      },
      {
        ...contract(14, 'BCD', 'BCD_FO|7101', 'GBPINR31107103.75PE', 'GBPINR'),
        ...{ type: 'OPTION', expiry: '2031-01-07', strike: '103.75', optionType: 'PE', lotSize: 1, tickSize: '0.0025' },
      },
      {
        ...contract(15, 'BCD', 'BCD_FO|7102', '718GS203731JAN101CE', '718GS2037'),
        ...{ type: 'OPTION', expiry: '2031-01-30', strike: '101', optionType: 'CE', lotSize: 1, tickSize: '0.0025' },
      },
      {
        ...contract(16, 'MCX', 'MCX_FO|450001', 'SILVERM31FEBFUT', 'SILVERM'),
        ...{ type: 'FUTURE', expiry: '2031-02-27', lotSize: 5, tickSize: '1' },
      },
      { ...contract(17, 'NCO', 'NSE_COM|13', 'ACMEMIC', 'ACMEMIC'), type: 'UNDERLYING', lotSize: 1, tickSize: '1' },
    ],
    rejects: [
      [18, 'the exchange_token (blank) is not a number above 0'],
      [19, 'the symbol NIFTY31JAN500CE does not tell the underlying'],
      [20, 'a contract without expiry'],
      [21, 'NIFTY31JAN is neither a future nor an option'],
      [22, 'the expiry 28-01-2031 is not a day'],
      [23, 'the segment MOON_FO is unknown'],
      [24, 'the instrument_key BSE_FO|41016 does not begin with NSE_FO|'],
      [25, 'something follows a closing quote'],
      [26, 'the header has 12 columns, this line 3'],
    ],
  },
  {
    format: 'json',
    fixture: 'upstox.json',
    required: 'instrument_key',
    rows: [
      { ...index(1, 'NSE_INDEX', 'Nifty 50', 'NIFTY', 'Nifty 50'), brokerSymbol: 'NIFTY' },
      {
        ...index(2, 'GLOBAL_INDEX', 'BRENT_OIL', 'BRENTOIL', 'Brent [spot] \\ "oil" }'),
        ...{ token: 'GLOBAL_INDICATOR|BRENT_OIL', brokerSymbol: 'Brent' },
      },
      {
        line: 3,
        ...share,
        ...{
          brokerSymbol: 'ACMETEA',
          type: 'EQUITY',
          name: 'ACME TEA LIMITED',
          series: 'EQ',
          lotSize: 1,
          tickSize: '0.05',
          freezeQuantity: 100000,
        },
      },
      {
        line: 4,
        ...bond,
        ...{
          brokerSymbol: '750XX31',
          type: 'BOND',
          name: 'SDL XX 7.50% 2031',
          series: 'SG',
          lotSize: 100,
          tickSize: '0.01',
          freezeQuantity: 100000,
        },
      },
      {
        line: 5,
        ...fund,
        ...{
          brokerSymbol: 'GOLDACME',
          type: 'ETF',
          name: 'ACMEAMC - GOLD',
          series: 'EQ',
          lotSize: 1,
          tickSize: '0.01',
          freezeQuantity: 100000,
        },
      },
      {
        line: 6,
        segment: 'BSE',
        exchangeToken: '590001',
        token: 'BSE_EQ|INE999X01015',
        brokerSymbol: 'ACMETEA',
        type: 'EQUITY',
        symbol: 'ACMETEA',
        name: 'Acmé Tea',
        isin: 'INE999X01015',
        series: 'XT',
        lotSize: 1,
        tickSize: '0.01',
      },
      {
        line: 7,
        ...test,
        ...{ brokerSymbol: '011NSETEST', name: '011NSETEST', series: 'EQ', lotSize: 1, tickSize: '0.05', freezeQuantity: 100000 },
      },
      { ...contract(8, 'NFO', 'NSE_FO|41002', 'NIFTY 24500 CE 07 JAN 31', 'NIFTY'), ...call, type: 'OPTION', freezeQuantity: 1800 },
      {
        ...contract(9, 'NFO', 'NSE_FO|41003', 'ACME-AUTO 380.75 PE 28 JAN 31', 'ACME-AUTO'),
        ...put,
        type: 'OPTION',
        freezeQuantity: 40000,
      },
      {
        ...contract(10, 'CDS', 'NCD_FO|7001', 'USDINR FUT 08 JAN 31', 'USDINR'),
        ...{ type: 'FUTURE', expiry: '2031-01-08', lotSize: 1, tickSize: '0.0025', freezeQuantity: 10000, multiplier: '1000' },
      },
      {
        ...contract(11, 'MCX', 'MCX_FO|450001', 'SILVERM FUT 27 FEB 31', 'SILVERM'),
        ...{ type: 'FUTURE', expiry: '2031-02-27', lotSize: 5, tickSize: '1', freezeQuantity: 600, multiplier: '5' },
      },
      {
        ...contract(12, 'NCO', 'NSE_COM|13', 'ACMEMIC', 'ACMEMIC'),
        ...{ type: 'UNDERLYING', lotSize: 1, tickSize: '1', freezeQuantity: 600, multiplier: '1' },
      },
    ],
    rejects: [
      [13, 'an option without strike'],
      [14, 'the expiry "2031-01-28" is not a number of milliseconds'],
      [15, 'the symbol NIFTY FUT 28 JAN 31 does not tell the underlying'],
      [16, 'the exchange_token 0 is not a number above 0'],
      [17, 'the segment (blank) is unknown'],
    ],
  },
]);

function index(line: number, segment: DumpRow['segment'], text: string, symbol: string, name: string) {
  return { line, segment, exchangeToken: text, token: `${segment}|${text}`, brokerSymbol: text, type: 'INDEX', symbol, name } as const;
}

function contract(line: number, segment: DumpRow['segment'], token: string, brokerSymbol: string, symbol: string) {
  return { line, segment, exchangeToken: token.slice(token.indexOf('|') + 1), token, brokerSymbol, symbol } as const;
}
