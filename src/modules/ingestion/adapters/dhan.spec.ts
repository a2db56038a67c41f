import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { dhan } from './dhan';

const nifty = { ...index('NSE_INDEX', '913', 'NIFTY', 'NIFTY'), name: 'Nifty 50' };
const put = { expiry: '2031-01-28', strike: '380.75', optionType: 'PE', lotSize: 1000, tickSize: '0.05', type: 'OPTION' } as const;
const call = { expiry: '2031-01-30', strike: '61100', optionType: 'CE', lotSize: 30, tickSize: '0.05', type: 'OPTION' } as const;
const future = { expiry: '2031-02-27', lotSize: 1, tickSize: '1', type: 'FUTURE' } as const;

describeAdapter(dhan, [
  {
    format: 'csv',
    fixture: 'dhan.csv',
    required: 'SEM_SMST_SECURITY_ID',
    rows: [
      { line: 2, ...nifty },
      { line: 3, ...index('BSE_INDEX', '951', 'SNSX50', 'SENSEX50'), name: 'BSE Sensex 50' },
      { line: 4, ...index('GLOBAL_INDEX', '9924', 'GIFTNIFTY', 'GIFTNIFTY'), name: 'Gift Nifty' },
      { line: 5, ...cash('NSE', '3001', 'ACMETEA', 'EQ'), name: 'ACME TEA LIMITED', type: 'EQUITY', tickSize: '0.05' },
      { line: 6, ...cash('NSE', '3004', '750XX31', 'SG'), name: 'SDL XX 7.5% 2031', type: 'BOND', lotSize: 100 },
      { line: 7, ...cash('NSE', '3006', 'ACMEGOLD', 'EQ'), name: 'ACME GOLD FUND', type: 'ETF' },
      // a warrant by its series, a bond by Dhan's word
      { line: 8, ...cash('NSE', '3009', 'ACMEWAR', 'W1'), name: 'ACME WARRANTS', type: 'WARRANT' },
      { line: 9, ...cash('NSE', '3008', '011NSETEST', 'EQ'), name: '011NSETEST', type: null, tickSize: '0.05', isTest: true },
      { line: 10, ...cash('BSE', '590001', 'ACMETEA', 'A'), name: 'ACME TEA LIMITED', type: 'EQUITY' },
      { line: 11, ...cash('BSE', '980001', '12 ACME3', 'F'), symbol: '12-ACME3', name: 'ACME-12%-NCD', type: 'BOND' },
      { line: 12, ...cash('BSE', '980002', 'ACMEFTF', 'F'), name: 'Acme Mutual Fund', type: 'FUND' },
      { line: 13, ...cash('BSE', '980003', 'ACMELIQ', 'F'), name: 'Acme Mutual Fund', type: null },
      {
        line: 14,
        ...contract('NFO', '41001', 'NIFTY-Jan2031-FUT', 'NIFTY'),
        ...{ type: 'FUTURE', expiry: '2031-01-28', lotSize: 65, tickSize: '0.1' },
      },
      { line: 15, ...contract('NFO', '41003', 'ACME-AUTO-Jan2031-380.75-PE', 'ACME-AUTO'), ...put },
      {
        line: 16,
        ...contract('NFO', '41010', '011NSETEST-Nov2036-FUT', '011NSETEST'),
        ...{ type: 'FUTURE', expiry: '2036-11-27', lotSize: 50, tickSize: '0.05', isTest: true },
      },
      // SENSEX, not BSXFUT; BANKEX, not BKXOPT
      {
        line: 17,
        ...contract('BFO', '851001', 'SENSEX-Jan2031-FUT', 'SENSEX'),
        ...{ type: 'FUTURE', expiry: '2031-01-30', lotSize: 20, tickSize: '0.05' },
      },
      { line: 18, ...contract('BFO', '851002', 'BANKEX-Jan2031-61100-CE', 'BANKEX'), ...call },
      {
        line: 19,
        ...contract('CDS', '7001', 'USDINR-Jan2031-86.25-CE', 'USDINR'),
        ...{ type: 'OPTION', expiry: '2031-01-08', strike: '86.25', optionType: 'CE', lotSize: 1, tickSize: '0.0025' },
      },
      {
        line: 20,
        ...contract('BCD', '7101', 'GBPUSD-18Jan2031-FUT', 'GBPUSD'),
        ...{ type: 'FUTURE', expiry: '2031-01-18', lotSize: 1, tickSize: '0.0001' },
      },
      { line: 21, ...contract('MCX', '450001', 'SILVERM-27Feb2031-FUT', 'SILVERM'), ...future },
      // the number of the future on line 14
      {
        line: 22,
        ...contract('NCO', '41001', 'GOLD-29Jan2031-173100-PE', 'GOLD'),
        ...{ type: 'OPTION', expiry: '2031-01-29', strike: '173100', optionType: 'PE', lotSize: 1, tickSize: '0.5' },
      },
    ],
    rejects: [
      [23, 'an index on an earlier line has the symbol SENSEX50, too'],
      [24, 'the segment X of NSE is unknown'],
      [25, 'the security id 0 is not a number above 0'],
      [26, 'the symbol (blank) is not one'],
      [27, 'the symbol ACME JAN FUT does not tell the underlying'],
      [28, 'a contract without expiry'],
      [29, 'the expiry 2031-02-30 is not a day'],
      [30, 'an option without strike'],
      [31, 'the option type XX is unknown'],
      [32, 'the instrument SWAP is unknown'],
      [33, 'the header has 16 columns, this line 3'],
    ],
  },
  {
    format: 'csv',
    fixture: 'dhan-detailed.csv',
    required: 'UNDERLYING_SYMBOL',
    rows: [
      { line: 2, ...nifty },
      {
        line: 3,
        ...cash('NSE', '3001', 'ACMETEA', 'EQ'),
        ...{ name: 'ACME TEA LIMITED', isin: 'INE999X01015', type: 'EQUITY', tickSize: '0.05' },
      },
      { line: 4, ...cash('NSE', '3008', '011NSETEST', 'EQ'), name: '011NSETEST', type: null, tickSize: '0.05', isTest: true },
      // NA is a series here
      { line: 5, ...cash('NSE', '3011', '12ACME31', 'NA'), name: 'SEC RE NCD 12% SR.I', isin: 'INE999X07012', type: 'BOND' },
      { line: 6, ...contract('NFO', '41003', 'ACME-AUTO-Jan2031-380.75-PE', 'ACME-AUTO'), ...put },
      { line: 7, ...contract('BFO', '851002', 'BANKEX 30 JAN 61100 CALL', 'BANKEX'), ...call },
      { line: 8, ...contract('MCX', '450001', 'SILVERM FEB FUT', 'SILVERM'), ...future },
    ],
    rejects: [[9, 'the symbol ACME 28 JAN 5 CALL does not tell the underlying']],
  },
]);

