import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chunks, describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { UnusableFile } from '../domain/dump-row';
import { fyers } from './fyers';

const silverm = {
  ...row('MCX', '450001', '1120310227450001', 'MCX:SILVERM31FEBFUT', 'SILVERM'),
  // the exchange's lot is 5
  ...({ type: 'FUTURE', expiry: '2031-02-27', lotSize: 1, tickSize: '1' } as const),
};
const put = {
  ...row('CDS', '7002', '10123101177002', 'NSE:EURUSD311171.035PE', 'EURUSD'),
  ...({ type: 'OPTION', expiry: '2031-01-17', strike: '1.035', optionType: 'PE', lotSize: 1, tickSize: '0.0001' } as const),
};
const share = {
  ...row('NSE', '3001', '10100000003001', 'NSE:ACMETEA-EQ', 'ACMETEA'),
  ...({ type: 'EQUITY', name: 'ACME TEA LIMITED', isin: 'INE999X01015', series: 'EQ', lotSize: 1, tickSize: '0.05' } as const),
};
// the ticker lacks the blank
const bond = {
  ...row('BSE', '980001', '1210000000980001', 'BSE:12ACME3-F', '12-ACME3'),
  ...({ type: 'BOND', name: 'ACME-12%-"SERIES3"-PVT', isin: 'INE999X07012', series: 'F', lotSize: 10, tickSize: '0.01' } as const),
};

describeAdapter(fyers, [
  {
    format: 'csv',
    fixture: 'fyers.csv',
    required: null,
    rows: [
      {
        line: 1,
        ...row('BSE_INDEX', '2', '12100000002', 'BSE:SENSEX-INDEX', 'SENSEX'),
        ...{ type: 'INDEX', name: 'SENSEX' },
      },
      {
        line: 2,
        ...row('BSE_INDEX', '10', '121000000010', 'BSE:500-INDEX', 'BSE500'),
        ...{ type: 'INDEX', name: 'S&P BSE 500' },
      },
      {
        line: 3,
        ...row('NSE_INDEX', '26999', '101000000026999', 'NSE:NIFTY100 EQL WGT-INDEX', 'NIFTY100EQLWGT'),
        ...{ type: 'INDEX', name: 'NIFTY100 EQL WGT' },
      },
      { line: 4, ...share },
      {
        line: 5,
        ...row('NSE', '3002', '10100000003002', 'NSE:ACME-AUTO-BE', 'ACME-AUTO'),
        ...{ type: 'EQUITY', name: 'ACME AUTO LIMITED', isin: 'INE999X01023', series: 'BE', lotSize: 1, tickSize: '0.01' },
      },
      {
        line: 6,
        ...row('NSE', '3004', '10100000003004', 'NSE:750XX31-SG', '750XX31'),
        ...{ type: 'BOND', name: 'SDL XX 7.50% 2031', isin: 'IN1920310017', series: 'SG', lotSize: 100, tickSize: '0.01' },
      },
      {
        line: 7,
        ...row('NSE', '3008', '10100000003008', 'NSE:011NSETEST-EQ', '011NSETEST'),
        ...{ type: null, name: 'NSE TEST', series: 'EQ', lotSize: 1, tickSize: '0.05', isTest: true },
      },
      { line: 8, ...bond },
      {
        line: 9,
        ...row('BSE', '590002', '1210000000590002', 'BSE:ACMEMIL-XT', 'ACMEMIL'),
        ...{ type: null, name: 'ACME MILLS LTD.', series: 'XT', lotSize: 1, tickSize: '0.01' },
      },
      {
        line: 10,
        ...row('NFO', '41001', '101131012841001', 'NSE:NIFTY31JANFUT', 'NIFTY'),
        ...{ type: 'FUTURE', expiry: '2031-01-28', lotSize: 65, tickSize: '0.1' },
      },
      {
        line: 11,
        ...row('BFO', '81001', '121131013081001', 'BSE:SENSEX31JANFUT', 'SENSEX'),
        ...{ type: 'FUTURE', expiry: '2031-01-30', lotSize: 20, tickSize: '0.05' },
      },
      {
        line: 12,
        ...row('BFO', '1100057', '12113101301100057', 'BSE:ACMETEA31JAN202.5CE', 'ACMETEA'),
        ...{ type: 'OPTION', expiry: '2031-01-30', strike: '202.5', optionType: 'CE', lotSize: 400, tickSize: '0.05' },
      },
      { line: 13, ...put },
      { line: 14, ...silverm },
      {
        line: 15,
        ...row('NCO', '13', '102031022713', 'NSE:ACMEMIC31FEBFUT', 'ACMEMIC'),
        ...{ type: 'FUTURE', expiry: '2031-02-27', lotSize: 1, tickSize: '1' },
      },
    ],
    rejects: [
      [16, 'a contract without expiry'],
      [17, 'an option without strike'],
      [18, 'the option type YE is unknown'],
      [19, 'a token is not a number above 0'],
      [20, 'the fyToken 10100000003010 does not belong to the token 3011'],
      [21, 'the segment 10 of exchange 13 is unknown'],
      [22, 'the ticker NSE:NOSERIES does not tell the series'],
      [23, 'the symbol (blank) is not one'],
      [24, 'a row has 21 columns, this line 3'],
    ],
  },
  {
    format: 'json',
    fixture: 'fyers.json',
    required: 'exToken',
    rows: [
      {
        line: 1,
        ...row('NSE_INDEX', '26000', '101000000026000', 'NSE:NIFTY50-INDEX', 'NIFTY'),
        ...{ type: 'INDEX', name: 'NIFTY50' },
      },
      { line: 2, ...share },
      { line: 3, ...bond },
      {
        line: 4,
        ...row('NFO', '41003', '101131010741003', 'NSE:NIFTY3110724500CE', 'NIFTY'),
        ...{ type: 'OPTION', expiry: '2031-01-07', strike: '24500', optionType: 'CE', lotSize: 65, tickSize: '0.05', freezeQuantity: 1800 },
      },
      { line: 5, ...silverm },
      { line: 6, ...put },
    ],
    rejects: [
      // 17 digits that are not in quotes have lost some on the way
      [7, 'a token is not a number above 0'],
      [8, 'a contract without expiry'],
    ],
  },
]);

