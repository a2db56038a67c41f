import { future, kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

/** `?` values of an address. */
const asked = (values: Record<string, string | number>) =>
  `?${new URLSearchParams(Object.entries(values).map(([name, value]) => [name, String(value)])).toString()}`;
type Item = Record<string, unknown> & { key: string; id: string };
const itemsOf = (body: Record<string, unknown>) => body.items as Item[];

describe('instruments over HTTP', () => {
  let service: Service;
  const expiry = '2026-01-27';
  const call: Service['call'] = (...parameters) => service.call(...parameters);
  const get = (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers);

  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    const nifty = { token: 1001, symbol: 'NIFTY 50', name: 'NIFTY 50', tick: '0.0', lot: 0 };
    const index = kiteCsv([nifty])
      .replace(',NSE,NSE\n', ',INDICES,NSE\n')
      .replace(`${1001 * 256 + 1},`, '256265,');
    const first = kiteCsv([
      { token: 2885, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES' },
      { token: 204, symbol: 'UNIDT-BE', name: 'UNITED' },
      { token: 31, symbol: 'M&M', name: 'MAHINDRA' },
      { token: 32, symbol: 'IRFC' },
      { token: 33, symbol: 'IRFC-N1' },
      { token: 99001, symbol: '011NSETEST' },
      future(501, 'NIFTY', expiry),
      option(601, 'NIFTY', expiry, '24500', 'CE'),
      option(602, 'NIFTY', expiry, '24500.5', 'CE'),
      option(603, 'NIFTY', expiry, '24500', 'PE'),
      option(701, 'RELIANCE', expiry, '1400', 'CE', 250),
    ]);
    await service.ingest('kite', `${first}${index.split('\n')[1]}\n`, '?day=2026-01-06');
  });
  afterAll(() => service.stop());

  describe('one instrument', () => {
    it('is shown by key with its brokers, its underlying and the position it reflects', async () => {
      const { status, headers, body } = await get(`/instruments/NFO:NIFTY:${expiry}:24500:CE`);
      expect(status).toBe(200);
      expect(headers.get('etag')).toMatch(new RegExp(`^"${String(body.version)}-[0-9a-f]{12}"$`));
      expect(Number(headers.get('registry-position'))).toBeGreaterThan(0);
      const index = (await get('/instruments/NSE_INDEX:NIFTY')).body;
      expect(body).toEqual({
        id: expect.any(String) as string,
        key: `NFO:NIFTY:${expiry}:24500:CE`,
        symbol: 'NIFTY',
        name: 'NIFTY 24500 CE 27 Jan 2026',
        segment: 'NFO',
        exchange: 'XNSE',
        type: 'OPTION',
        assetClass: 'index',
        series: null,
        isin: null,
        cfi: 'OCEICS',
        underlying: { symbol: 'NIFTY', id: index.id, key: 'NSE_INDEX:NIFTY' },
        securityId: null,
        expiry,
        strike: '24500',
        optionType: 'CE',
        lotSize: 50,
        tickSize: '0.05',
        multiplier: null,
        freezeQuantity: null,
        currency: 'INR',
        status: 'active',
        flags: {},
        validFrom: '2026-01-06',
        validTo: '2026-01-28',
        version: 2,
        brokers: [
          {
            broker: 'kite',
            token: String(601 * 256 + 2),
            exchangeToken: '601',
            symbol: 'NIFTY26JAN24500CE',
            segment: 'NFO',
            lotSize: 50,
            tickSize: '0.05',
            freezeQuantity: null,
            validFrom: '2026-01-06',
            validTo: '2026-01-28',
          },
        ],
      });
    });

    it('is shown by id and by a percent-encoded key', async () => {
      const { body } = await get('/instruments/NSE:M%26M');
      expect(body.key).toBe('NSE:M&M');
      expect((await get(`/instruments/${String(body.id)}`)).body).toEqual(body);
    });

    it('is not sent again to who has it', async () => {
      const etag = (await get('/instruments/NSE:RELIANCE')).headers.get('etag') ?? '';
      expect((await get('/instruments/NSE:RELIANCE', { 'if-none-match': etag })).status).toBe(304);
    });

    it('brings its events when asked', async () => {
      const { body } = await get('/instruments/NSE:RELIANCE?include=brokers,history');
      expect((body.history as { type: string }[]).map(({ type }) => type)).toEqual([
        'instrument.listed',
        'instrument.broker_token_assigned',
      ]);
    });

    it.each([
      ['NSE:NOSUCH', 'No instrument has the key NSE:NOSUCH.'],
      ['not a key', 'No instrument has the key not a key.'],
      ['0198c0de-0000-7000-8000-000000000000', 'No instrument has the id 0198c0de-0000-7000-8000-000000000000.'],
    ])('%s is 404, with a sentence', async (name, detail) => {
      expect(await get(`/instruments/${encodeURIComponent(name)}`)).toMatchObject({ status: 404, body: { detail } });
    });

    it('is nowhere before its listing, and the answer says from when on it is', async () => {
      const { status, body } = await get('/instruments/NSE:RELIANCE?asOf=2020-01-01');
      expect([status, body.detail]).toEqual([404, 'NSE:RELIANCE is valid from 2026-01-06 on, not on 2020-01-01.']);
      const { id } = (await get('/instruments/NSE:RELIANCE')).body;
      expect((await get(`/instruments/${String(id)}?asOf=2020-01-01`)).status).toBe(404);
    });

    it('is expired from the close of its last day, and stays findable by its key without a day', async () => {
      const path = `/instruments/NFO:NIFTY:${expiry}:24500:CE`;
      const statusAt = async (asOf: string) => (await get(`${path}${asked({ asOf })}`)).body.status;
      expect(await statusAt(expiry)).toBe('active');
      expect(await statusAt(`${expiry}T15:29:00+05:30`)).toBe('active');
      expect(await statusAt(`${expiry}T10:00:00Z`)).toBe('expired');
      expect((await get(`${path}?asOf=2026-03-01`)).status).toBe(404);
    });

    it.each(['asOf=yesterday', 'asOf=2026-02-30', 'asOf=', 'knownAt=2026-01-06', 'knownAt=-1', 'include=all', 'other=1'])(
      '%s is 422 and named',
      async (wrong) => {
        const { status, body } = await get(`/instruments/NSE:RELIANCE?${wrong}`);
        expect(status).toBe(422);
        expect((body.errors as { path: string }[])[0]?.path).toMatch(new RegExp(`^${wrong.split('=')[0]}`));
      },
    );
  });

  describe('the list', () => {
    it('is filtered, ordered and read in pages that lose and repeat nothing', async () => {
      const keys: string[] = [];
      let cursor = '';
      do {
        const { status, body } = await get(`/instruments${asked({ limit: 3, segment: 'NSE,NFO', ...(cursor && { cursor }) })}`);
        expect(status).toBe(200);
        keys.push(...itemsOf(body).map(({ key }) => key));
        cursor = (body.page as { nextCursor: string | null }).nextCursor ?? '';
      } while (cursor);
      expect(keys).toEqual([
        `NFO:NIFTY:${expiry}:24500.5:CE`,
        `NFO:NIFTY:${expiry}:24500:CE`,
        `NFO:NIFTY:${expiry}:24500:PE`,
        `NFO:NIFTY:${expiry}:FUT`,
        `NFO:RELIANCE:${expiry}:1400:CE`,
        'NSE:IRFC',
        'NSE:IRFC-N1',
        'NSE:M&M',
        'NSE:RELIANCE',
        'NSE:UNIDT-BE',
      ]);
    });

    it.each<[string, string[]]>([
      ['underlying=NIFTY&type=FUTURE', [`NFO:NIFTY:${expiry}:FUT`]],
      ['underlying=NIFTY&strikeFrom=24500.1&strikeTo=25000', [`NFO:NIFTY:${expiry}:24500.5:CE`]],
      ['underlying=NIFTY&strike=24500.0&sort=-key', [`NFO:NIFTY:${expiry}:24500:PE`, `NFO:NIFTY:${expiry}:24500:CE`]],
      ['underlying=NIFTY&sort=-strike&limit=1', [`NFO:NIFTY:${expiry}:24500.5:CE`]],
      ['underlying=NIFTY&sort=strike&optionType=PE', [`NFO:NIFTY:${expiry}:24500:PE`]],
      ['underlying=NSE_INDEX:NIFTY&type=FUTURE', [`NFO:NIFTY:${expiry}:FUT`]],
      [
        'underlying=NSE_INDEX:NIFTY,RELIANCE&type=FUTURE&type=OPTION&optionType=CE&strikeTo=24500',
        [`NFO:NIFTY:${expiry}:24500:CE`, `NFO:RELIANCE:${expiry}:1400:CE`],
      ],
      ['underlying=NSE:RELIANCE', [`NFO:RELIANCE:${expiry}:1400:CE`]],
      ['underlying=BSE_INDEX:NIFTY', []],
      [`underlying=NFO:NIFTY:${expiry}:FUT`, []],
      ['segment=NSE_INDEX&segment=BSE', ['NSE_INDEX:NIFTY']],
      ['segment=NSE_INDEX,BSE&segment=NCO&status=active&status=expired', ['NSE_INDEX:NIFTY']],
      ['expiryFrom=2026-01-28', []],
      ['series=BE', ['NSE:UNIDT-BE']],
      ['q=relia&segment=NSE', ['NSE:RELIANCE']],
      ['q=%25', []],
      ['q=NSETEST', ['NSE:011NSETEST']],
      ['broker=upstox', []],
      ['broker=kite&type=INDEX', ['NSE_INDEX:NIFTY']],
      ['status=expired&asOf=2026-02-01&type=FUTURE', [`NFO:NIFTY:${expiry}:FUT`]],
      ['status=active&asOf=2026-01-27T15:30:00%2B05:30&segment=NFO', []],
      ['status=delisted', []],
      ['asOf=2020-01-01', []],
    ])('?%s', async (query, keys) => {
      const { status, body } = await get(`/instruments?${query}`);
      expect(status).toBe(200);
      expect(itemsOf(body).map(({ key }) => key)).toEqual(keys);
      expect(itemsOf(body).every((item) => !('brokers' in item))).toBe(true);
    });

    it('has a test instrument by its key, and not by its symbol', async () => {
      expect((await get('/resolve?symbol=011NSETEST')).status).toBe(404);
      expect((await get('/resolve?key=NSE:011NSETEST')).status).toBe(200);
      expect((await get('/resolve?broker=kite&token=99001&segment=NSE')).status).toBe(200);
    });

    it.each([
      'expiry=2026-01-27&expiry=2026-01-28',
      'q=a&q=b',
      'optionType=CE&optionType=PE',
      'limit=1&limit=2',
      'asOf=2026-01-06&asOf=2026-01-07',
    ])('%s is 422, because one value is wanted', async (repeated) => {
      const message = 'Give one value, not several.';
      expect(await get(`/instruments?${repeated}`)).toMatchObject({
        status: 422,
        body: { errors: [{ path: repeated.split('=')[0], message }] },
      });
    });

    it('takes the id of an underlying, as of a day and as it was known, too', async () => {
      const { id } = (await get('/instruments/NSE_INDEX:NIFTY')).body;
      const head = (await get('/instruments?limit=1')).headers.get('registry-position') ?? '';
      for (const more of ['', '&asOf=2026-01-07', `&knownAt=${head}`]) {
        const { body } = await get(`/instruments?type=FUTURE&underlying=${String(id)}${more}`);
        expect(itemsOf(body).map(({ key }) => key)).toEqual([`NFO:NIFTY:${expiry}:FUT`]);
      }
    });

    it('says the same of what is known at the newest position as of what is known', async () => {
      const head = (await get('/instruments?limit=1')).headers.get('registry-position') ?? '';
      for (const query of [
        'segment=NSE,NFO',
        'sort=-strike',
        'sort=expiry&limit=4',
        'sort=symbol&include=brokers',
        'status=expired&asOf=2026-02-01',
        'broker=kite&limit=2',
        'underlying=NSE_INDEX:NIFTY,NSE:RELIANCE',
      ]) {
        const now = await get(`/instruments?${query}`);
        const known = await get(`/instruments?${query}&knownAt=${head}`);
        expect([query, known.body]).toEqual([query, now.body]);
      }
      expect(itemsOf((await get('/instruments?knownAt=0')).body)).toEqual([]);
    });

    it.each([
      'segment=NOSE',
      'limit=0',
      'limit=1001',
      'cursor=x',
      'strikeFrom=x',
      'sort=price',
      'status=gone',
      'segment=',
      'segment=NSE&segment=NOSE',
    ])('%s is 422', async (wrong) => {
      expect((await get(`/instruments?${wrong}`)).status).toBe(422);
    });
  });

  describe('writes', () => {
    const stock = (symbol: string) => ({
      segment: 'NSE',
      symbol,
      series: 'EQ',
      isin: 'INE000X01014',
      name: symbol,
      lotSize: 1,
      tickSize: '0.05',
      validFrom: '2026-01-06',
    });
    const register = async (symbol: string) => (await call('POST', '/instruments', stock(symbol))).body as Item;

    it('registers once for one Idempotency-Key, and refuses a key that is held', async () => {
      const headers = { 'idempotency-key': 'one-and-the-same' };
      const { status, headers: answered, body } = await call('POST', '/instruments', stock('NEWCO'), headers);
      expect([status, body.key, body.status, answered.get('etag')]).toEqual([201, 'NSE:NEWCO', 'active', '"1"']);
      expect(answered.get('location')).toBe(`/api/v1/instruments/${String(body.id)}`);
      expect((await call('POST', '/instruments', stock('NEWCO'), headers)).body.id).toBe(body.id);
      expect(await call('POST', '/instruments', stock('NEWCO'))).toMatchObject({
        status: 409,
        body: { detail: 'The key that this gives belongs to another instrument at that time.' },
      });
    });

    it('amends from a day on, announced or not, and keeps what held before', async () => {
      const { key } = await register('AMENDED');
      const read = await get(`/instruments/${key}`);
      const { status, headers } = await call(
        'PATCH',
        `/instruments/${key}`,
        { lotSize: 5, validFrom: '2026-02-01' },
        { 'if-match': read.headers.get('etag') ?? '' },
      );
      expect([status, headers.get('etag')]).toEqual([204, '"2"']);
      expect((await get(`/instruments/${key}`)).body.lotSize).toBe(1);
      expect((await get(`/instruments/${key}?asOf=2026-02-01`)).body.lotSize).toBe(5);
      const terms = (await get(`/instruments/${key}/terms`)).body as unknown as { validFrom: string; validTo: string; lotSize: number }[];
      expect(terms.map(({ validFrom, validTo, lotSize }) => [validFrom, validTo, lotSize])).toEqual([
        ['2026-01-06', '2026-02-01', 1],
        ['2026-02-01', null, 5],
      ]);
      const before = await get(`/instruments/${key}?asOf=2026-02-01&knownAt=${Number(headers.get('registry-position')) - 1}`);
      expect(before.body).toMatchObject({ lotSize: 1, version: 1 });
      expect(await call('PATCH', `/instruments/${key}`, { lotSize: 7 }, { 'if-match': '"1"' })).toMatchObject({ status: 412 });
    });

    it('renames, and the old key leads there until somebody else has it', async () => {
      const { id } = await register('OLDNAME');
      expect((await call('POST', '/instruments/NSE:OLDNAME/rename', { symbol: 'NEWNAME' })).status).toBe(204);
      expect((await get('/instruments/NSE:NEWNAME')).body.id).toBe(id);
      await call('POST', '/instruments/NSE:NEWNAME/rename', { symbol: 'NEWERNAME', validFrom: '2026-01-10' });
      expect((await get('/instruments/NSE:NEWERNAME')).body).toMatchObject({ id, key: 'NSE:NEWNAME' });
      expect((await get('/instruments/NSE:NEWERNAME?asOf=2026-01-07')).body.detail).toBe(
        'NSE:NEWERNAME is valid from 2026-01-10 on, not on 2026-01-07.',
      );
      expect(await call('POST', `/instruments/NFO:NIFTY:${expiry}:FUT/rename`, { symbol: 'X' })).toMatchObject({ status: 409 });
    });

    it('renames from the very day of the listing, and the key that no day has any more still leads there', async () => {
      const { id } = await register('MISTYPED');
      const before = Number((await get('/instruments')).headers.get('registry-position'));
      await call('POST', '/instruments/NSE:MISTYPED/rename', { symbol: 'TYPED', validFrom: '2026-01-06' });
      const renamed = await get('/instruments/NSE:MISTYPED');
      expect(renamed.body).toMatchObject({ id, key: 'NSE:TYPED' });
      const known = async (position: number | string) => (await get(`/instruments/NSE:MISTYPED?knownAt=${position}`)).body;
      expect(await known(renamed.headers.get('registry-position') ?? '')).toEqual(renamed.body);
      expect(await known(before)).toMatchObject({ id, key: 'NSE:MISTYPED' });
      expect((await get(`/instruments/NSE:TYPED?knownAt=${before}`)).status).toBe(404);
      expect((await get('/resolve?key=NSE:MISTYPED')).body).toMatchObject({ matches: [{ id }] });
      expect(await get('/instruments/NSE:MISTYPED?asOf=2026-01-06')).toMatchObject({
        status: 404,
        body: { detail: 'NSE:MISTYPED is valid on no day: what once had it is NSE:TYPED.' },
      });
      const other = await register('MISTYPED');
      expect((await get('/instruments/NSE:MISTYPED')).body.id).toBe(other.id);
    });

    it('suspends, resumes and delists', async () => {
      const { key } = await register('HALTED');
      const now = async () => (await get(`/instruments/${key}`)).body.status;
      expect((await call('POST', `/instruments/${key}/suspension`, { reason: 'halt' })).status).toBe(204);
      expect(await now()).toBe('suspended');
      expect(itemsOf((await get('/instruments?status=suspended')).body).map((item) => item.key)).toEqual([key]);
      expect((await call('POST', `/instruments/${key}/resumption`)).status).toBe(204);
      expect(await now()).toBe('active');
      expect((await call('POST', `/instruments/${key}/delisting`, { reason: 'merged', validFrom: '2026-01-20' })).status).toBe(204);
      expect(await now()).toBe('active');
      expect(itemsOf((await get('/instruments?status=delisted&asOf=2026-01-20')).body)).toMatchObject([
        { key, status: 'delisted', validTo: '2026-01-20' },
      ]);
      expect(await call('POST', `/instruments/${key}/suspension`, { reason: 'late', validFrom: '2026-01-21' })).toMatchObject({
        status: 409,
      });
    });

    it('leaves each key a day before a delisting', async () => {
      const { key } = await register('BRIEF');
      const delist = (of: string, validFrom: string) => call('POST', `/instruments/${of}/delisting`, { validFrom });
      expect(await delist(key, '2026-01-06')).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('from 2026-01-07 on') as string },
      });
      await call('POST', `/instruments/${key}/rename`, { symbol: 'SHORT', validFrom: '2026-01-08' });
      expect(await delist(key, '2026-01-08')).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('from 2026-01-09 on') as string },
      });
      expect((await delist(key, '2026-01-09')).status).toBe(204);
      expect((await get('/instruments/NSE:BRIEF?asOf=2026-01-07')).status).toBe(200);
      expect((await get('/instruments/NSE:SHORT')).body).toMatchObject({ validTo: '2026-01-09' });
    });

    it('suspends, resumes and delists without a reason, with an empty body or none', async () => {
      const { key } = await register('QUIET');
      for (const body of [undefined, {}, { reason: '' }]) {
        for (const turn of ['suspension', 'resumption'])
          expect([turn, body, (await call('POST', `/instruments/${key}/${turn}`, body)).status]).toEqual([turn, body, 204]);
      }
      expect((await call('POST', `/instruments/${key}/delisting`, { validFrom: '2026-01-07' })).status).toBe(204);
      const { items } = (await get(`/instruments/${key}/history`)).body as { items: { data: object }[] };
      expect(items.slice(1).every(({ data }) => !('reason' in data))).toBe(true);
      expect(items).toHaveLength(8);
      expect(
        (await get(`/instruments/${key}?knownAt=${String((await get('/instruments')).headers.get('registry-position'))}`)).body,
      ).toEqual((await get(`/instruments/${key}`)).body);
    });

    it('adjusts a contract, which takes another key', async () => {
      const key = `NFO:RELIANCE:${expiry}:1400:CE`;
      const { id } = (await get(`/instruments/${key}`)).body;
      expect(
        (
          await call('POST', `/instruments/${key}/adjustment`, {
            strike: '700',
            lotSize: 500,
            validFrom: '2026-01-12',
            reason: 'bonus 1:1',
          })
        ).status,
      ).toBe(204);
      expect((await get(`/instruments/NFO:RELIANCE:${expiry}:700:CE?asOf=2026-01-12`)).body).toMatchObject({
        id,
        strike: '700',
        lotSize: 500,
      });
      expect((await get(`/instruments/${key}?asOf=2026-01-11`)).body).toMatchObject({ id, strike: '1400', lotSize: 250 });
      const history = await get(`/instruments/${key}/history?limit=2`);
      expect(history.body.items).toMatchObject([{ type: 'instrument.listed' }, { type: 'instrument.broker_token_assigned' }]);
      const { nextCursor } = history.body.page as { nextCursor: string };
      expect((await get(`/instruments/${key}/history${asked({ limit: 2, cursor: nextCursor })}`)).body).toMatchObject({
        items: [
          {
            type: 'instrument.contract_adjusted',
            validFrom: '2026-01-12',
            data: { reason: 'bonus 1:1', was: { strike: '1400' } },
            actor: expect.stringMatching(/^key:/) as string,
          },
        ],
        page: { nextCursor: null },
      });
    });

    it.each<[string, string, unknown, string]>([
      ['POST', '/instruments', { segment: 'NSE', symbol: 'x y' }, 'symbol'],
      ['POST', '/instruments', { segment: 'NFO', symbol: 'NIFTY' }, 'expiry'],
      ['POST', '/instruments', { segment: 'NFO', symbol: 'NIFTY', expiry, strike: '100' }, 'optionType'],
      ['POST', '/instruments', { segment: 'NSE', symbol: 'ABC', colour: 'red' }, 'colour'],
      ['PATCH', '/instruments/NSE:RELIANCE', {}, ''],
      ['PATCH', '/instruments/NSE:RELIANCE', { lotSize: 0 }, 'lotSize'],
      ['PATCH', '/instruments/NSE:RELIANCE', { key: 'NSE:X' }, 'key'],
      ['POST', '/instruments/NSE:RELIANCE/suspension', { why: 'halt' }, 'why'],
      ['POST', '/instruments/NSE:RELIANCE/delisting', { validFrom: 'today' }, 'validFrom'],
      ['POST', '/instruments/NSE:RELIANCE/rename', undefined, ''],
      ['POST', '/instruments/NSE:RELIANCE/rename', {}, 'symbol'],
      ['POST', `/instruments/NFO:NIFTY:${expiry}:FUT/adjustment`, undefined, ''],
      ['POST', `/instruments/NFO:NIFTY:${expiry}:FUT/adjustment`, { strike: '0' }, 'strike'],
      ['POST', `/instruments/NFO:NIFTY:${expiry}:FUT/adjustment`, {}, ''],
    ])('%s %s %j is 422 at %s', async (method, path, body, where) => {
      const answer = await call(method, path, body);
      expect([answer.status, (answer.body.errors as { path: string }[])[0]?.path]).toEqual([422, where]);
    });

    const option = { segment: 'NFO', symbol: 'SHAPE', type: 'OPTION', expiry, strike: '100', optionType: 'CE' };
    const future = { segment: 'NFO', symbol: 'SHAPE', type: 'FUTURE', expiry };
    const share = { segment: 'NSE', symbol: 'SHAPE', type: 'EQUITY' };
    const index = { segment: 'NSE_INDEX', symbol: 'SHAPE', type: 'INDEX' };
    it.each<[object, string[]]>([
      [{ ...option, strike: undefined }, ['strike']],
      [{ ...option, optionType: undefined }, ['optionType']],
      [{ ...option, expiry: undefined }, ['expiry']],
      [{ ...option, strike: '0' }, ['strike']],
      [{ ...option, strike: '-5' }, ['strike']],
      [{ ...option, isin: 'INE002A01018' }, ['isin']],
      [{ ...option, segment: 'NSE' }, ['type']],
      [{ ...future, strike: '100' }, ['strike']],
      [{ ...future, optionType: 'CE' }, ['optionType']],
      [{ ...future, expiry: undefined }, ['expiry']],
      [{ ...future, series: 'EQ' }, ['series']],
      [{ ...future, segment: 'NSE_INDEX' }, ['type']],
      [{ ...share, expiry, strike: '100', optionType: 'CE' }, ['expiry', 'strike', 'optionType']],
      [{ ...share, expiry, type: undefined }, ['expiry']],
      ...['NFO', 'BFO', 'CDS', 'BCD', 'MCX', 'NCO', 'NCDEX'].map((segment): [object, string[]] => [{ ...share, segment }, ['type']]),
      [{ ...share, segment: 'NSE_INDEX', type: 'ETF' }, ['type']],
      [{ ...share, lotSize: 0 }, ['lotSize']],
      [{ ...share, tickSize: '0' }, ['tickSize']],
      [{ ...index, isin: 'INE002A01018' }, ['isin']],
      [{ ...index, segment: 'BSE' }, ['type']],
      [{ ...index, segment: 'BFO' }, ['type']],
    ])('does not register %j: 422 at %j, with what to do', async (body, where) => {
      const answer = await call('POST', '/instruments', { validFrom: '2026-01-06', ...body });
      const errors = answer.body.errors as { path: string; message: string }[];
      expect([answer.status, errors?.map(({ path }) => path)]).toEqual([422, where]);
      for (const { message } of errors) expect(message).toMatch(/^[A-Z].* .*\.$/);
    });

    it.each([
      option,
      future,
      index,
      { segment: 'NCO', symbol: 'SHAPE', type: 'UNDERLYING' },
      { ...share, type: 'ETF', isin: 'INF204KB14I2' },
    ])('registers %j', async (body) => {
      expect((await call('POST', '/instruments', { validFrom: '2026-01-06', ...body })).status).toBe(201);
    });

    it('registers no contract that is over before it begins today, and takes no day that has no next', async () => {
      const contract = { segment: 'NFO', symbol: 'ACME', type: 'FUTURE' };
      expect((await call('POST', '/instruments', { ...contract, expiry: '2025-03-31' })).body).toMatchObject({
        status: 422,
        errors: [{ path: 'validFrom' }],
      });
      expect((await call('POST', '/instruments', { ...contract, expiry: '9999-12-31' })).body).toMatchObject({
        status: 422,
        errors: [{ path: 'expiry' }],
      });
    });

    it('takes an empty body that is called JSON for none', async () => {
      await call('POST', '/instruments', { segment: 'NSE', symbol: 'EMPTYBODY', validFrom: '2026-01-06' });
      const json = { 'content-type': 'application/json' };
      expect((await call('POST', '/instruments/NSE:EMPTYBODY/suspension', '', json)).status).toBe(204);
      expect((await call('POST', '/instruments/NSE:EMPTYBODY/rename', '', json)).status).toBe(422);
    });

    it('makes an answer new to who has it when its underlying becomes known, another day is asked about, or its events are wanted', async () => {
      const of = { symbol: 'LATER', validFrom: '2026-01-06' };
      const { body } = await call('POST', '/instruments', { ...of, segment: 'NFO', expiry });
      const path = `/instruments/${String(body.key)}`;
      const ifNone = { 'if-none-match': (await get(path)).headers.get('etag') ?? '' };
      expect((await get(path, ifNone)).status).toBe(304);
      expect((await get(`${path}?include=history`, ifNone)).status).toBe(200);
      await call('POST', '/instruments', { ...of, segment: 'NSE' });
      expect(await get(path, ifNone)).toMatchObject({ status: 200, body: { underlying: { key: 'NSE:LATER' } } });
      expect((await call('PATCH', path, { lotSize: 5, validFrom: '2026-01-20' }, { 'if-match': ifNone['if-none-match'] })).status).toBe(
        204,
      );
      const announced = { 'if-none-match': (await get(path)).headers.get('etag') ?? '' };
      expect(await get(`${path}?asOf=2026-01-20`, announced)).toMatchObject({ status: 200, body: { lotSize: 5 } });
    });

    it('needs a key that may write, and an instrument', async () => {
      const { body } = await call('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
      expect((await call('PATCH', '/instruments/NSE:RELIANCE', { lotSize: 2 }, { 'x-api-key': String(body.key) })).status).toBe(403);
      expect((await call('PATCH', '/instruments/NSE:NOSUCH', { lotSize: 2 })).status).toBe(404);
    });
  });
});