function index(segment: DumpRow['segment'], id: string, brokerSymbol: string, symbol: string) {
  return { segment, exchangeToken: id, token: id, brokerSymbol, type: 'INDEX', symbol } as const;
}

function cash(segment: DumpRow['segment'], id: string, brokerSymbol: string, series: string) {
  return { segment, exchangeToken: id, token: id, brokerSymbol, symbol: brokerSymbol, series, lotSize: 1, tickSize: '0.01' } as const;
}

function contract(segment: DumpRow['segment'], id: string, brokerSymbol: string, symbol: string) {
  return { segment, exchangeToken: id, token: id, brokerSymbol, symbol } as const;
}

describe('a copy of the detailed file', () => {
  const header =
    'EXCH_ID,SEGMENT,SECURITY_ID,ISIN,INSTRUMENT,UNDERLYING_SYMBOL,SYMBOL_NAME,DISPLAY_NAME,INSTRUMENT_TYPE,SERIES,LOT_SIZE,SM_EXPIRY_DATE,STRIKE_PRICE,OPTION_TYPE,TICK_SIZE';
  const future = (expiry: string) => `NSE,D,41001,NA,FUTSTK,ACME,ACME-Jan2031-FUT,ACME JAN FUT,FUT,NA,50,${expiry},-0.01,XX,5`;

  it('that a spreadsheet program has rewritten is refused', async () => {
    await expect(readAll(dhan, Buffer.from(`${header}\n${future('28/01/31')}\n`))).rejects.toThrow(/a spreadsheet program has rewritten/);
  });

  it('that lost its header is refused', async () => {
    await expect(readAll(dhan, Buffer.from(`${future('2031-01-28')}\n`))).rejects.toThrow(/not a Dhan dump/);
  });

  it('that is cut off is refused', async () => {
    await expect(readAll(dhan, Buffer.from(`${header}\n${future('2031-01-28').slice(0, -20)}`))).rejects.toThrow(/cut off/);
  });
});
