import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import { nseLists } from './nse-lists';

const [shares, sme, etfs, reits, invits] = nseLists as [Adapter, Adapter, Adapter, Adapter, Adapter];
type Adapter = (typeof nseLists)[number];

describeAdapter(shares, [
  {
    format: 'csv',
    fixture: 'nse.csv',
    required: 'ISIN NUMBER',
    rows: [
      { ...listing(2, 'ACMETEA', 'INE0AA101011', 'EQ', '2008-10-06'), name: 'Acme Tea Limited', type: 'EQUITY', lotSize: 1 },
      { ...listing(3, 'ACME-AUTO', 'INE0AA201019', 'BE', '1995-05-03'), name: 'Acme Auto & Sons Limited', type: 'EQUITY', lotSize: 50 },
      { ...listing(4, 'A&B', 'IN90AA301014', 'BZ', '2024-01-01'), name: 'Partly paid A and B Limited', type: 'EQUITY', lotSize: 1 },
    ],
    rejects: [
      [5, 'the day of listing 31-FEB-2020 is not a day'],
      [6, 'the series SM is not of this list'],
      [7, 'the ISIN (blank) is not one'],
      [8, 'the symbol (blank) is not one'],
      [9, 'the header has 8 columns, this line 3'],
    ],
  },
]);

describeAdapter(sme, [
  {
    format: 'csv',
    fixture: 'nse-sme.csv',
    required: 'NAME_OF_COMPANY',
    rows: [
      { ...listing(2, 'ACMESME', 'INE0AA501012', 'ST', '2026-05-15'), name: 'Acme Small Limited', type: 'EQUITY' },
      { ...listing(3, 'ACMETAPS', 'INE0AA701018', 'SM', '2015-08-13'), name: 'Acme Taps Limited', type: 'EQUITY' },
    ],
    rejects: [],
  },
]);

describeAdapter(etfs, [
  {
    format: 'csv',
    fixture: 'nse-etf.csv',
    required: 'SecurityName',
    rows: [
      { ...listing(2, 'ACMEBEES', 'INF0AA1KB1A2', null, '2002-01-08'), name: 'ACME ETF ACMEBEES', type: 'ETF', lotSize: 1 },
      { ...listing(3, 'ACMEGOLD', 'INF0AA101GV8', null, '2026-02-26'), name: 'ACMEAMC - ACMEGOLD', type: 'ETF', lotSize: 1 },
    ],
    rejects: [],
  },
]);

describeAdapter(reits, [
  {
    format: 'csv',
    fixture: 'nse-reit.csv',
    required: 'DATE OF LISTING',
    rows: [{ ...listing(2, 'ACMEHOMES', 'INE0AA825019', 'RR', '2020-08-07'), name: 'Acme Homes REIT', type: 'FUND' }],
    rejects: [],
  },
]);

describeAdapter(invits, [
  {
    format: 'csv',
    fixture: 'nse-invit.csv',
    required: 'DATE OF LISTING',
    rows: [{ ...listing(2, 'ACMEROADS', 'INE0AA923012', 'IV', '2020-08-07'), name: 'Acme Roads Trust', type: 'FUND' }],
    rejects: [],
  },
]);

function listing(line: number, symbol: string, isin: string, series: string | null, listedOn: string) {
  const token = series === null ? isin : `${isin}-${series}`;
  return { line, segment: 'NSE', exchangeToken: token, token, brokerSymbol: symbol, symbol, isin, series, listedOn } as const;
}

it('takes a list of another kind for none of its own', async () => {
  const { rows, rejects } = await readAll(
    shares,
    Buffer.from(
      'SYMBOL,NAME OF COMPANY,SERIES,DATE OF LISTING,MARKET LOT,ISIN NUMBER\nACMEHOMES,Acme Homes REIT,RR,7-Aug-20,200,INE0AA825019\n',
    ),
  );
  expect([rows, rejects.map(({ reason }) => reason)]).toEqual([[], ['the series RR is not of this list']]);
});
