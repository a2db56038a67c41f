import { LiveCatalogue } from '../src/modules/catalogue';
import { EventStore } from '../src/platform/event-store/event-store';
import { administer } from './support/database';
import { kiteCsv } from './support/kite';
import { startService, type Answer, type Service } from './support/service';

describe('answers from memory', () => {
  let [one, other]: Service[] = [];
  /** Its memory never comes to where it should be. */
  let withoutMemory: Service;
  const services = () => [one, other] as [Service, Service];
  const share = { segment: 'NSE', symbol: 'ACME', series: 'EQ', isin: 'INE999X01017', lotSize: 1, validFrom: '2026-01-05' };

  beforeAll(async () => {
    one = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: '2026-01-07' });
    other = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: '2026-01-07' }, one.databaseUrl);
    withoutMemory = await startService({ SAMPLE_CATALOGUE: 'off', MARKET_CLOCK: '2026-01-07' }, one.databaseUrl);
    withoutMemory.app.get(LiveCatalogue, { strict: false }).tell(1_000_000_000);
    expect((await one.call('POST', '/instruments', share)).status).toBe(201);
    expect(await one.ingest('kite', kiteCsv([{ token: 12345, symbol: 'ACME', name: 'ACME' }]), '?day=2026-01-07')).toMatchObject({
      status: 'completed',
    });
  });
  afterAll(() => Promise.all([...services(), withoutMemory].map((service) => service.stop())));

  const hits = async ({ base }: Service) => {
    const text = await (await fetch(`${base}/metrics`)).text();
    return Number(/^instrument_registry_cache_operations_total\{cache="catalogue",outcome="hit"\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  /** Every service must show what was just written, whether its memory has come there yet or not. */
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

  /** Until memory has come to what was written last. */
  const inMemory = async (service: Service) => {
    const live = service.app.get(LiveCatalogue, { strict: false });
    const position = await service.app.get(EventStore, { strict: false }).position();
    for (const deadline = Date.now() + 10_000; !live.now(position); await new Promise(setImmediate))
      if (Date.now() > deadline) throw new Error(`Memory did not come to position ${position}.`);
  };

  it.each([
    ['GET', '/instruments/NSE:ACME'],
    ['GET', '/resolve?isin=INE999X01017'],
    ['GET', '/resolve?broker=kite&token=12345'],
    ['GET', '/resolve?symbol=nobody-has-it&isin=INE002A01018'],
    ['POST', '/resolve'],
    ['GET', '/brokers/kite/tokens/NSE:ACME'],
    ['GET', '/brokers/kite/instruments/12345'],
    ['GET', '/brokers/kite/instruments/54321'],
    ['GET', '/brokers/upstox/tokens/NSE:ACME'],
  ])('to %s %s are those of the database, with the same headers', async (method, path) => {
    const [service] = services();
    const items = [
      { symbol: 'ACME' },
      { symbol: 'FORMER' },
      { key: 'NSE:NOBODY' },
      { broker: 'kite', token: 12345, segment: 'NSE' },
      {},
      7,
    ];
    const ask = (to: Service) =>
      to.call(method, path, method === 'POST' ? { items, fields: ['id', 'key', 'status', 'broker:kite'] } : undefined);
    await inMemory(service);
    const before = await hits(service);
    const answer = await ask(service);
    expect(await hits(service)).toBe(before + (answer.status === 200 ? 1 : 0));
    const oracle = await ask(withoutMemory);
    expect(await hits(service)).toBe(before + (answer.status === 200 ? 1 : 0));
    const comparable = ({ status, body, headers }: Answer) => ({
      status,
      body: { ...body, correlationId: '' },
      headers: ['etag', 'content-type', 'registry-position', 'cache-control'].map((name) => headers.get(name)),
    });
    expect(comparable(answer)).toEqual(comparable(oracle));
  });

  it('say 304 to who has them', async () => {
    const [, service] = services();
    await inMemory(service);
    const { headers } = await service.call('GET', '/instruments/NSE:ACME');
    const has = { 'if-none-match': headers.get('etag') ?? '' };
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
