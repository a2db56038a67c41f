import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describeAdapter, future, option, readAll } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { kotak } from './kotak';

const share = { ...cash('ACMETEA', 'ACME TEA LIMITED', 'INE999X01015'), type: 'EQUITY' } as const;

describeAdapter(kotak, [
  {
    format: 'csv',
    fixture: 'kotak.csv',
    required: 'lexpirydate',
    rows: [
      { ...known(2, 'NSE_INDEX', 'nse_cm', '26000', 'NIFTY'), type: 'INDEX', symbol: 'NIFTY', name: 'NIFTY 50' },
      { ...known(3, 'NSE', 'nse_cm', '3001', 'ACMETEA-EQ'), ...share, series: 'EQ' },
      {
        ...known(4, 'NSE', 'nse_cm', '3005', 'ACME&CO-BE'),
        ...{ ...cash('ACME&CO', 'ACME AND CO', 'INE998X01017'), type: 'EQUITY', series: 'BE' },
      },
      { ...known(5, 'NSE', 'nse_cm', '3008', '011NSETEST-EQ'), ...cash('011NSETEST', null, null), type: null, series: 'EQ', isTest: true },
      { ...known(6, 'BSE_INDEX', 'bse_cm', '1', 'SENSEX'), type: 'INDEX', symbol: 'SENSEX', name: 'BSE SENSEX' },
      { ...known(7, 'BSE', 'bse_cm', '590001', 'ACMETEA'), ...share, series: 'XT' },
      { ...known(8, 'NFO', 'nse_fo', '41001', 'NIFTY31JANFUT'), ...future('NIFTY', '2031-01-28'), lotSize: 65, tickSize: '0.1' },
      {
        ...known(9, 'NFO', 'nse_fo', '41002', 'NIFTY3110724500CE'),
        ...{ ...option('NIFTY', '2031-01-07', '24500', 'CE'), lotSize: 65, tickSize: '0.05' },
      },
      {
        ...known(10, 'NFO', 'nse_fo', '41003', 'ACME-AUTO31JAN380.75PE'),
        ...{ ...option('ACME-AUTO', '2031-01-28', '380.75', 'PE'), lotSize: 1000, tickSize: '0.05' },
      },
      // 26AUG16 is not 26 August 2016
      {
        ...known(11, 'NFO', 'nse_fo', '41004', 'ACME26AUG1600CE'),
        ...{ ...option('ACME', '2026-08-26', '1600', 'CE'), lotSize: 500, tickSize: '0.05' },
      },
      {
        ...known(12, 'BFO', 'bse_fo', '842001', 'SENSEX31JAN80000PE'),
        ...{ ...option('SENSEX', '2031-01-30', '80000', 'PE'), lotSize: 20, tickSize: '0.05' },
      },
      // counted from 1980 where Kotak documents 1970
      { ...known(13, 'BFO', 'bse_fo', '842002', 'SENSEX31JANFUT'), ...future('SENSEX', '2031-01-28'), lotSize: 20, tickSize: '0.05' },
      {
        ...known(14, 'CDS', 'cde_fo', '7001', 'JPYINR31JAN59.25PE'),
        ...{ ...option('JPYINR', '2031-01-29', '59.25', 'PE'), lotSize: 1, tickSize: '0.0025' },
      },
      { ...known(15, 'MCX', 'mcx_fo', '450001', 'SILVERM27FEB31FUT'), ...future('SILVERM', '2031-02-27'), lotSize: 5, tickSize: '1' },
      {
        ...known(16, 'MCX', 'mcx_fo', '450002', 'GOLDM27FEB31148500CE'),
        ...{ ...option('GOLDM', '2031-02-27', '148500', 'CE'), lotSize: 100, tickSize: '0.5' },
      },
      { ...known(17, 'CDS', 'cde_fo', '8', 'USDINR'), type: 'UNDERLYING', symbol: 'USDINR', lotSize: 1, tickSize: '0.0025' },
    ],
    rejects: [
      [18, 'the lExpiryDate 1611844200, from 1970 or from 1980, is not the expiry in NIFTY31FEB24500CE'],
      [19, 'a contract without expiry'],
      [20, 'an option without strike'],
      [21, 'the lPrecision 3 is unknown'],
      [22, 'the pOptionType CA is unknown'],
      [23, 'the pSymbol 0 is not a number above 0'],
      [24, 'the pSymbol is blank'],
      [25, 'the pExchSeg moon_fo is unknown'],
      [26, 'the pSymbolName (blank) is not a symbol'],
      [27, 'the header has 20 columns, this line 3'],
    ],
  },
]);

it('takes prices for paise where the file does not tell their precision, and needs no description', async () => {
  const text = readFileSync(path.join(__dirname, '../../../../test/fixtures/kotak.csv'), 'utf8');
  const { rows } = await readAll(kotak, Buffer.from(text.replace('lPrecision', 'lOther').replace('pDesc', 'pOther')));
  expect(rows.find(({ exchangeToken }) => exchangeToken === '41003')).toMatchObject({ strike: '380.75', tickSize: '0.05' });
  expect(rows.find(({ exchangeToken }) => exchangeToken === '3001')).toMatchObject({ symbol: 'ACMETEA', name: null });
});

it('finds its entries in a zip by their names', () => {
  const names = ['nse_cm-v1.csv', '2031-01-07/nse_fo.csv', 'nse_com.csv', 'BSE_CM.csv', 'readme.csv', 'nse_fo.csv.txt'];
  expect(names.filter((name) => kotak.entries?.test(name))).toEqual([
    'nse_cm-v1.csv',
    '2031-01-07/nse_fo.csv',
    'nse_com.csv',
    'BSE_CM.csv',
  ]);
});

function known(line: number, segment: DumpRow['segment'], name: string, exchangeToken: string, brokerSymbol: string) {
  return { line, segment, exchangeToken, token: `${name}|${exchangeToken}`, brokerSymbol } as const;
}

function cash(symbol: string, name: string | null, isin: string | null) {
  return { symbol, name, isin, lotSize: 1, tickSize: '0.05' } as const;
}
