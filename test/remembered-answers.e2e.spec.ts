import { administer } from './support/database';
import { startService, type Service } from './support/service';

describe('answers that are given again', () => {
  let [one, other]: Service[] = [];
  const services = () => [one, other] as [Service, Service];
  const share = { segment: 'NSE', symbol: 'ACME', series: 'EQ', isin: 'INE999X01017', lotSize: 1, validFrom: '2026-01-05' };

  beforeAll(async () => {
    one = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: '2026-01-07' });
    other = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: '2026-01-07' }, one.databaseUrl);
    expect((await one.call('POST', '/instruments', share)).status).toBe(201);
  });
  afterAll(() => Promise.all(services().map((service) => service.stop())));

  const hits = async ({ base }: Service) => {
    const text = await (await fetch(`${base}/metrics`)).text();
    return Number(/^instrument_registry_cache_operations_total\{cache="answers",outcome="hit"\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  /** Every service must show what was just written, whatever it remembers. */
  const shows = async (service: Service, position: string, expected: object) => {
    for (const path of ['/instruments/NSE:ACME', '/resolve?isin=INE999X01017', '/instruments/NSE:ACME/terms']) {
      const { status, headers, body } = await service.call('GET', path, undefined, { 'registry-position': position });
      expect(status).toBe(200);
      expect(Number(headers.get('registry-position'))).toBeGreaterThanOrEqual(Number(position));
      const shown = Array.isArray(body) ? (body as object[]).at(-1) : ((body.matches as object[] | undefined)?.[0] ?? body);
      expect(shown).toMatchObject(expected);
    }
  };
  const amend = async (lotSize: number) => {
    const { status, headers } = await (one as Service).call('PATCH', '/instruments/NSE:ACME', { lotSize });
    expect(status).toBe(204);
    return headers.get('registry-position') ?? String((await (one as Service).call('GET', '/brokers')).headers.get('registry-position'));
  };

  it('are the same, with the same ETag, and 304 to who has them', async () => {
    const [service] = services();
    const first = await service.call('GET', '/instruments/NSE:ACME');
    const before = await hits(service);
    const second = await service.call('GET', '/instruments/NSE:ACME');
    expect(await hits(service)).toBe(before + 1);
    expect([second.body, second.headers.get('etag'), second.headers.get('content-type')]).toEqual([
      first.body,
      first.headers.get('etag'),
      first.headers.get('content-type'),
    ]);
    const has = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await service.call('GET', '/instruments/NSE:ACME', undefined, has)).status).toBe(304);
  });

  it('are forgotten with every write, in every process', async () => {
    for (const lotSize of [2, 3, 4, 5, 6]) {
      const position = await amend(lotSize);
      for (const service of services()) await shows(service, position, { lotSize });
    }
  });

  it('are not given to who has no key', async () => {
    const [service] = services();
    expect((await service.call('GET', '/instruments/NSE:ACME', undefined, { 'x-api-key': 'wrong' })).status).toBe(401);
  });

  it('are right when nobody tells of new positions any more', async () => {
    const database = new URL((one as Service).databaseUrl).pathname.slice(1);
    await administer((client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query IN ('LISTEN log', 'SELECT position FROM log.head')`,
        [database],
      ),
    );
    for (const lotSize of [7, 8]) {
      const position = await amend(lotSize);
      for (const service of services()) await shows(service, position, { lotSize });
    }
  });
});
