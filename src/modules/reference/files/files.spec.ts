import { linesOf } from '../../../../test/support/lines';
import { UnusableFile } from '../../ingestion';
import { isoMic } from './iso-mic';
import { nseBanList } from './nse-ban-list';
import { nseFreezeQuantities } from './nse-freeze-quantities';
import { nseIndex } from './nse-index';
import { nseLots } from './nse-lots';
import type { ReferenceFile } from './reference-file';

const read = async (file: ReferenceFile, text: string) => {
  const said = file.read(await linesOf(text), 'NSE_INDEX:ACME');
  return {
    ...said,
    facts: [...said.entries.values()].map(({ fact }) => fact),
    reasons: said.rejects.map(({ line, reason }) => [line, reason]),
  };
};

describe.each([nseLots, nseFreezeQuantities, nseBanList, nseIndex, isoMic] as ReferenceFile[])('$whose', (file) => {
  it.each(['', '\n \n', '<html><body>Service unavailable</body></html>', '{"status":"error"}', 'a,b,c\n1,2,3\n'])(
    'is not %j',
    async (text) => {
      await expect(read(file, text)).rejects.toThrow(UnusableFile);
    },
  );
});

describe('market lots', () => {
  const text = `UNDERLYING                          ,SYMBOL    ,JAN-31     ,FEB-31     ,JUN-31     
NIFTY 50                            ,NIFTY     ,65         ,65         ,75         
Derivatives on Individual Securities,Symbol    ,JAN-31     ,FEB-31     ,           
ACME TEA LIMITED                    ,ACMETEA   ,400        ,450        ,           
ACME & SONS                         ,M&ACME    ,10         ,           ,           
ACME BAD                            ,ACMEBAD   ,4OO        ,450        ,           
                                    ,          ,400        ,450        ,           
`;

  it('are one for each underlying and month, until the month is over', async () => {
    const { entries, facts, rows, reasons } = await read(nseLots, text);
    expect(facts).toEqual([
      { underlying: 'NIFTY', expiryMonth: '2031-01', lotSize: 65 },
      { underlying: 'NIFTY', expiryMonth: '2031-02', lotSize: 65 },
      { underlying: 'NIFTY', expiryMonth: '2031-06', lotSize: 75 },
      { underlying: 'ACMETEA', expiryMonth: '2031-01', lotSize: 400 },
      { underlying: 'ACMETEA', expiryMonth: '2031-02', lotSize: 450 },
      { underlying: 'M&ACME', expiryMonth: '2031-01', lotSize: 10 },
    ]);
    expect(entries.get('NIFTY 2031-06')?.endsOn).toBe('2031-07-01');
    expect(rows).toBe(5);
    expect(reasons).toEqual([
      [6, 'the lot 4OO is not a number above 0'],
      [7, 'the symbol (blank) is not one'],
    ]);
  });

  it('cover the months of the header, not those that are over', async () => {
    const { covers } = await read(nseLots, text);
    expect(['ANY 2031-01', 'ANY 2030-12', 'ANY 2031-03'].map(covers)).toEqual([true, false, false]);
  });

  it('are of a day in the first month, or in the one before it', async () => {
    const { contradicts } = await read(nseLots, text);
    expect(['2031-01-06', '2030-12-27'].map(contradicts)).toEqual([null, null]);
    expect(contradicts('2031-02-01')).toMatch('its first month is 2031-01');
    expect(contradicts('2030-11-30')).toMatch('its first month is 2031-01');
  });

  it.each([
    ['Jan-31', /The column Jan-31 is no month as NSE writes it/],
    ['31-JAN', /is no month/],
    ['MAR-31', /not in order/],
  ])('with the month %s are refused', async (month, reason) => {
    await expect(read(nseLots, text.replace('JAN-31', month))).rejects.toThrow(reason);
  });
});

describe('freeze quantities', () => {
  it('are one for each underlying', async () => {
    const text =
      'S.No.,SYMBOL    ,VOL_FRZ_QTY \n1    ,BANKNIFTY ,600         \n2    ,NIFTY     ,1800        \n3    ,ACMETEA   ,          \n2    ,NIFTY     ,900        \n';
    const { facts, reasons } = await read(nseFreezeQuantities, text);
    expect(facts).toEqual([
      { underlying: 'BANKNIFTY', quantity: 600 },
      { underlying: 'NIFTY', quantity: 1800 },
    ]);
    expect(reasons).toEqual([
      [4, 'the quantity (blank) is not a number above 0'],
      [5, 'an earlier line says something else of NIFTY'],
    ]);
  });
});

