import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { UnusableFile } from '../domain/dump-row';
import { flattrade, shoonya, tradesmart, zebu } from './noren';

describeAdapter(shoonya, [
  {
    format: 'csv',
    fixture: 'shoonya-nse.txt',
    required: 'TradingSymbol',
    rows: [
      { ...index(2, '2001', 'NIFTY INDEX'), symbol: 'NIFTY', name: 'Nifty 50' },
      { ...index(3, '2002', 'FINNIFTY'), symbol: 'FINNIFTY', name: 'Nifty Fin Services' },
      { ...row(4, 'NSE', '3001', 'ACMETEA-EQ', 'ACMETEA'), type: null, series: 'EQ', lotSize: 1, tickSize: '0.05' },
      { ...row(5, 'NSE', '3002', 'ACME-AUTO-BE', 'ACME-AUTO'), type: 'EQUITY', series: 'BE', lotSize: 1, tickSize: '0.01' },
      { ...row(6, 'NSE', '3004', '750XX31-SG', '750XX31'), type: 'BOND', series: 'SG', lotSize: 100, tickSize: '0.01' },
      {
        ...row(7, 'NSE', '3008', '011NSETEST-EQ', '011NSETEST'),
        ...{ type: null, series: 'EQ', lotSize: 1, tickSize: '0.05', isTest: true },
      },
      { ...row(12, 'BSE', '500001', 'ACMETEA', 'ACMETEA'), type: null, series: 'A', lotSize: 1, tickSize: '0.05' },
      { ...row(13, 'BSE', '980001', '12ACME3', '12ACME3'), type: null, series: 'F', lotSize: 1, tickSize: '0.01' },
    ],
    rejects: [
      [8, 'the token 0 is not a number above 0'],
      [9, 'the token (blank) is not a number above 0'],
      [10, 'the exchange NFO is unknown'],
      [11, 'the header has 8 columns, this line 4'],
      [14, 'the trading symbol 12: is not that of ACME'],
      [15, 'the exchange MOON is unknown'],
    ],
  },
  {
    format: 'csv',
    fixture: 'shoonya-bfo.txt',
    required: 'Expiry',
    rows: [
      { ...future(2, 'NFO', '41001', 'NIFTY28JAN31F', 'NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.05' },
      {
        ...row(3, 'NFO', '41003', 'ACME-AUTO28JAN31P380.75', 'ACME-AUTO'),
        ...{ type: 'OPTION', expiry: '2031-01-28', strike: '380.75', optionType: 'PE', lotSize: 1000, tickSize: '0.05' },
      },
      { ...future(4, 'NFO', '41010', '011NSETEST27NOV36F', '011NSETEST', '2036-11-27'), lotSize: 50, tickSize: '0.05', isTest: true },
      // the Symbol column says BSXOPT, SX50FUT, ACMTOPT
      {
        ...row(5, 'BFO', '81001', 'SENSEX3110780000CE', 'SENSEX'),
        ...{ type: 'OPTION', expiry: '2031-01-07', strike: '80000', optionType: 'CE', lotSize: 20, tickSize: '0.05' },
      },
      { ...future(6, 'BFO', '81002', 'SENSEX5031JANFUT', 'SENSEX50', '2031-01-30'), lotSize: 75, tickSize: '0.05' },
      {
        ...row(7, 'BFO', '81003', 'ACMETEA31JAN202.5PE', 'ACMETEA'),
        ...{ type: 'OPTION', expiry: '2031-01-30', strike: '202.5', optionType: 'PE', lotSize: 400, tickSize: '0.05' },
      },
      { ...future(8, 'BFO', '81004', 'ACMETEA30JAN31F', 'ACMETEA', '2031-01-30'), lotSize: 400, tickSize: '0.05' },
    ],
    rejects: [
      [9, 'the trading symbol UNTOLD does not tell the underlying'],
      [10, 'a contract without expiry'],
      [11, 'the expiry 31-FEB-2031 is not a day'],
      [12, 'the option type XX is unknown'],
      [13, 'an option without strike'],
      [14, 'the instrument SWAP is unknown'],
    ],
  },
  {
    format: 'csv',
    fixture: 'shoonya-cds.txt',
    required: 'OptionType',
    rows: [
      { ...row(2, 'CDS', '1', 'USDINR', 'USDINR'), type: 'UNDERLYING' },
      {
        ...future(3, 'CDS', '7001', 'USDINR08JAN31F', 'USDINR', '2031-01-08'),
        ...{ lotSize: 1, tickSize: '0.0025', multiplier: '1000' },
      },
      {
        ...row(4, 'CDS', '7002', 'EURUSD27JAN31P1.035', 'EURUSD'),
        ...{ type: 'OPTION', expiry: '2031-01-27', strike: '1.035', optionType: 'PE' },
        ...{ lotSize: 1, tickSize: '0.0001', multiplier: '1000' },
      },
    ],
    rejects: [[5, 'the symbol (blank) is not one']],
  },
  {
    format: 'csv',
    fixture: 'shoonya-mcx.txt',
    required: 'StrikePrice',
    rows: [
      {
        ...future(2, 'MCX', '450001', 'ZINC30JAN31', 'ZINC', '2031-01-30'),
        ...{ lotSize: 5, tickSize: '0.05', multiplier: '5000' },
      },
      {
        ...future(3, 'MCX', '450002', 'GOLDGUINEA30JAN31', 'GOLDGUINEA', '2031-01-30'),
        ...{ lotSize: 8, tickSize: '1', multiplier: '1' },
      },
      {
        ...row(4, 'MCX', '450003', 'GOLDM27FEB31C61500', 'GOLDM'),
        ...{ type: 'OPTION', expiry: '2031-02-27', strike: '61500', optionType: 'CE' },
        ...{ lotSize: 100, tickSize: '0.5', multiplier: '10' },
      },
      {
        ...future(5, 'NCDEX', 'ACMERA20JAN2031', 'ACMERA20JAN31', 'ACMERA', '2031-01-20'),
        ...{ token: 'NCX|ACMERA20JAN2031', lotSize: 10, tickSize: '5', multiplier: '10' },
      },
    ],
    rejects: [[6, 'the token (blank) is not a number above 0']],
  },
]);

describeAdapter(flattrade, [
  {
    format: 'csv',
    fixture: 'flattrade.csv',
    required: 'Strike',
    rows: [
      { ...row(2, 'BSE', '500001', 'ACMETEA', 'ACMETEA'), type: null, series: 'A', lotSize: 1 },
      { ...row(3, 'NSE', '3002', 'ACME-AUTO-BE', 'ACME-AUTO'), type: 'EQUITY', series: 'BE', lotSize: 1 },
      { ...future(4, 'NFO', '41001', 'NIFTY28JAN31F', 'NIFTY', '2031-01-28'), lotSize: 65 },
      {
        ...row(5, 'NFO', '41002', 'NIFTY07JAN31C24500', 'NIFTY'),
        ...{ type: 'OPTION', expiry: '2031-01-07', strike: '24500', optionType: 'CE', lotSize: 65 },
      },
    ],
    rejects: [],
  },
]);

function row<Segment extends 'NSE' | 'BSE' | 'NFO' | 'BFO' | 'CDS' | 'MCX' | 'NCDEX'>(
  line: number,
  segment: Segment,
  exchangeToken: string,
  brokerSymbol: string,
  symbol: string,
) {
  return { line, segment, exchangeToken, token: `${segment}|${exchangeToken}`, brokerSymbol, symbol } as const;
}

function future(
  line: number,
  segment: 'NFO' | 'BFO' | 'CDS' | 'MCX' | 'NCDEX',
  token: string,
  brokerSymbol: string,
  symbol: string,
  expiry: string,
) {
  return { ...row(line, segment, token, brokerSymbol, symbol), type: 'FUTURE', expiry } as const;
}

function index(line: number, exchangeToken: string, brokerSymbol: string) {
  return { line, segment: 'NSE_INDEX', exchangeToken, token: `NSE|${exchangeToken}`, brokerSymbol, type: 'INDEX' } as const;
}

const fixture = (name: string) => readFileSync(path.join(__dirname, '../../../../test/fixtures', name), 'utf8');

describe.each([zebu, tradesmart])('the $broker adapter', (adapter) => {
  it('reads the same files', async () => {
    expect(adapter.formats).toEqual(['csv']);
    for (const name of ['shoonya-nse.txt', 'shoonya-bfo.txt', 'shoonya-cds.txt', 'shoonya-mcx.txt'])
      expect(await readAll(adapter, Buffer.from(fixture(name)))).toEqual(await readAll(shoonya, Buffer.from(fixture(name))));
  });

  it('takes Strike for StrikePrice', async () => {
    const text = fixture('shoonya-bfo.txt');
    const renamed = await readAll(adapter, Buffer.from(text.replace('StrikePrice', 'Strike')));
    expect(renamed.rows).toEqual((await readAll(shoonya, Buffer.from(text))).rows);
  });
});

describe('a file of contracts', () => {
  it('is refused when it is cut off in the middle of a line', async () => {
    const text = fixture('shoonya-bfo.txt');
    await expect(readAll(shoonya, Buffer.from(text.slice(0, -20)))).rejects.toThrow(/The file is cut off: it ends in line 14/);
  });

  it('is refused when it has the columns of a file of shares', async () => {
    const content = 'Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,\nNFO,41001,65,NIFTY,NIFTY28JAN31F,FUTIDX,0.05,\n';
    await expect(readAll(shoonya, Buffer.from(content))).rejects.toThrow(UnusableFile);
    await expect(readAll(shoonya, Buffer.from(content))).rejects.toThrow(/it has rows of NFO, and the column expiry is missing/);
  });
});
