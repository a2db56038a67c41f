import { future, kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

type Result = { status: string; matches: Record<string, unknown>[]; truncated?: boolean; error?: string };

describe('resolving over HTTP', () => {
  let service: Service;
  const expiry = '2026-01-27';
  const kiteToken = (token: number, feed: number) => String(token * 256 + feed);
  const get = (values: Record<string, string>) => service.call('GET', `/resolve?${new URLSearchParams(values).toString()}`);
  const keysOf = ({ body }: { body: Record<string, unknown> }) => (body.matches as { key: string }[]).map(({ key }) => key);
  const post = (body: unknown) => service.call('POST', '/resolve', body);
  const results = async (items: unknown[], more: object = {}) => (await post({ items, ...more })).body.results as Result[];

  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    const cash = [
      { token: 2885, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES' },
      { token: 204, symbol: 'UNIDT-BE', name: 'UNITED' },
      { token: 32, symbol: 'IRFC' },
      { token: 33, symbol: 'IRFC-N1' },
      { token: 500325, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES', segment: 'BSE' as const },
    ];
    const monthly = [
      future(501, 'NIFTY', expiry),
      option(601, 'NIFTY', expiry, '24500', 'CE'),
      option(603, 'NIFTY', expiry, '24500', 'PE'),
    ];
    const weekly = Array.from({ length: 102 }, (_, n) => option(1000 + n, 'BANKNIFTY', '2026-01-20', String(50000 + n * 100), 'CE', 30));
    await service.ingest('kite', kiteCsv([...cash, ...monthly, ...weekly]), '?day=2026-01-06');
    // the token 603 means another contract from the day on
    await service.ingest(
      'kite',
      kiteCsv([...cash, ...monthly.slice(0, 2), option(603, 'FINNIFTY', '2026-02-24', '26000', 'PE', 65), ...weekly]),
      '?day=2026-01-08',
    );
    for (const segment of ['NSE', 'BSE'])
      await service.call('POST', '/instruments', {
        segment,
        symbol: 'TWICE',
        isin: 'INE000X01014',
        validFrom: '2026-01-06',
        ...(segment === 'NSE' && { series: 'EQ' }),
      });
  });
  afterAll(() => service.stop());

  it('lists all listings of one security', async () => {
    const { matches } = (await service.call('GET', '/resolve?isin=INE000X01014&segment=NSE')).body as { matches: { securityId: string }[] };
    const { body } = await service.call('GET', `/instruments?securityId=${matches[0]?.securityId}`);
    expect((body as { items: { key: string }[] }).items.map(({ key }) => key)).toEqual(['BSE:TWICE', 'NSE:TWICE']);
  });

  it.each<[Record<string, string>, string[]]>([
    [{ symbol: 'RELIANCE', segment: 'NSE' }, ['NSE:RELIANCE']],
    [{ symbol: 'reliance', exchange: 'XNSE' }, ['NSE:RELIANCE']],
    [{ symbol: 'RELIANCE-EQ', exchange: 'NSE' }, ['NSE:RELIANCE']],
    [{ symbol: 'RELIANCE' }, ['BSE:RELIANCE', 'NSE:RELIANCE']],
    [{ symbol: 'UNIDT-BE', segment: 'NSE' }, ['NSE:UNIDT-BE']],
    [{ symbol: 'UNIDT', segment: 'NSE' }, ['NSE:UNIDT-BE']],
    [{ symbol: 'IRFC', segment: 'NSE' }, ['NSE:IRFC']],
    [{ symbol: 'IRFC-N1', segment: 'NSE' }, ['NSE:IRFC-N1']],
    [{ symbol: 'NIFTY', segment: 'NFO', expiry, strike: '24500.00', optionType: 'CE' }, [`NFO:NIFTY:${expiry}:24500:CE`]],
    [{ symbol: 'Nifty 50', expiry, strike: '24500', optionType: 'CE' }, [`NFO:NIFTY:${expiry}:24500:CE`]],
    [{ symbol: 'NIFTY', exchange: 'XNSE', expiry }, [`NFO:NIFTY:${expiry}:FUT`]],
    [{ symbol: 'NIFTY', expiry, strike: '24500', asOf: '2026-01-06' }, [`NFO:NIFTY:${expiry}:24500:CE`, `NFO:NIFTY:${expiry}:24500:PE`]],
    [{ isin: 'INE000X01014' }, ['BSE:TWICE', 'NSE:TWICE']],
    [{ isin: 'INE000X01014', segment: 'BSE' }, ['BSE:TWICE']],
    [{ isin: 'INE000X01014', symbol: 'TWICE', exchange: 'XNSE' }, ['NSE:TWICE']],
    [{ broker: 'kite', token: '738561' }, ['NSE:RELIANCE']],
    [{ broker: 'kite', token: '2885', segment: 'NSE' }, ['NSE:RELIANCE']],
    [{ broker: 'kite', token: kiteToken(603, 2) }, ['NFO:FINNIFTY:2026-02-24:26000:PE']],
    [{ broker: 'kite', token: kiteToken(603, 2), asOf: '2026-01-07' }, [`NFO:NIFTY:${expiry}:24500:PE`]],
    [{ broker: 'kite', brokerSymbol: 'UNIDT-BE' }, ['NSE:UNIDT-BE']],
    [{ key: 'NSE:RELIANCE' }, ['NSE:RELIANCE']],
  ])('%j', async (wanted, keys) => {
    const answer = await get(wanted);
    expect([answer.status, answer.status === 200 && keysOf(answer)]).toEqual([200, keys]);
    const known = await get({ ...wanted, knownAt: answer.headers.get('registry-position') ?? '' });
    expect(known.body).toEqual(answer.body);
  });

  it('gives a hundred of many and says so', async () => {
    const answer = await get({ symbol: 'BANKNIFTY', segment: 'NFO', expiry: '2026-01-20' });
    expect([keysOf(answer).length, answer.body.truncated]).toEqual([100, true]);
  });

  it('finds a contract by its expiry after it is over, when no day is named', async () => {
    const items = [
      { symbol: 'BANKNIFTY', expiry: '2026-01-20', strike: 50000, optionType: 'CE' },
      { key: 'NFO:BANKNIFTY:2026-01-20:50000:CE' },
    ];
    expect((await results(items, { asOf: '2026-03-01' })).map(({ status }) => status)).toEqual(['not_found', 'not_found']);
    await service.ingest(
      'kite',
      kiteCsv([{ token: 2885, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES' }]),
      '?day=2026-02-02&segments=NSE',
    );
    expect((await results(items)).map(({ status, matches }) => [status, matches[0]?.status])).toEqual([
      ['found', 'expired'],
      ['found', 'expired'],
    ]);
    expect(await results(items, { asOf: '2026-01-08' })).toMatchObject([{ status: 'found' }, { status: 'found' }]);
  });

  it.each<[Record<string, string>, number, string]>([
    [{ symbol: 'NOSUCH' }, 404, ''],
    [{ broker: 'kite', token: '2885' }, 404, ''],
    [{ segment: 'NSE' }, 422, ''],
    [{ token: '1' }, 422, 'broker'],
    [{ symbol: 'NIFTY', segment: 'NFO' }, 422, 'expiry'],
    [{ symbol: 'NIFTY', exchange: 'XFOO' }, 422, 'exchange'],
    [{ symbol: 'NIFTY', segment: 'NSE', exchange: 'XBOM' }, 422, 'segment'],
    [{ isin: 'X' }, 422, 'isin'],
    [{ id: 'X' }, 422, 'id'],
    [{ symbol: 'NIFTY', expiry, strike: 'x' }, 422, 'strike'],
    [{ symbol: 'NIFTY', asOf: 'x' }, 422, 'asOf'],
    [{ symbol: 'NIFTY', knownAt: 'x' }, 422, 'knownAt'],
    [{ colour: 'red' }, 422, 'colour'],
  ])('%j is %i %s', async (wanted, status, path) => {
    const answer = await get(wanted);
    expect([answer.status, (answer.body.errors as { path: string }[] | undefined)?.[0]?.path ?? '']).toEqual([status, path]);
    expect(answer.body.detail).toMatch(/\.$/);
  });

  it('leads from a symbol that nobody has any more to who had it last', async () => {
    const register = (symbol: string) =>
      service.call('POST', '/instruments', { segment: 'NSE', symbol, series: 'EQ', type: 'EQUITY', validFrom: '2026-01-05' });
    await register('FORMER');
    const before = (await get({ symbol: 'FORMER' })).headers.get('registry-position') ?? '';
    await service.call('POST', '/instruments/NSE:FORMER/rename', { symbol: 'LATTER', validFrom: '2026-01-07' });
    const now = await get({ symbol: 'FORMER', segment: 'NSE' });
    expect(now.body).toMatchObject({ matches: [{ key: 'NSE:LATTER', symbol: 'LATTER' }] });
    expect(keysOf(await get({ symbol: 'FORMER', asOf: '2026-01-06' }))).toEqual(['NSE:FORMER']);
    expect((await get({ symbol: 'FORMER', asOf: '2026-01-08' })).status).toBe(404);
    expect((await get({ symbol: 'FORMER', segment: 'BSE' })).status).toBe(404);
    expect((await get({ symbol: 'FORMER', knownAt: now.headers.get('registry-position') ?? '' })).body).toEqual(now.body);
    expect(keysOf(await get({ symbol: 'FORMER', knownAt: before }))).toEqual(['NSE:FORMER']);
    expect(await results([{ symbol: 'FORMER' }, { symbol: 'LATTER' }, { symbol: 'NEITHER' }])).toMatchObject([
      { status: 'found', matches: [{ key: 'NSE:LATTER' }] },
      { status: 'found', matches: [{ key: 'NSE:LATTER' }] },
      { status: 'not_found' },
    ]);
    await service.call('POST', '/instruments', { segment: 'NSE', symbol: 'FORMER', series: 'EQ', type: 'EQUITY', validFrom: '2026-01-08' });
    expect(keysOf(await get({ symbol: 'FORMER' }))).toEqual(['NSE:FORMER']);
  });

  it('answers many in their order, the bad ones among them', async () => {
    const items = [
      { broker: 'kite', token: 738561 },
      { isin: 'INE000X01014' },
      { key: 'NSE:NOSUCH' },
      { segment: 'NSE' },
      7,
      { isin: 'short' },
      { symbol: 'RELIANCE', segment: 'BSE' },
    ];
    const fields = ['key', 'broker:kite'];
    expect(await results(items, { fields })).toEqual([
      { status: 'found', matches: [{ key: 'NSE:RELIANCE', brokers: [expect.objectContaining({ broker: 'kite', token: '738561' })] }] },
      {
        status: 'ambiguous',
        matches: [
          { key: 'BSE:TWICE', brokers: [] },
          { key: 'NSE:TWICE', brokers: [] },
        ],
        error: '2 instruments answer to this.',
      },
      { status: 'not_found', matches: [], error: expect.stringMatching(/^No instrument/) as string },
      { status: 'invalid', matches: [], error: expect.stringMatching(/^Give symbol/) as string },
      { status: 'invalid', matches: [], error: expect.any(String) as string },
      { status: 'invalid', matches: [], error: expect.stringMatching(/^isin: /) as string },
      { status: 'found', matches: [{ key: 'BSE:RELIANCE', brokers: [expect.objectContaining({ exchangeToken: '500325' })] }] },
    ]);
  });

  it('answers ten thousand, not one more', async () => {
    const items = Array.from({ length: 10_000 }, (_, n) => (n % 2 ? { broker: 'kite', token: '738561' } : { key: `NSE:NONE${n}` }));
    const answer = await post({ items, fields: ['id'] });
    expect(answer.headers.get('registry-position')).not.toBeNull();
    expect((answer.body.results as Result[]).map(({ status }) => status)).toEqual(items.map((_, n) => (n % 2 ? 'found' : 'not_found')));
    expect(await post({ items: [...items, {}] })).toMatchObject({ status: 422, body: { errors: [{ path: 'items' }] } });
    expect(await post({ items: [] })).toMatchObject({ status: 422 });
    expect(await post({ items: [{}], fields: ['colour'] })).toMatchObject({ status: 422 });
    expect(await post({ items: [{}], asOf: 'x' })).toMatchObject({ status: 422, body: { errors: [{ path: 'asOf' }] } });
  });

  it('is a read: a key that may only read is enough', async () => {
    const { body } = await service.call('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
    expect((await service.call('POST', '/resolve', { items: [{ key: 'NSE:RELIANCE' }] }, { 'x-api-key': String(body.key) })).status).toBe(
      200,
    );
  });

  it('answers an item with a NUL character as one that cannot be used, and the others as ever', async () => {
    const items = [{ key: 'NSE:\0' }, { broker: 'kite', token: '\0' }, { key: 'NSE:NOBODY' }];
    const { status, body } = await service.call('POST', '/resolve', { items });
    expect([status, (body.results as { status: string }[]).map((result) => result.status)]).toEqual([
      200,
      ['invalid', 'invalid', 'not_found'],
    ]);
    expect((await service.call('GET', '/instruments/NSE:%00')).status).toBe(404);
    expect((await service.call('GET', '/instruments?q=%00')).body).toMatchObject({ status: 422, errors: [{ path: 'q' }] });
  });
});