describe('the ban list', () => {
  it('says its day and whom it bans', async () => {
    const { statedDay, facts, reasons } = await read(
      nseBanList,
      'Securities in Ban For Trade Date 07-JAN-2031:\r\n1,ACMETEA\r\n2,M&ACME\r\nACMECOAL\r\n',
    );
    expect(statedDay).toBe('2031-01-07');
    expect(facts).toEqual([{ underlying: 'ACMETEA' }, { underlying: 'M&ACME' }]);
    expect(reasons).toEqual([[4, 'a line is a number and a symbol: 1,ACME']]);
  });

  it.each([
    'Securities in Ban For Trade Date 07-JAN-2031:',
    'Securities in Ban For Trade Date 07-JAN-2031: NIL\n',
    'Securities in Ban For Trade Date 07-JAN-2031:\nNIL\n',
  ])('may be empty: %j', async (text) =>
    expect(await read(nseBanList, text)).toMatchObject({ statedDay: '2031-01-07', rows: 0, facts: [], reasons: [] }),
  );

  it('is refused with a day that is none', async () => {
    await expect(read(nseBanList, 'Securities in Ban For Trade Date 31-FEB-2031:\n1,ACMETEA\n')).rejects.toThrow(UnusableFile);
  });
});

describe('constituents of an index', () => {
  const header = 'Company Name,Industry,Symbol,Series,ISIN Code';

  it('are known by ISIN, a placeholder by its symbol', async () => {
    const text = `${header}\nAcme Tea Ltd.,Beverages,ACMETEA,EQ,INE000A01011\n"Acme, Sons & Co.",,DUMMYACME,EQ,DUMMY\nNo Symbol Ltd.,Beverages,,EQ,INE000B01019\n`;
    const { entries, reasons } = await read(nseIndex, text);
    const common = { indexKey: 'NSE_INDEX:ACME', series: 'EQ', weight: null };
    expect([...entries]).toEqual([
      [
        'INE000A01011',
        { endsOn: null, fact: { ...common, symbol: 'ACMETEA', name: 'Acme Tea Ltd.', isin: 'INE000A01011', industry: 'Beverages' } },
      ],
      ['DUMMYACME', { endsOn: null, fact: { ...common, symbol: 'DUMMYACME', name: 'Acme, Sons & Co.', isin: null, industry: null } }],
    ]);
    expect(reasons).toEqual([[4, 'the symbol (blank) is not one']]);
  });

  it('have weights where somebody added them', async () => {
    const text = `${header},Weight\nAcme Tea Ltd.,Beverages,ACMETEA,EQ,INE000A01011,12.50\nAcme Coal Ltd.,Mining,ACMECOAL,EQ,INE000B01019,much\n`;
    const { facts, reasons } = await read(nseIndex, text);
    expect(facts).toMatchObject([{ symbol: 'ACMETEA', weight: '12.5' }]);
    expect(reasons).toEqual([[3, 'the weight much is not a decimal']]);
  });
});

describe('MICs', () => {
  const header =
    '"MIC","OPERATING MIC","OPRT/SGMT","MARKET NAME-INSTITUTION DESCRIPTION","LEGAL ENTITY NAME","LEI","MARKET CATEGORY CODE","ACRONYM","ISO COUNTRY CODE (ISO 3166)","CITY","WEBSITE","STATUS","CREATION DATE","LAST UPDATE DATE","LAST VALIDATION DATE","EXPIRY DATE","COMMENTS"';

  it('are venues, with the exchange that operates them', async () => {
    const rows = [
      '"XACM","XACM","OPRT","ACME EXCHANGE, INC.","ACME LTD","529900ACMEACMEACME01","RMKT","ACME","IN","MUMBAI","WWW.ACME.EXAMPLE","ACTIVE","20050627","20250428","20250428","",',
      '"ACMX","XACM","SGMT","ACME OTHER","",,"NSPD",,"IN","MUMBAI","","EXPIRED","20050627","20250428",,"20250331","GONE"',
      '"ACMY","XACM","BOTH","ACME THIRD","",,"NSPD",,"IN","MUMBAI","","ACTIVE","20050627","20250428",,"",""',
      '"ACMZ","XACM","SGMT","ACME FOURTH","",,"NSPD",,"IN","MUMBAI","","ACTIVE","20051327","20250428",,"",""',
    ];
    const { entries, reasons } = await read(isoMic, [header, ...rows, ''].join('\n'));
    expect([...entries.keys()]).toEqual(['XACM', 'ACMX']);
    expect(entries.get('XACM')?.fact).toEqual({
      ...{ mic: 'XACM', operatingMic: 'XACM', kind: 'operating', name: 'ACME EXCHANGE, INC.', legalEntity: 'ACME LTD' },
      ...{ lei: '529900ACMEACMEACME01', category: 'RMKT', acronym: 'ACME', country: 'IN', city: 'MUMBAI', website: 'WWW.ACME.EXAMPLE' },
      ...{ status: 'active', createdOn: '2005-06-27', updatedOn: '2025-04-28', expiredOn: null },
    });
    expect(entries.get('ACMX')?.fact).toMatchObject({ kind: 'segment', status: 'expired', lei: null, expiredOn: '2025-03-31' });
    expect(reasons.map(([line]) => line)).toEqual([4, 5]);
  });
});
