import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { future, kiteCsv } from './support/kite';
import { startService, type Service } from './support/service';

const file = Buffer.from(kiteCsv(Array.from({ length: 3_000 }, (_, n) => future(10_000 + n, `STOCK${n}`, '2026-06-30'))));

describe('fetching a dump from its official address', () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  let answer: Handler;
  const asked: IncomingMessage[] = [];
  const broker = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  let service: Service;
  beforeAll(async () => {
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    const { port } = broker.address() as AddressInfo;
    service = await startService({
      SAMPLE_CATALOGUE: 'off',
      INGEST_SOURCES: `kite=http://127.0.0.1:${port}/instruments?token=secret`,
      INSTRUMENT_REGISTRY_UPLOAD_MAX_PACKED_BYTES: '1000000',
    });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    broker.closeAllConnections();
    broker.close();
  });
  beforeEach(() => void asked.splice(0));

  const ask = (source: string) => service.call('POST', '/brokers/kite/ingestions', { source, day: '2026-01-07' });
  const whole: Handler = (_request, response) => response.writeHead(200, { etag: '"1"' }).end(file);

  it('reads the file and runs it', async () => {
    answer = whole;
    const { status, body } = await ask('official');
    expect(status).toBe(202);
    expect(await service.ended(body.id)).toMatchObject({ status: 'completed', source: 'official', counts: { listed: 3_000 } });
  });

  it('follows a redirect on an allowed host, and asks again when the other side stumbles', async () => {
    answer = (request, response) => {
      if (request.url?.startsWith('/instruments')) response.writeHead(302, { location: '/today' }).end();
      else if (asked.length < 4) response.writeHead(503).end();
      else whole(request, response);
    };
    expect((await ask('official')).status).toBe(202);
    expect(asked.map(({ url }) => url)).toEqual(['/instruments?token=secret', '/today', '/instruments?token=secret', '/today']);
  });

  it('takes a broken connection up where it broke', async () => {
    answer = (request, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (asked.length > 1) response.writeHead(206, { etag: '"2"' }).end(file.subarray(from));
      else
        response.writeHead(200, { etag: '"2"', 'content-length': file.length }).write(file.subarray(0, 50_000), () => response.destroy());
    };
    const { status, body } = await ask('official');
    expect(status).toBe(202);
    expect(asked[1]?.headers['if-range']).toBe('"2"');
    expect(await service.ended(body.id)).toMatchObject({ status: 'completed', bytes: file.length, counts: { rows: 3_000 } });
  });

  it.each<[string, number, RegExp, Handler]>([
    [
      'a broken connection that cannot be taken up',
      503,
      /broke off after \d+ bytes/,
      (_q, response) => response.writeHead(200, { 'content-length': 99_999 }).write('x', () => response.destroy()),
    ],
    [
      'another version behind a broken connection',
      503,
      /broke off/,
      (_q, response) => response.writeHead(200, { etag: '"3"', 'content-length': 99_999 }).write('x', () => response.destroy()),
    ],
    [
      'a page that is not there',
      503,
      /^http:\/\/127\.0\.0\.1:\d+\/instruments answered 404\. Nothing was changed: .* set the new address in INGEST_SOURCES\.$/,
      (_q, response) => response.writeHead(404).end(),
    ],
    [
      'a page that keeps programs out',
      503,
      /answered 403\. Nothing was changed: the address wants a sign-in/,
      (_q, response) => response.writeHead(403).end(),
    ],
    [
      'a host that hangs up',
      503,
      /did not answer \(.+\)\. Nothing was changed: check the host's name/,
      (_q, response) => response.destroy(),
    ],
    [
      'more than a file may have',
      413,
      /offers more than 1000000 bytes/,
      (_q, response) => response.writeHead(200, { 'content-length': 2_000_000 }).end(),
    ],
    [
      'more than it had said',
      413,
      /sends more than 1000000 bytes/,
      (_q, response) => response.write(Buffer.alloc(1_200_000, 'x'), () => response.end()),
    ],
    [
      'a redirect to another host',
      422,
      /not a host that may be fetched from/,
      (_q, response) => response.writeHead(302, { location: 'http://127.0.0.2/x' }).end(),
    ],
    ['redirects without end', 422, /in a circle/, (request, response) => response.writeHead(302, { location: request.url }).end()],
  ])('says what is wrong with %s, and keeps nothing', async (_what, status, detail, handler) => {
    answer = handler;
    const before = (await service.call('GET', '/ingestions?limit=1')).headers.get('registry-position');
    const refused = await ask('official');
    expect([refused.status, refused.body.detail]).toEqual([status, expect.stringMatching(detail)]);
    expect((await service.call('GET', '/ingestions?limit=1')).headers.get('registry-position')).toBe(before);
  });

  it.each(['http://127.0.0.1:1/x', 'https://169.254.169.254/latest', 'https://elsewhere.example/kite.csv', 'ftp://x/y'])(
    'does not fetch from %s',
    async (source) => {
      expect((await ask(source)).body).toMatchObject({ status: 422, errors: [{ path: 'source' }] });
    },
  );
});