function row<Segment extends string>(segment: Segment, exchangeToken: string, token: string, brokerSymbol: string, symbol: string) {
  return { segment, exchangeToken, token, brokerSymbol, symbol } as const;
}

const fixture = (name: string) => readFileSync(path.join(__dirname, '../../../../test/fixtures', name), 'utf8');

describe('the day of a file of Fyers', () => {
  const statedDays = async (text: string) => {
    const days = [];
    for await (const { statedDay } of fyers.read(chunks(Buffer.from(text), 65536))) days.push(statedDay);
    return days;
  };

  it.each(['fyers.csv', 'fyers.json'])('is the newest that its rows state (%s)', async (name) => {
    expect(await statedDays(fixture(name))).toEqual(['2031-01-07']);
  });

  it('is unknown when no row states one', async () => {
    expect(await statedDays(fixture('fyers.csv').replaceAll(/,2031-01-0\d,|,2018-02-05,/g, ',None,'))).toEqual([null]);
  });
});

describe('a CSV without header', () => {
  const [first = '', ...others] = fixture('fyers.csv').split('\n');
  const withField = (place: number, text: string) => {
    const fields = first.split(',');
    fields[place - 1] = text;
    return [fields.join(','), ...others].join('\n');
  };

  it.each([
    [1, 'fyToken', /column 1 \(fyToken\) is not a number/],
    [8, '07-01-2031', /column 8 \(lastUpdate\) is not a day/],
    [10, 'SENSEX', /column 10 \(symTicker\) is not like NSE:ACME-EQ/],
    [11, 'BSE', /column 11 \(exchange\) is not 10, 11 or 12/],
    [12, 'CM', /column 12 \(segment\) is not 10, 11, 12 or 20/],
    [21, '0.0,more', /going by line 1: it has 22 columns, not 21/],
  ])('is refused when its first row has something else in column %i', async (place, text, why) => {
    await expect(readAll(fyers, Buffer.from(withField(place, text)))).rejects.toThrow(UnusableFile);
    await expect(readAll(fyers, Buffer.from(withField(place, text)))).rejects.toThrow(why);
  });

  it('is refused when it is cut off in the middle of a line', async () => {
    const text = `${first}\n${others[0]?.slice(0, 60)}`;
    await expect(readAll(fyers, Buffer.from(text))).rejects.toThrow(/The file is cut off: it ends in line 2/);
  });
});
