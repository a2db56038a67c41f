import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chunks, describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { UnusableFile, type DumpRow } from '../domain/dump-row';
import { nasdaq } from './nasdaq';

const share = (line: number, segment: DumpRow['segment'], token: string, name: string): Partial<DumpRow> => ({
  ...{ line, segment, exchangeToken: token, token, brokerSymbol: token, symbol: token },
  ...{ type: 'EQUITY', name, lotSize: 100 },
});

describeAdapter(nasdaq, [
  {
    format: 'csv',
    fixture: 'nasdaqlisted.txt',
    separator: '|',
    footer: 1,
    required: 'Test Issue',
    rows: [
      share(2, 'XNAS', 'ACMT', 'Acme Tea, Inc. - Common Stock'),
      { ...share(3, 'XNAS', 'ACMTW', 'Acme Tea, Inc. - Warrant'), type: 'WARRANT' },
      { ...share(4, 'XNAS', 'ACMTU', 'Acme Tea, Inc. - Unit'), type: 'OTHER' },
      { ...share(5, 'XNAS', 'ACTEA', 'Acme "Tea" Index ETF'), type: 'ETF', lotSize: 10 },
      { ...share(6, 'XNAS', 'ZXYZ.A', 'Symbology Test Common Stock'), isTest: true },
    ],
    rejects: [
      [7, 'the symbol (blank) is not made of A-Z, 0-9, the point and one $'],
      [8, 'the symbol AC-MT is not made of A-Z, 0-9, the point and one $'],
      [9, 'Test Issue is (blank), neither Y nor N'],
      [10, 'the header has 8 columns, this line 2'],
    ],
  },
  {
    format: 'csv',
    fixture: 'otherlisted.txt',
    separator: '|',
    footer: 1,
    required: 'Exchange',
    rows: [
      share(2, 'XNYS', 'ACF', 'Acme Fuel, Inc. Common Stock'),
      { ...share(3, 'XASE', 'ACF$', 'Acme Fuel, Inc. $3.75 Preferred Stock'), symbol: 'ACF-P', brokerSymbol: 'ACF-', type: 'OTHER' },
      { ...share(4, 'XNYS', 'ACF$B', 'Acme Fuel, Inc. Preferred Series B'), symbol: 'ACF-PB', brokerSymbol: 'ACF-B', type: 'OTHER' },
      { ...share(5, 'XNYS', 'ACF.A', 'Acme Fuel, Inc. Class A'), lotSize: 1 },
      {
        ...share(6, 'XNYS', 'ACF.W', 'Acme Fuel, Inc. Warrants expiring January 19, 2035'),
        ...{ brokerSymbol: 'ACF+', type: 'WARRANT' },
      },
      { ...share(7, 'IEXG', 'ACF.R', 'Acme Fuel, Inc. Rights'), brokerSymbol: 'ACF^', type: 'OTHER' },
      { ...share(8, 'ARCX', 'ACGOLD', 'Acme Gold Shares'), type: 'ETF' },
      { ...share(9, 'BATS', 'ZACTEST', 'An Exchange (test issue)'), isTest: true },
    ],
    rejects: [[10, 'the exchange Q is unknown']],
  },
]);

describe('the day of one of Nasdaq’s lists', () => {
  const content = readFileSync(path.join(__dirname, '../../../../test/fixtures/otherlisted.txt'));

  it('is what the last line says', async () => {
    const days = [];
    for await (const { statedDay } of nasdaq.read(chunks(content, 50))) days.push(statedDay);
    expect(days.at(-1)).toBe('2031-01-06');
  });

  it.each([
    ['', 'the line is missing'],
    ['File Creation Time: 1306203121:32||||||', 'there is no 13th month'],
  ])('must be there: %j', async (last) => {
    const cut = content.toString('utf8').replace(/File Creation.*\n/, last);
    await expect(readAll(nasdaq, Buffer.from(cut))).rejects.toThrow(UnusableFile);
  });
});
