import { describeAdapter, readAll } from '../../../../test/support/describe-adapter';
import type { DumpRow } from '../domain/dump-row';
import { nuvama } from './nuvama';

describeAdapter(nuvama, [
  {
    format: 'csv',
    fixture: 'nuvama.csv',
    required: 'exchangetoken',
    rows: [
      {
        line: 2,
        ...{ segment: 'NSE_INDEX', exchangeToken: '-929', token: '-929' },
        ...{ brokerSymbol: 'Nifty 50', type: 'INDEX', symbol: 'NIFTY', name: 'Nifty 50' },
      },
      {
        line: 3,
        ...{ segment: 'BSE_INDEX', exchangeToken: '-920', token: '-920' },
        ...{ brokerSymbol: 'SNSX50', type: 'INDEX', symbol: 'SENSEX50', name: 'BSE SNSX50' },
      },
      {
        line: 4,
        ...cash('NSE', '3001', 'INE999X01015', 'ACMETEA', 'EQ'),
        ...{ name: 'ACME TEA LIMITED', type: 'EQUITY', lotSize: 1, tickSize: '0.05', surveillance: 'Gross settlement, "Trade for Trade".' },
      },
      {
        line: 5,
        ...cash('NSE', '3003', 'INE999X01023', 'ACME-AUTO', 'EQ'),
        ...{ name: 'ACME AUTO LTD', type: 'EQUITY', lotSize: 1, tickSize: '1' },
      },
      {
        line: 6,
        ...cash('NSE', '3011', 'INE999X07012', '12ACME31', 'N7'),
        ...{ name: 'SEC RE NCD 12% SRI', type: 'BOND', lotSize: 1, tickSize: '0.01' },
      },
      // the end of a symbol on BSE is no series
      {
        line: 8,
        ...cash('BSE', '590001', 'INE999X01015', 'ACMETEA-B', 'B'),
        ...{ name: 'ACME TEA LIMITED', type: 'EQUITY', lotSize: 4000, tickSize: '0.01' },
      },
      {
        line: 9,
        ...contract('NFO', '41001', 'NIFTY31JANFUT', 'NIFTY'),
        ...{ type: 'FUTURE', expiry: '2031-01-28', lotSize: 65, tickSize: '0.1' },
      },
      {
        line: 10,
        ...contract('NFO', '41003', 'ACME-AUTO31JAN380.75PE', 'ACME-AUTO'),
        ...{ type: 'OPTION', expiry: '2031-01-28', strike: '380.75', optionType: 'PE', lotSize: 1000, tickSize: '0.05' },
      },
      {
        line: 11,
        ...contract('BFO', '851001', 'SENSEX5031JANFUT', 'SENSEX50'),
        ...{ type: 'FUTURE', expiry: '2031-01-30', lotSize: 75, tickSize: '0.05' },
      },
      {
        line: 12,
        ...contract('CDS', '7001', 'EURUSD31JAN1.06CE', 'EURUSD'),
        ...{ type: 'OPTION', expiry: '2031-01-08', strike: '1.06', optionType: 'CE', lotSize: 1, tickSize: '0.0001', multiplier: '1000' },
      },
      {
        line: 13,
        ...contract('MCX', '450001', 'SILVERM31FEBFUT', 'SILVERM'),
        ...{ type: 'FUTURE', expiry: '2031-02-27', lotSize: 5, tickSize: '1' },
      },
      {
        line: 14,
        ...contract('NCDEX', 'ACMESEED20FEB2031', 'ACMESEED20FEB2031', 'ACMESEED'),
        ...{ type: 'FUTURE', expiry: '2031-02-20', lotSize: 10, tickSize: '0.5' },
      },
      {
        line: 15,
        ...contract('NCDEX', 'ACMESEED1027FEB31PE5000FMAR31', 'ACMESEED1027FEB31PE5000FMAR31', 'ACMESEED10'),
        ...{ type: 'OPTION', expiry: '2031-02-27', strike: '5000', optionType: 'PE', lotSize: 5, tickSize: '0.5' },
      },
    ],
    rejects: [
      [7, 'an earlier line says the same, word for word'],
      [16, 'the exchange MOON is unknown'],
      [17, 'the exchangetoken 9_BSE is none of NSE'],
      [18, 'the exchangetoken 0_NSE is none of NSE'],
      [19, 'the exchangetoken BAD_NFO is none of NFO'],
      [20, 'the symbolname (blank) is not a symbol'],
      [21, 'a contract without expiry'],
      [22, 'the expiry 30/FEB/31 is not a day'],
      [23, 'an option without strike'],
      [24, 'the optiontype (blank) is unknown'],
      [25, 'the symbolname (blank) is not a symbol'],
      [26, 'the header has 19 columns, this line 3'],
    ],
  },
]);

function cash(segment: DumpRow['segment'], exchangeToken: string, isin: string, symbol: string, series: string) {
  return {
    segment,
    exchangeToken,
    token: `${exchangeToken}_${segment}`,
    brokerSymbol: isin,
    symbol,
    isin,
    series,
    surveillance: '',
  } as const;
}

function contract(segment: DumpRow['segment'], exchangeToken: string, brokerSymbol: string, symbol: string) {
  return { segment, exchangeToken, token: `${exchangeToken}_${segment}`, brokerSymbol, symbol } as const;
}

describe('two lines with one token that differ', () => {
  it('are both given: choosing one is not the adapter’s business', async () => {
    const header =
      'exchangetoken,tradingsymbol,symbolname,description,expiry,strikeprice,ticksize,lotsize,optiontype,series,assettype,exchange,isin,multiplier,asmgsmflag,asmgsmmsg';
    const share = (lot: number) => `3001_NSE,INE999X01015,ACMETEA,ACME TEA LIMITED,,,0.05,${lot},,EQ,EQUITY,NSE,INE999X01015,1,false,`;
    const { rows, rejects } = await readAll(nuvama, Buffer.from([header, share(1), share(2), share(2)].join('\n')));
    expect(rows.map(({ line, lotSize }) => [line, lotSize])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect(rejects.map(({ line }) => line)).toEqual([4]);
  });
});
