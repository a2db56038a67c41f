import { gzipSync } from 'node:zlib';
import { readModels } from '../src/cli/read-models';
import { rebuild } from '../src/platform/event-store/rebuild';
import { future, kiteCsv, option } from './support/kite';
import { startService, type Answer, type Service } from './support/service';

describe('files that are no lists of instruments', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    const contracts = [
      future(41001, 'ACMETEA', '2031-01-28', 400),
      option(41002, 'ACMETEA', '2031-02-25', '100', 'CE', 400),
      option(41003, 'ACMETEA', '2031-02-25', '110', 'CE', 400),
      future(41004, 'ACMECOAL', '2031-01-28', 10),
    ];
    const run = await service.ingest('kite', kiteCsv(contracts), '?day=2031-01-06');
    expect(run).toMatchObject({ status: 'completed', counts: { listed: 4 } });
  }, 60_000);
  afterAll(() => service.stop());

  const send = (file: string, text: string | Uint8Array, query = '') =>
    service.call('POST', `/reference/${file}${query}`, text, { 'content-type': 'text/csv' });
  const get = (path: string) => service.call('GET', path);
  const positionOf = ({ headers }: Answer) => headers.get('registry-position');
  const items = ({ body }: Answer) => body.items as Record<string, unknown>[];

  const lots = (acmetea: string) =>
    `UNDERLYING   ,SYMBOL    ,JAN-31     ,FEB-31     \nACME TEA     ,ACMETEA   ,400        ,${acmetea}        \nACME COAL    ,ACMECOAL  ,10         ,10         \n`;
  const nothing = { rejected: 0, rejects: [], added: 0, changed: 0, removed: 0 };

  describe('market lots', () => {
    it('are recorded, and the same file again is nothing', async () => {
      const report = { list: 'nse-lots', day: '2031-01-06', rows: 2, contracts: 0 };
      const first = await send('nse-lots', lots('400'), '?day=2031-01-06');
      expect([first.status, first.body]).toEqual([200, { ...report, ...nothing, added: 4, unchanged: 0, repeated: false }]);
      const again = await send('nse-lots', gzipSync(lots('400')), '?day=2031-01-06');
      expect([again.status, again.body]).toEqual([200, { ...report, ...nothing, unchanged: 4, repeated: true }]);
      expect(positionOf(again)).toBe(positionOf(first));
    });

    it('change from the day of the file, as of any day and as it was known', async () => {
      const before = positionOf(await get('/reference'));
      const { body } = await send('nse-lots', lots('450'), '?day=2031-01-08');
      expect(body).toMatchObject({ added: 0, changed: 1, removed: 0, unchanged: 3 });
      const january = { expiryMonth: '2031-01', lotSize: 400, validFrom: '2031-01-06', validTo: '2031-02-01' };
      const on = async (query: string) => (await get(`/underlyings/ACMETEA/lots?${query}`)).body;
      const [old, now] = [
        { expiryMonth: '2031-02', lotSize: 400, validFrom: '2031-01-06', validTo: '2031-01-08' },
        { expiryMonth: '2031-02', lotSize: 450, validFrom: '2031-01-08', validTo: '2031-03-01' },
      ];
      expect(await on('asOf=2031-01-07')).toEqual([january, old]);
      expect(await on('asOf=2031-01-09')).toEqual([january, now]);
      expect(await on('asOf=2031-02-03')).toEqual([now]);
      expect(await on(`asOf=2031-01-09&knownAt=${before}`)).toEqual([january, { ...old, validTo: '2031-03-01' }]);
      expect((await get('/underlyings/NSE:ACMETEA/lots?asOf=2031-02-03')).body).toEqual([now]);
      expect(await get('/underlyings/BSE:ACMETEA/lots')).toMatchObject({ status: 404 });
      expect(await get('/underlyings/ACMETEA/lots?asOf=2030-12-31')).toMatchObject({ status: 404 });
    });

    it('do not override what brokers say: the difference is reported', async () => {
      expect(items(await get('/reference/nse-lots/disagreements?asOf=2031-01-07'))).toEqual([]);
      expect(items(await get('/reference/nse-lots/disagreements?asOf=2031-01-08'))).toEqual([
        {
          ...{ underlying: 'ACMETEA', expiryMonth: '2031-02', announced: 450, lotSize: 400, contracts: 2 },
          example: 'NFO:ACMETEA:2031-02-25:100:CE',
        },
      ]);
      expect((await get('/instruments/NFO:ACMETEA:2031-02-25:100:CE?asOf=2031-01-08')).body).toMatchObject({ lotSize: 400 });
    });

    it.each([
      ['nse-lots', lots('450'), '', 422, 'day: The file does not say which day it is of'],
      ['nse-lots', lots('450'), '?day=2031-03-03', 422, 'its first month is 2031-01'],
      ['nse-lots', lots('4OO'), '?day=2031-01-09', 422, '1 of 2 rows cannot be used (first: line 2: the lot 4OO'],
      ['nse-lots', lots('450').replace('JAN-31', 'Jan-31'), '?day=2031-01-09', 422, 'Jan-31 is no month'],
      ['nse-lots', '', '?day=2031-01-09', 422, 'empty'],
      ['nse-lots', lots('450'), '?day=2031-01-09&index=NIFTY', 422, 'index: The file nse-lots is of no index'],
      ['nse-index', lots('450'), '?day=2031-01-09', 422, 'index: Say whose constituents they are'],
      ['nse-index', lots('450'), '?day=2031-01-09&index=NIFTY', 422, "This is not NSE's list of an index's constituents"],
      ['nse-ban-list', 'Securities in Ban For Trade Date 07-JAN-2031:\n', '?day=2031-01-08', 422, 'says that it is of 2031-01-07'],
      ['nse-ban-list', 'Securities in Ban For Trade Date 07-JAN-2131:\n', '', 422, 'day: 2131-01-07 is too far ahead'],
      ['weather', lots('450'), '?day=2031-01-09', 422, 'Give one of nse-lots'],
    ])('are refused when they are not right, and nothing changes: %s %j %s', async (file, text, query, status, detail) => {
      const before = positionOf(await get('/reference'));
      const answer = await send(file, text, query);
      expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
      expect(positionOf(await get('/reference'))).toBe(before);
    });
  });

  describe('the ban list', () => {
    const ban = (day: string, ...symbols: string[]) =>
      send(
        'nse-ban-list',
        [`Securities in Ban For Trade Date ${day}:`, ...symbols.map((symbol, n) => `${n + 1},${symbol}`), ''].join('\n'),
      );
    const flags = async (key: string, day: string) => (await get(`/instruments/${key}?asOf=${day}`)).body.flags;
    const tea = 'NFO:ACMETEA:2031-02-25:100:CE';

    it('flags the contracts of an underlying from its day until a list lacks it', async () => {
      expect((await ban('07-JAN-2031', 'ACMETEA', 'NOTHERE')).body).toMatchObject({ day: '2031-01-07', added: 2, contracts: 3 });
      expect((await ban('07-JAN-2031', 'ACMETEA', 'NOTHERE')).body).toMatchObject({ repeated: true, contracts: 0 });
      expect((await ban('09-JAN-2031')).body).toMatchObject({ rows: 0, removed: 2, contracts: 3 });
      expect(await Promise.all(['06', '07', '08', '09'].map((day) => flags(tea, `2031-01-${day}`)))).toEqual([
        {},
        { ban: true },
        { ban: true },
        {},
      ]);
      expect(await flags('NFO:ACMECOAL:2031-01-28:FUT', '2031-01-07')).toEqual({});
    });

    it('that comes late holds until the next one that is in', async () => {
      expect((await ban('08-JAN-2031', 'ACMECOAL')).body).toMatchObject({ added: 1, removed: 2, contracts: 4 });
      expect(await Promise.all(['07', '08', '09'].map((day) => flags(tea, `2031-01-${day}`)))).toEqual([{ ban: true }, {}, {}]);
      const coal = ['07', '08', '09'].map((day) => flags('NFO:ACMECOAL:2031-01-28:FUT', `2031-01-${day}`));
      expect(await Promise.all(coal)).toEqual([{}, { ban: true }, {}]);
    });

    it('frees what was banned by mistake alone, when the list of that day is corrected', async () => {
      const fuel = 'NFO:ACMEFUEL:2031-02-25:FUT';
      const listed = { segment: 'NFO', symbol: 'ACMEFUEL', expiry: '2031-02-25', lotSize: 400, validFrom: '2031-01-05' };
      expect((await service.call('POST', '/instruments', listed)).status).toBe(201);
      expect((await ban('06-JAN-2031', 'ACMEFUEL')).body).toMatchObject({ added: 1, contracts: 1 });
      expect(await flags(fuel, '2031-01-06')).toEqual({ ban: true });
      expect((await ban('06-JAN-2031')).body).toMatchObject({ removed: 1, contracts: 1 });
      expect(await flags(fuel, '2031-01-06')).toEqual({});
    });

    it('keeps other flags, and reaches contracts that were listed since', async () => {
      await service.call('PATCH', `/instruments/${tea}`, { flags: { watched: true }, validFrom: '2031-01-10' });
      expect((await ban('10-JAN-2031', 'ACMETEA')).body).toMatchObject({ contracts: 3 });
      expect(await flags(tea, '2031-01-10')).toEqual({ watched: true, ban: true });
      const listed = { segment: 'NFO', symbol: 'ACMETEA', expiry: '2031-03-25', lotSize: 400, validFrom: '2031-01-10' };
      expect((await service.call('POST', '/instruments', listed)).status).toBe(201);
      expect((await ban('10-JAN-2031', 'ACMETEA')).body).toMatchObject({ repeated: true, contracts: 1 });
      expect(await flags('NFO:ACMETEA:2031-03-25:FUT', '2031-01-10')).toEqual({ ban: true });
    });
  });

  describe('freeze quantities', () => {
    const freeze = (quantity: number) => `S.No.,SYMBOL    ,VOL_FRZ_QTY\n1    ,ACMETEA   ,${quantity}     \n2    ,ACMECOAL  ,900     \n`;
    const quantityOn = async (day: string) => (await get(`/instruments/NFO:ACMECOAL:2031-01-28:FUT?asOf=${day}`)).body.freezeQuantity;

    it('become terms of contracts of which no broker says one', async () => {
      expect((await send('nse-freeze-quantities', freeze(5000), '?day=2031-01-09')).body).toMatchObject({ added: 2, contracts: 4 });
      expect((await send('nse-freeze-quantities', freeze(6000), '?day=2031-01-10')).body).toMatchObject({ changed: 1, contracts: 4 });
      expect([await quantityOn('2031-01-08'), await quantityOn('2031-01-09')]).toEqual([null, 900]);
    });
  });

  describe('constituents of an index', () => {
    const header = 'Company Name,Industry,Symbol,Series,ISIN Code';
    const member = (symbol: string, isin: string, industry = 'Beverages') => `${symbol} Ltd.,${industry},${symbol},EQ,${isin}`;
    const list = (...members: string[]) => [header, ...members, ''].join('\n');
    const [tea, coal, fuel] = [member('ACMETEA', 'INE000A01011'), member('ACMECOAL', 'INE000B01019'), member('ACMEFUEL', 'INE000C01017')];

    it('are members, with their instrument, for as long as the lists say so', async () => {
      const share = { segment: 'NSE', symbol: 'ACMETEA', series: 'EQ', isin: 'INE000A01011', validFrom: '2030-01-01' };
      const { body: instrument } = await service.call('POST', '/instruments', share);
      const first = await send('nse-index', list(tea, coal, fuel), '?day=2031-01-06&index=Nifty%2050');
      expect(first.body).toMatchObject({ list: 'nse-index-NIFTY', rows: 3, added: 3 });
      const second = await send('nse-index', list(tea, fuel), '?day=2031-01-08&index=NIFTY');
      expect(second.body).toMatchObject({ added: 0, removed: 1, unchanged: 2 });
      const members = await get('/indices/NSE_INDEX:NIFTY/members?asOf=2031-01-07&limit=2');
      expect(members.body).toEqual({
        items: [
          {
            ...{ id: instrument.id, key: 'NSE:ACMETEA', symbol: 'ACMETEA', name: 'ACMETEA Ltd.', isin: 'INE000A01011', series: 'EQ' },
            ...{ weight: null, industry: 'Beverages', validFrom: '2031-01-06', validTo: null },
          },
          expect.objectContaining({ id: null, key: null, symbol: 'ACMECOAL', validFrom: '2031-01-06', validTo: '2031-01-08' }),
        ],
        page: { limit: 2, nextCursor: expect.any(String) as string },
      });
      const { nextCursor } = members.body.page as { nextCursor: string };
      expect(items(await get(`/indices/NIFTY/members?asOf=2031-01-07&limit=2&cursor=${nextCursor}`))).toMatchObject([
        { symbol: 'ACMEFUEL' },
      ]);
      expect(items(await get('/indices/NIFTY/members?asOf=2031-01-08')).map(({ symbol }) => symbol)).toEqual(['ACMETEA', 'ACMEFUEL']);
      expect(await get('/indices/BANKNIFTY/members')).toMatchObject({ status: 404 });
      const position = positionOf(second);
      await send('nse-index', list(tea), '?day=2031-01-07&index=ACME');
      const nifty = { indexKey: 'NSE_INDEX:NIFTY', weight: null, industry: 'Beverages', validFrom: '2031-01-06', validTo: null };
      const acme = { ...nifty, indexKey: 'NSE_INDEX:ACME', validFrom: '2031-01-07' };
      const memberships = async (query: string) => (await get(`/instruments/NSE:ACMETEA/memberships?${query}`)).body;
      expect(await memberships('asOf=2031-01-06')).toEqual([nifty]);
      expect(await memberships('asOf=2031-01-07')).toEqual([acme, nifty]);
      expect(await memberships(`asOf=2031-01-07&knownAt=${position}`)).toEqual([nifty]);
    });

    it('of another index are noticed, and taken when somebody insists', async () => {
      const other = list(...['D', 'E', 'F', 'G'].map((letter) => member(`ACME${letter}`, `INE000${letter}01012`)));
      const { status, body } = await send('nse-index', other, '?day=2031-01-09&index=NIFTY');
      expect([status, body.detail]).toEqual([409, expect.stringContaining('it seems to be another list')]);
      expect((await send('nse-index', other, '?day=2031-01-09&index=NIFTY&insist=true')).body).toMatchObject({ added: 4, removed: 2 });
    });
  });

  describe('MICs', () => {
    const mics = (...rows: string[]) =>
      [
        'MIC,OPERATING MIC,OPRT/SGMT,MARKET NAME-INSTITUTION DESCRIPTION,LEGAL ENTITY NAME,LEI,MARKET CATEGORY CODE,ACRONYM,ISO COUNTRY CODE (ISO 3166),CITY,WEBSITE,STATUS,CREATION DATE,LAST UPDATE DATE,EXPIRY DATE',
        ...rows,
        '',
      ].join('\n');

    it('are venues, with the segments of the registry there', async () => {
      const rows = [
        'XNAS,XNAS,OPRT,NASDAQ - ALL MARKETS,,,NSPD,NASDAQ,US,NEW YORK,WWW.NASDAQ.COM,ACTIVE,20050627,20050627,',
        'XNSE,XNSE,OPRT,NATIONAL STOCK EXCHANGE OF INDIA,,,NSPD,NSE,IN,MUMBAI,,ACTIVE,20050627,20050627,',
      ];
      expect((await send('iso-mic', mics(...rows), '?day=2031-01-06')).body).toMatchObject({ added: 2 });
      expect((await get('/venues/XNAS?asOf=2031-01-06')).body).toEqual({
        ...{
          mic: 'XNAS',
          operatingMic: 'XNAS',
          kind: 'operating',
          name: 'NASDAQ - ALL MARKETS',
          legalEntity: null,
          lei: null,
          category: 'NSPD',
        },
        ...{ acronym: 'NASDAQ', country: 'US', city: 'NEW YORK', website: 'WWW.NASDAQ.COM', status: 'active' },
        ...{ createdOn: '2005-06-27', updatedOn: '2005-06-27', expiredOn: null, validFrom: '2031-01-06', validTo: null },
        segments: [{ segment: 'XNAS', currency: 'USD', zone: 'America/New_York' }],
      });
      expect(items(await get('/venues?country=IN&asOf=2031-01-06')).map(({ mic }) => mic)).toEqual(['XNSE']);
      expect((await get('/venues?limit=1&asOf=2031-01-06')).body.page).toMatchObject({ nextCursor: expect.any(String) as string });
      expect(items(await get('/venues?country=IN&asOf=2031-01-06&knownAt=1000000'))).toEqual(
        items(await get('/venues?country=IN&asOf=2031-01-06')),
      );
      expect(await get('/venues/XXXX')).toMatchObject({ status: 404 });
    });

    it('have instruments in their currency', async () => {
      const { body } = await service.call('POST', '/instruments', {
        segment: 'XNAS',
        symbol: 'ACMT',
        type: 'EQUITY',
        validFrom: '2031-01-06',
      });
      expect(body).toMatchObject({ key: 'XNAS:ACMT', exchange: 'XNAS', currency: 'USD' });
      expect((await get('/instruments/NSE:ACMETEA')).body).toMatchObject({ currency: 'INR' });
    });
  });

  it('are listed, and each table equals the log', async () => {
    expect(items(await get('/reference')).map(({ list, newestDay, days, entries }) => [list, newestDay, days, entries])).toEqual([
      ['iso-mic', '2031-01-06', 1, 2],
      ['nse-ban-list', '2031-01-10', 5, 1],
      ['nse-freeze-quantities', '2031-01-10', 2, 2],
      ['nse-index-ACME', '2031-01-07', 1, 1],
      ['nse-index-NIFTY', '2031-01-09', 3, 4],
      ['nse-lots', '2031-01-08', 2, 4],
    ]);
    for (const name of [
      'reference_lists',
      'announced_lots',
      'freeze_quantities',
      'banned_underlyings',
      'index_members',
      'venues',
      'lot_sizes',
    ]) {
      const found = await readModels[name]?.((decider, table) => rebuild(service.databaseUrl, decider, table));
      expect([name, found?.tables.map(({ wrong, missing }) => wrong + missing)]).toEqual([name, found?.tables.map(() => 0)]);
      expect(found?.tables[0]?.rows).toBeGreaterThan(0);
    }
  });

  it('need a key that may ingest', async () => {
    const { body } = await service.call('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
    const answer = await service.call('POST', '/reference/nse-lots?day=2031-01-06', lots('400'), {
      'x-api-key': String(body.key),
      'content-type': 'text/csv',
    });
    expect(answer.status).toBe(403);
  });
});
