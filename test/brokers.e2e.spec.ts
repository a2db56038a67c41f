import { kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

describe('brokers over HTTP', () => {
  let service: Service;
  const get = (path: string) => service.call('GET', path);

  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    const rows = [
      { token: 2885, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES' },
      { token: 2885, symbol: 'ANOTHER', name: 'ANOTHER', segment: 'BSE' as const },
      option(601, 'NIFTY', '2026-01-27', '24500', 'CE'),
    ];
    await service.ingest('kite', kiteCsv(rows), '?day=2026-01-06');
    await service.ingest('kite', kiteCsv(rows.slice(0, 1)), '?day=2026-01-08&segments=NSE');
  });
  afterAll(() => service.stop());

  it('shows each broker with its segments, their last good run and how old it is', async () => {
    const { status, body } = await get('/brokers');
    expect(status).toBe(200);
    const run = (day: string) => ({ id: expect.any(String) as string, day, endedAt: expect.any(String) as string });
    // It is ten in the morning, 45 minutes into the third day in a row that trades.
    const fresh = (day: string, ageDays: number) => ({
      ...{ day, ageDays, tradingMinutes: 375 * ageDays + 45, status: ageDays === 0 ? 'fresh' : 'stale' },
      lateMinutes: ageDays === 0 ? 0 : 375 * (ageDays - 1) + 45,
    });
    const segment = (name: string, day: string, ageDays: number) => ({
      segment: name,
      openTokens: 1,
      lastRun: run(day),
      freshness: fresh(day, ageDays),
    });
    const items = body.items as { broker: string; lastRun: unknown }[];
    expect(items.map(({ broker }) => broker)).toEqual([...items.map(({ broker }) => broker)].sort());
    expect({ ...body, items: items.filter(({ broker }) => broker === 'kite' || broker === 'upstox') }).toEqual({
      items: [
        {
          broker: 'kite',
          name: 'Zerodha Kite',
          kind: 'broker',
          openTokens: 3,
          lastRun: run('2026-01-08'),
          freshness: fresh('2026-01-08', 0),
          segments: [segment('BSE', '2026-01-06', 2), segment('NFO', '2026-01-06', 2), segment('NSE', '2026-01-08', 0)],
          limits: [],
        },
        { broker: 'upstox', name: 'Upstox', kind: 'broker', openTokens: 0, lastRun: null, freshness: null, segments: [], limits: [] },
      ],
      page: { limit: 100, nextCursor: null },
    });
    expect((await get('/brokers/kite')).body).toEqual(items.find(({ broker }) => broker === 'kite'));
    expect((await get('/brokers?limit=1')).body).toMatchObject({
      items: [{ broker: 'aliceblue' }],
      page: { limit: 1, nextCursor: expect.any(String) as string },
    });
    const unknown = { status: 404, body: { detail: 'The registry knows no broker nobody.' } };
    expect(await get('/brokers/nobody')).toMatchObject(unknown);
    expect(await get('/brokers/nobody/diff?from=2026-01-06&to=2026-01-08')).toMatchObject(unknown);
    expect((await get('/brokers/upstox/diff?from=2026-01-06&to=2026-01-08')).body).toMatchObject({ segments: [], items: [] });
    expect((await get('/brokers/Kite!')).status).toBe(422);
  });

  it('goes from key to token and back', async () => {
    const token = await get('/brokers/kite/tokens/NSE:RELIANCE');
    expect(token.body).toMatchObject({
      key: 'NSE:RELIANCE',
      broker: 'kite',
      token: '738561',
      exchangeToken: '2885',
      segment: 'NSE',
      symbol: 'RELIANCE',
      validFrom: '2026-01-06',
    });
    const etag = token.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"2-[0-9a-f]{12}"$/);
    expect((await service.call('GET', '/brokers/kite/tokens/NSE:RELIANCE', undefined, { 'if-none-match': etag })).status).toBe(304);
    expect((await get('/brokers/kite/instruments/738561')).body).toMatchObject({ id: token.body.id, key: 'NSE:RELIANCE' });
    expect((await get('/brokers/kite/instruments/2885?segment=BSE')).body).toMatchObject({ key: 'BSE:ANOTHER' });
    expect((await get('/brokers/kite/instruments/2885')).status).toBe(404);
    expect((await get('/brokers/kite/instruments/738561?asOf=2020-01-01')).status).toBe(404);
    expect(await get('/brokers/upstox/tokens/NSE:RELIANCE')).toMatchObject({
      status: 404,
      body: { detail: 'upstox has no token for NSE:RELIANCE.' },
    });
  });

  it('tells Prometheus of tokens, files, look-ups and the log', async () => {
    await get('/brokers/kite/instruments/738561');
    const text = await (await fetch(`${service.base}/metrics`)).text();
    for (const line of [
      'broker_tokens_active{broker="kite"} 3',
      'dump_age_seconds{broker="kite",segment="NFO"} 172800',
      'dump_age_seconds{broker="kite",segment="NSE"} 0',
    ])
      expect(text).toContain(`instrument_registry_${line}\n`);
    for (const metric of [
      /^instrument_registry_lookups_total\{kind="token",outcome="found"\} [1-9]/m,
      /^instrument_registry_events_appended_total\{type="InstrumentListed"\} [1-9]/m,
      /^instrument_registry_log_position [1-9]/m,
    ])
      expect(text).toMatch(metric);
  });
});
