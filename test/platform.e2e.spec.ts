import { request as httpRequest, Agent } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { Body, Controller, Get, Module, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Throttle, ThrottlerGuard } from '@nestjs/throttler';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Response } from 'light-my-request';
import { z } from 'zod';
import { AppModule } from '../src/app.module';
import { AuthModule } from '../src/modules/auth';
import { Config } from '../src/platform/config';
import { currentContext } from '../src/platform/context';
import { NotFound, Refused } from '../src/platform/errors';
import { setVersion } from '../src/platform/http/etag';
import { page } from '../src/platform/http/paging';
import { Route, Scope } from '../src/platform/http/route-options';
import { createServer } from '../src/platform/http/server';
import { query } from '../src/platform/http/validation';
import { freshDatabase, redisUrl } from './support/database';

const root = 'bootstrap-key-for-the-platform-tests';
const asRoot = { 'x-api-key': root };
const mebibyte = 1024 * 1024;

const Filter = query({ ...page, name: z.string().optional() });
const Thing = z.strictObject({ name: z.string().min(1), lots: z.array(z.object({ size: z.int().positive() })).default([]) });
let made = 0;

/** Routes of every kind, so that what is shared by routes is seen on its own. */
@Controller('try')
class TryController {
  @Get('context')
  context() {
    return currentContext();
  }

  @Get('list')
  list(@Query({ schema: Filter }) filter: z.output<typeof Filter>) {
    return filter;
  }

  @Get('versioned')
  versioned(@Res({ passthrough: true }) reply: FastifyReply) {
    setVersion(reply, 7);
    return { version: 7 };
  }

  @Get('errors/:kind')
  fail(@Param('kind') kind: string) {
    if (kind === 'refused') throw new Refused('The rules say no.');
    if (kind === 'missing') throw new NotFound('There is no such thing.');
    throw new Error('password=hunter2 at SELECT * FROM secrets');
  }

  @Post('things')
  make(@Body({ schema: Thing }) thing: z.output<typeof Thing>) {
    return { ...thing, number: ++made, work: currentContext() };
  }

  @Post('placed')
  placed(@Res({ passthrough: true }) reply: FastifyReply) {
    setVersion(reply, 7);
    reply.headers({ location: '/api/v1/try/versioned', 'registry-position': 4711 });
    return {};
  }

  @Post('plans')
  @Scope('plan')
  plan() {
    return {};
  }

  @Get('narrow')
  @UseGuards(ThrottlerGuard)
  @Throttle({ default: { limit: 3, ttl: 60_000 } })
  narrow() {
    return {};
  }

  @Post('slow')
  async slow() {
    await new Promise((done) => setTimeout(done, 300));
    return { number: ++made };
  }

  @Post('small-uploads')
  @Scope('ingest')
  @Route({ upload: { maxBytes: mebibyte } })
  async small(@Req() request: FastifyRequest, @Query({ schema: Filter }) _: z.output<typeof Filter>) {
    for await (const _ of request.body as Readable);
  }

  @Post('slow-uploads')
  @Scope('ingest')
  @Route({ upload: { maxBytes: mebibyte } })
  async unread() {
    await new Promise((done) => setTimeout(done, 200));
  }

  @Post('uploads')
  @Scope('ingest')
  @Route({ upload: { maxBytes: 300 * mebibyte } })
  async upload(@Req() request: FastifyRequest) {
    let bytes = 0;
    let most = 0;
    for await (const chunk of request.body as Readable) {
      bytes += (chunk as Buffer).length;
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    return { bytes, most, type: request.headers['content-type'] };
  }
}

@Module({ imports: [AppModule], controllers: [TryController] })
class WithTries {}

const settings = async () =>
  Config.load({
    DATABASE_URL: await freshDatabase(),
    REDIS_URL: redisUrl(),
    BOOTSTRAP_API_KEY: root,
    LOG_LEVEL: 'silent',
    CORS_ORIGINS: 'https://desk.example',
    INSTRUMENT_REGISTRY_RATE_LIMIT_PER_MINUTE: '10000000',
  });

let config: Config;
let app: NestFastifyApplication;
let fastify: FastifyInstance;
let address: string;

beforeAll(async () => {
  config = await settings();
  app = await createServer(WithTries, config);
  fastify = app.getHttpAdapter().getInstance();
  fastify.get('/api/v1/try/raw', () => currentContext());
  await app.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${(fastify.server.address() as AddressInfo).port}`;
}, 60_000);
afterAll(() => app?.close());

const get = (url: string, headers: Record<string, string> = asRoot) => fastify.inject({ url, headers });
const post = (url: string, payload: object | string = {}, headers: Record<string, string> = {}) =>
  fastify.inject({ method: 'POST', url, payload, headers: { ...asRoot, 'content-type': 'application/json', ...headers } });
const problem = (response: Response) => ({
  status: response.statusCode,
  type: response.headers['content-type'],
  body: response.json<unknown>(),
});

async function makeKey(grant: object): Promise<{ id: string; key: string }> {
  const response = await post('/api/v1/api-keys', { name: 'test', scopes: ['read'], ...grant });
  expect(response.statusCode).toBe(201);
  return response.json();
}

describe('a request', () => {
  it('keeps the correlation id it came with, in controllers and raw routes', async () => {
    for (const url of ['/api/v1/try/context', '/api/v1/try/raw']) {
      const response = await get(url, { ...asRoot, 'x-correlation-id': 'order.42_a-b' });
      expect(response.headers['x-correlation-id']).toBe('order.42_a-b');
      expect(response.json()).toEqual({ correlationId: 'order.42_a-b', actor: 'key:bootstrap' });
    }
  });

  it('gets a new one when its own is none', async () => {
    const response = await get('/api/v1/try/context', { ...asRoot, 'x-correlation-id': 'a b' });
    expect(response.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps its context across the reading of a body, over a real connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const body = JSON.stringify({ name: 'x'.repeat(200_000) });
        const headers = { ...asRoot, 'content-type': 'application/json', 'x-correlation-id': `c${n}` };
        const response = await fetch(`${address}/api/v1/try/things`, { method: 'POST', headers, body });
        return ((await response.json()) as { work: { correlationId: string } }).work.correlationId;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => `c${n}`));
  });

  it('is answered with security headers, whatever the answer', async () => {
    const answers = await Promise.all([
      get('/health/live', {}),
      get('/nowhere', {}),
      get('/api/v1/try/context', {}),
      get('/api/v1/try/errors/other'),
      get('/api/v1/%zz'),
      fastify.inject({
        method: 'OPTIONS',
        url: '/api/v1/try/list',
        headers: { origin: 'https://desk.example', 'access-control-request-method': 'GET' },
      }),
    ]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 404, 401, 500, 400, 204]);
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-correlation-id']).toBeDefined();
    }
  });

  it('may come from the configured origins', async () => {
    const from = (origin: string) => get('/api/v1/try/context', { ...asRoot, origin });
    expect((await from('https://desk.example')).headers['access-control-allow-origin']).toBe('https://desk.example');
    expect((await from('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('a problem', () => {
  it('is a problem document that says what to do', async () => {
    expect(problem(await get('/api/v1/try/errors/refused?secret=1', { ...asRoot, 'x-correlation-id': 'c' }))).toEqual({
      status: 409,
      type: 'application/problem+json',
      body: {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        detail: 'The rules say no.',
        instance: '/api/v1/try/errors/refused',
        correlationId: 'c',
      },
    });
    expect((await get('/api/v1/try/errors/missing')).statusCode).toBe(404);
  });

  it('hides what was not meant for callers', async () => {
    const response = await get('/api/v1/try/errors/other', { ...asRoot, 'x-correlation-id': 'c' });
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      instance: '/api/v1/try/errors/other',
      correlationId: 'c',
    });
  });

  it('names each value of a body that cannot be used', async () => {
    const response = await post('/api/v1/try/things', { name: '', lots: [{ size: 1 }, { size: 0 }], colour: 'red' });
    expect(response.statusCode).toBe(422);
    expect(
      response
        .json<{ errors: { path: string }[] }>()
        .errors.map(({ path }) => path)
        .sort(),
    ).toEqual(['colour', 'lots.1.size', 'name']);
  });

  it.each(['limit=0', 'limit=1001', 'limit=ten', 'limit=1&limit=2', 'colour=red', 'name=a&name=b', 'limit='])(
    'refuses the query %s',
    async (text) => {
      const response = await get(`/api/v1/try/list?${text}`);
      expect(response.statusCode).toBe(422);
      expect(response.json<{ errors: { path: string }[] }>().errors[0]?.path).toBe(text.split('=')[0]);
    },
  );

  it('takes a good query', async () => {
    expect((await get('/api/v1/try/list?name=a')).json()).toEqual({ limit: 100, name: 'a' });
  });

  it('tells bad JSON, a wrong type, a wrong method, a wrong path and too much apart', async () => {
    const statuses = [
      await post('/api/v1/try/things', '{"name":'),
      await post('/api/v1/try/things', '{"__proto__":{"a":1},"name":"x"}'),
      await post('/api/v1/try/things', 'a,b', { 'content-type': 'text/csv' }),
      await post('/api/v1/try/things', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      await fastify.inject({ method: 'DELETE', url: '/api/v1/try/things', headers: asRoot }),
      await get('/api/v1/try/nothing'),
      await post('/api/v1/try/things', JSON.stringify({ name: 'x'.repeat(16 * mebibyte) })),
      await get(`/api/v1/try/errors/${'x'.repeat(600)}`),
    ].map((response) => {
      expect(response.headers['content-type']).toBe('application/problem+json');
      return response.statusCode;
    });
    expect(statuses).toEqual([400, 400, 415, 415, 405, 404, 413, 414]);
  });

  it.each([
    ['things', 'gzip', 'identity'],
    ['things', 'br', 'identity'],
    ['uploads', 'br', 'gzip'],
    ['uploads', 'gzip, gzip', 'gzip'],
  ])('refuses a body to %s that is encoded as %s, and says that it takes %s', async (route, encoding, taken) => {
    const response = await post(`/api/v1/try/${route}`, '{"name":"x"}', { 'content-encoding': encoding });
    expect([response.statusCode, response.headers['content-type']]).toEqual([415, 'application/problem+json']);
    expect(response.headers['accept-encoding']).toContain(taken);
    expect(response.json<{ detail: string }>().detail).toContain(encoding);
    expect(response.json<{ detail: string }>().detail).toContain(taken);
  });

  it.each([
    ['things', 'identity'],
    ['uploads', 'gzip'],
    ['uploads', 'X-GZIP'],
    ['uploads', 'identity'],
  ])('does not refuse a body to %s that is encoded as %s', async (route, encoding) => {
    expect((await post(`/api/v1/try/${route}`, '{"name":"x"}', { 'content-encoding': encoding })).statusCode).toBe(201);
  });

  it('is also the answer to what is not HTTP', async () => {
    const text = await new Promise<string>((done, fail) => {
      let answer = '';
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('close', () => done(answer));
      socket.on('error', fail);
    });
    expect(text).toContain('HTTP/1.1 400');
    expect(text).toContain('application/problem+json');
  });
});

describe('a key', () => {
  it('is needed, in one of three headers', async () => {
    expect((await get('/api/v1/try/context', {})).statusCode).toBe(401);
    expect((await get(`/api/v1/try/context?api_key=${root}`, {})).statusCode).toBe(401);
    expect((await get('/api/v1/try/context', { 'x-api-key': 'wrong' })).statusCode).toBe(401);
    expect((await get('/api/v1/nothing', {})).statusCode).toBe(401);
    for (const headers of [{ 'x-api-key': root }, { authorization: `Bearer ${root}` }, { 'x-internal-api-key': root }])
      expect((await get('/api/v1/try/context', headers)).statusCode).toBe(200);
  });

  it('is needed however the path is spelt', async () => {
    for (const url of ['/%61pi/v1/try/context', '/api/v1/try/context/', '/api//v1/try/context', '/api/v1/try/../try/context'])
      expect((await get(url, {})).statusCode).not.toBe(200);
  });

  it('does what its scopes say', async () => {
    const { key } = await makeKey({ scopes: ['read', 'plan'] });
    const as = { 'x-api-key': key };
    const statuses = [
      await get('/api/v1/try/context', as),
      await post('/api/v1/try/plans', {}, as),
      await post('/api/v1/try/things', { name: 'x' }, as),
      await post('/api/v1/try/uploads', 'x', { ...as, 'content-type': 'text/csv' }),
      await get('/api/v1/api-keys', as),
    ].map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 201, 403, 403, 403]);
  });

  it('is listed without its secret', async () => {
    const { id, key } = await makeKey({ name: 'listed', rateLimitPerMinute: 60_000, allowedIps: ['10.0.0.0/8'] });
    expect(key).toMatch(/^irk_dev_[0-9A-Za-z]{29}_[0-9A-Za-z]{6}$/);
    const response = await get('/api/v1/api-keys?limit=1');
    expect(response.body).not.toContain(key);
    expect(response.json()).toMatchObject({
      items: [
        {
          id,
          name: 'listed',
          scopes: ['read'],
          status: 'active',
          rateLimitPerMinute: 60_000,
          allowedIps: ['10.0.0.0/8'],
          createdBy: 'key:bootstrap',
        },
      ],
      page: { limit: 1 },
    });
    const { page: next } = response.json<{ page: { nextCursor: string } }>();
    const second = await get(`/api/v1/api-keys?limit=1&cursor=${next.nextCursor}`);
    expect(second.json<{ items: { id: string }[] }>().items[0]?.id).not.toBe(id);
    expect((await get('/api/v1/api-keys?cursor=nonsense')).statusCode).toBe(422);
  });

  const revoke = (id: string, on: FastifyInstance = fastify) =>
    on.inject({ method: 'DELETE', url: `/api/v1/api-keys/${id}`, headers: asRoot });

  it('ends with its revocation', async () => {
    const { id, key } = await makeKey({});
    const as = { 'x-api-key': key };
    expect((await get('/api/v1/try/context', as)).statusCode).toBe(200);
    expect((await revoke(id)).statusCode).toBe(204);
    expect((await get('/api/v1/try/context', as)).statusCode).toBe(401);
    expect((await post(`/api/v1/api-keys/${id}/rotation`)).statusCode).toBe(409);
    expect((await post(`/api/v1/api-keys/${crypto.randomUUID()}/rotation`)).statusCode).toBe(404);
    expect((await post('/api/v1/api-keys/7/rotation')).statusCode).toBe(422);
  });

  it('ends with its revocation, also for requests that came while it was revoked', async () => {
    const { id, key } = await makeKey({});
    const ask = () => get('/api/v1/try/context', { 'x-api-key': key });
    const revocation = revoke(id);
    // Some of these are looked up before the revocation is written, and answered after it.
    await Promise.all(Array.from({ length: 200 }, ask));
    expect((await revocation).statusCode).toBe(204);
    expect((await ask()).statusCode).toBe(401);
  });

  it('ends within a second when another process revokes it', async () => {
    const other = await createServer(AuthModule, config);
    await other.init();
    const { id, key } = await makeKey({});
    const ask = async () => (await get('/api/v1/try/context', { 'x-api-key': key })).statusCode;
    expect(await ask()).toBe(200);
    expect((await revoke(id, other.getHttpAdapter().getInstance())).statusCode).toBe(204);
    const revoked = performance.now();
    while ((await ask()) === 200) expect(performance.now() - revoked).toBeLessThan(1_000);
    await other.close();
  });

  it('is not made with an end that has passed', async () => {
    const response = await post('/api/v1/api-keys', { name: 'late', scopes: ['read'], expiresAt: '2026-01-07T15:30:00+05:30' });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ errors: [{ path: 'expiresAt', message: expect.stringContaining('passed') as string }] });
  });

  it('is rotated with an overlap, or without one', async () => {
    const { id, key } = await makeKey({});
    const rotate = async (overlapSeconds: number) =>
      (await post(`/api/v1/api-keys/${id}/rotation`, { overlapSeconds })).json<{ id: string; key: string }>();
    const second = await rotate(60);
    expect(second.id).toBe(id);
    expect((await get('/api/v1/try/context', { 'x-api-key': key })).statusCode).toBe(200);
    expect((await get('/api/v1/try/context', { 'x-api-key': second.key })).statusCode).toBe(200);
    const third = await rotate(0);
    expect((await get('/api/v1/try/context', { 'x-api-key': key })).statusCode).toBe(401);
    expect((await get('/api/v1/try/context', { 'x-api-key': second.key })).statusCode).toBe(401);
    expect((await get('/api/v1/try/context', { 'x-api-key': third.key })).json()).toMatchObject({ actor: `key:${id}` });
  });

  it('is good from its addresses and until its end', async () => {
    const elsewhere = await makeKey({ allowedIps: ['10.0.0.0/8', '2001:db8::/32'] });
    const here = await makeKey({ allowedIps: ['127.0.0.0/8'] });
    const short = await makeKey({ expiresAt: new Date(Date.now() + 400).toISOString() });
    expect((await get('/api/v1/try/context', { 'x-api-key': elsewhere.key })).statusCode).toBe(403);
    expect((await get('/api/v1/try/context', { 'x-api-key': here.key })).statusCode).toBe(200);
    while ((await get('/api/v1/try/context', { 'x-api-key': short.key })).statusCode === 200);
    expect(Date.now()).toBeGreaterThan(0);
    expect((await get('/api/v1/try/context', { 'x-api-key': short.key })).statusCode).toBe(401);
  });
});

describe('an Idempotency-Key', () => {
  it('gives the same answer again, and no second thing', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await post('/api/v1/try/things', { name: 'a' }, headers);
    const again = await post('/api/v1/try/things', { name: 'a' }, headers);
    expect([again.statusCode, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect((await post('/api/v1/try/things', { name: 'b' }, headers)).statusCode).toBe(422);
  });

  it('gives the headers of the first answer again', async () => {
    const headers = { 'idempotency-key': 'k5' };
    const first = await post('/api/v1/try/placed', {}, headers);
    const again = await post('/api/v1/try/placed', {}, headers);
    const kept = { etag: '"7"', location: '/api/v1/try/versioned', 'registry-position': '4711' };
    expect(first.headers).toMatchObject(kept);
    expect(again.headers).toMatchObject({ ...kept, 'idempotency-replayed': 'true' });
  });

  it('makes concurrent repeats wait for the first', async () => {
    const before = made;
    const answers = await Promise.all(Array.from({ length: 5 }, () => post('/api/v1/try/slow', {}, { 'idempotency-key': 'k2' })));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => JSON.stringify({ number: before + 1 })));
  });

  it('may be used again after a failure', async () => {
    const headers = { 'idempotency-key': 'k3' };
    expect((await post('/api/v1/try/things', { name: '' }, headers)).statusCode).toBe(422);
    expect((await post('/api/v1/try/things', { name: '' }, headers)).headers['idempotency-replayed']).toBeUndefined();
  });

  it('does not keep a secret', async () => {
    const headers = { 'idempotency-key': 'k4' };
    const first = await post('/api/v1/api-keys', { name: 'once', scopes: ['read'] }, headers);
    const again = await post('/api/v1/api-keys', { name: 'once', scopes: ['read'] }, headers);
    const { key, ...rest } = first.json<{ key: string }>();
    expect(key).toMatch(/^irk_/);
    expect(again.json()).toEqual(rest);
  });
});

describe('a read', () => {
  it('says which log position it reflects, and waits for the one that is asked for', async () => {
    await makeKey({});
    const position = Number((await get('/api/v1/try/context')).headers['registry-position']);
    expect(position).toBeGreaterThan(0);
    expect((await get('/api/v1/try/context', { ...asRoot, 'registry-position': String(position) })).statusCode).toBe(200);
    const later = get('/api/v1/try/context', { ...asRoot, 'registry-position': String(position + 1) });
    await makeKey({});
    expect(Number((await later).headers['registry-position'])).toBe(position + 1);
    const never = await get('/api/v1/try/context', { ...asRoot, 'registry-position': String(position + 1000) });
    expect([never.statusCode, never.headers['retry-after']]).toEqual([503, '1']);
    expect((await get('/api/v1/try/context', { ...asRoot, 'registry-position': 'x' })).statusCode).toBe(422);
  });

  it('is not repeated to who has it', async () => {
    expect((await get('/api/v1/try/versioned')).headers.etag).toBe('"7"');
    const same = await get('/api/v1/try/versioned', { ...asRoot, 'if-none-match': 'W/"7"' });
    expect([same.statusCode, same.body]).toEqual([304, '']);
    expect((await get('/api/v1/try/versioned', { ...asRoot, 'if-none-match': '"6"' })).statusCode).toBe(200);
  });
});

describe('the rate limit', () => {
  it('lets exactly as many through as it says', async () => {
    const { key } = await makeKey({ rateLimitPerMinute: 100, burst: 0 });
    const answers = await Promise.all(Array.from({ length: 300 }, () => get('/api/v1/try/raw', { 'x-api-key': key })));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(100);
    const refused = answers.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(200);
    expect(refused[0]?.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'ratelimit-policy': '"default";q=100;w=60',
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '0',
    });
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(50);
  });

  it('is told on every answer to a key, refusals included', async () => {
    const { key } = await makeKey({ rateLimitPerMinute: 50, burst: 10 });
    const answer = await post('/api/v1/try/things', { name: 'x' }, { 'x-api-key': key });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers).toMatchObject({
      ratelimit: expect.stringMatching(/^"default";r=59;t=\d+$/) as string,
      'x-ratelimit-limit': '60',
    });
  });

  it.each([50, 60_000])('says in how many seconds more of %s are free, also while some are left', async (rateLimitPerMinute) => {
    const { key } = await makeKey({ rateLimitPerMinute, burst: 0 });
    for (let n = 0; n < 5; n++) {
      const { headers } = await get('/api/v1/try/raw', { 'x-api-key': key });
      const reset = Number(headers['x-ratelimit-reset']);
      expect(headers.ratelimit).toMatch(new RegExp(`;t=${reset}$`));
      expect(reset).toBeGreaterThan(50);
      expect(reset).toBeLessThanOrEqual(61);
    }
  });
});

describe('the throttler', () => {
  it('puts a narrower budget on one route, by key and counted apart', async () => {
    const [one, two] = [await makeKey({}), await makeKey({})];
    const ask = async (key: string) => (await get('/api/v1/try/narrow', { 'x-api-key': key })).statusCode;
    expect([await ask(one.key), await ask(one.key), await ask(one.key), await ask(one.key), await ask(two.key)]).toEqual([
      200, 200, 200, 429, 200,
    ]);
    expect((await get('/api/v1/try/narrow', { 'x-api-key': one.key })).headers).toMatchObject({
      'retry-after': expect.stringMatching(/^\d+$/) as string,
    });
    expect((await get('/api/v1/try/raw', { 'x-api-key': one.key })).statusCode).toBe(200);
  });
});

describe('an upload', () => {
  const upload = (bytes: number, headers: Record<string, string | number>) =>
    new Promise<{ status: number; body: { bytes: number; most: number; type: string } }>((done, fail) => {
      const chunk = Buffer.alloc(mebibyte, 'x');
      const body = Readable.from(
        (function* () {
          for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
        })(),
      );
      const request = httpRequest(`${address}/api/v1/try/uploads`, { method: 'POST', headers, agent: new Agent() }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => {
          body.destroy();
          request.destroy();
          done({ status: response.statusCode ?? 0, body: JSON.parse(text) as { bytes: number; most: number; type: string } });
        });
      });
      // The answer may come, and the connection go, before everything was sent.
      request.on('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EPIPE' || error.code === 'ECONNRESET' ? undefined : fail(error),
      );
      body.pipe(request);
    });

  it.each(['text/csv', 'application/json', 'application/zip', 'application/gzip', 'application/octet-stream'])(
    'of %s reaches its route as a stream',
    async (type) => {
      const { status, body } = await upload(3 * mebibyte, { ...asRoot, 'content-type': type });
      expect([status, body.bytes, body.type]).toEqual([201, 3 * mebibyte, type]);
    },
  );

  // Client and server are one process here and what they let go is collected late: half of the size is far from both.
  it('of 300 MiB is never held', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const { status, body } = await upload(300 * mebibyte, { ...asRoot, 'content-type': 'text/csv' });
    expect([status, body.bytes]).toEqual([201, 300 * mebibyte]);
    expect(body.most - before).toBeLessThan(150 * mebibyte);
  }, 60_000);

  it('is refused when it is too large, said or not', async () => {
    expect((await upload(301 * mebibyte, { ...asRoot, 'content-type': 'text/csv' })).status).toBe(413);
    const said = { ...asRoot, 'content-type': 'text/csv', 'content-length': 301 * mebibyte };
    expect((await upload(301 * mebibyte, said)).status).toBe(413);
  }, 60_000);

  it('without a key is answered before its body', async () => {
    const { status } = await upload(1, { 'content-type': 'text/csv', 'content-length': 200 * mebibyte });
    expect(status).toBe(401);
  });

  /** Sends all of the body before it looks for an answer, as Python's urllib does. */
  async function stubborn(path: string, headers: Record<string, string>, bytes = 50 * mebibyte, port = Number(new URL(address).port)) {
    const socket = connect(port, '127.0.0.1').pause();
    await once(socket, 'connect');
    const chunked = headers['transfer-encoding'] !== undefined;
    const lines = Object.entries({ host: 'test', ...(!chunked && { 'content-length': bytes }), ...headers });
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    const block = Buffer.alloc(64 * 1024, 'x');
    for (let sent = 0; sent < bytes; sent += block.length) {
      if (chunked) socket.write(`${block.length.toString(16)}\r\n`);
      const flushed = socket.write(block);
      if (chunked) socket.write('\r\n');
      if (!flushed) await once(socket, 'drain');
    }
    if (chunked) socket.write('0\r\n\r\n');
    socket.setEncoding('utf8');
    let text = '';
    for await (const part of socket) text += String(part);
    return { status: Number(text.split(' ')[1]), text };
  }
  const csv = { 'content-type': 'text/csv' };

  it.each([
    [401, 'without a key', '/api/v1/try/uploads', csv],
    [403, 'with a key that may not', '/api/v1/try/uploads', { ...csv, scopes: 'read' }],
    [404, 'to nowhere', '/api/v1/try/nowhere', { ...csv, ...asRoot }],
    [413, 'that is too large', '/api/v1/try/small-uploads', { ...csv, ...asRoot }],
    [413, 'that turns out too large', '/api/v1/try/small-uploads', { ...csv, ...asRoot, 'transfer-encoding': 'chunked' }],
    [413, 'of JSON that is too large', '/api/v1/try/things', { ...asRoot, 'content-type': 'application/json' }],
    [415, 'of another type', '/api/v1/try/things', { ...csv, ...asRoot }],
    [415, 'in another encoding', '/api/v1/try/uploads', { ...csv, ...asRoot, 'content-encoding': 'br' }],
    [422, 'with a bad parameter', '/api/v1/try/small-uploads?limit=x', { ...csv, ...asRoot, 'transfer-encoding': 'chunked' }],
    [401, 'of unknown length, without a key', '/api/v1/try/uploads', { ...csv, 'transfer-encoding': 'chunked' }],
  ])(
    'is answered %s %s, also when it is sent to its end first',
    async (status, _, path, { scopes, ...headers }: Record<string, string>) => {
      const key = scopes ? { 'x-api-key': (await makeKey({ scopes: [scopes] })).key } : {};
      const answer = await stubborn(path, { ...headers, ...key });
      expect(answer.status).toBe(status);
      expect(answer.text.toLowerCase()).toContain('\r\nconnection: close\r\n');
      expect(answer.text).toMatch(/"correlationId":"[^"]+".*\}$/);
    },
  );

  it('that is refused and small leaves its connection open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = [];
    for (let n = 0; n < 3; n++)
      ports.push(
        await new Promise((done, fail) => {
          const request = httpRequest(`${address}/api/v1/try/uploads`, { method: 'POST', headers: csv, agent }, (response) => {
            response.resume().once('end', () => done([response.statusCode, request.socket?.localPort]));
          });
          request.once('error', fail).end('x'.repeat(1000));
        }),
      );
    agent.destroy();
    expect(ports).toEqual([ports[0], ports[0], ports[0]]);
  });

  it('whose sender goes away unread breaks nothing', async () => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.write('POST /api/v1/try/slow-uploads HTTP/1.1\r\nhost: test\r\ncontent-type: text/csv\r\ncontent-length: 1000000\r\n');
    socket.write(`x-api-key: ${root}\r\n\r\nx`);
    await new Promise((done) => setTimeout(done, 100));
    socket.destroy();
    await new Promise((done) => setTimeout(done, 300));
    expect((await get('/api/v1/try/raw')).statusCode).toBe(200);
  });

  it.each([
    ['large and without a key', 'content-length: 50000000\r\n'],
    ['small and without a key', 'content-length: 500\r\n'],
    ['refused by its handler', `content-length: 50000000\r\nx-api-key: ${root}\r\n`],
  ])(
    'that is refused does not keep the service from stopping: %s',
    async (_, headers) => {
      const other = await createServer(WithTries, config);
      await other.listen(0, '127.0.0.1');
      const socket = connect((other.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`POST /api/v1/try/small-uploads?limit=x HTTP/1.1\r\nhost: test\r\ncontent-type: text/csv\r\n${headers}\r\nx`);
      await once(socket, 'data');
      const begun = performance.now();
      await other.close();
      expect(performance.now() - begun).toBeLessThan(2_000);
      socket.destroy();
    },
    30_000,
  );
});

describe('operations', () => {
  it('answer probes without a key, and with one say more', async () => {
    expect((await get('/health/live', {})).json()).toEqual({ status: 'ok' });
    const ready = {
      status: 'ok',
      details: {
        database: { status: 'up' },
        migrations: { status: 'up' },
        redis: { status: 'up' },
        dumps: { status: 'up' },
        catalogue: { status: 'up' },
      },
    };
    for (const url of ['/health/ready', '/health', '/ready']) expect((await get(url, {})).json()).toEqual(ready);
    expect((await get('/health/startup', {})).json()).toEqual({ status: 'ok' });
    expect((await get('/health/ready')).json()).toMatchObject({
      details: { database: { status: 'up', responseTime: expect.any(Number) as number } },
    });
    expect((await get('/health/live')).json()).toMatchObject({ memory: { residentBytes: expect.any(Number) as number } });
  });

  it('expose metrics with the route template, not the path', async () => {
    await get('/api/v1/try/errors/refused');
    const { body, headers } = await get('/metrics', {});
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('instrument_registry_http_requests_total{method="GET",route="/api/v1/try/errors/:kind",status="4xx"}');
    for (const name of [
      'http_request_duration_seconds_bucket',
      'rate_limited_total',
      'dependency_up{dependency="redis"} 1',
      'database_pool_connections',
      'process_cpu_seconds_total',
    ])
      expect(body).toContain(`instrument_registry_${name}`);
    expect(body).not.toContain('/errors/refused');
  });

  it('describe the API as OpenAPI 3.1', async () => {
    const document = (await get('/api/openapi.json', {})).json<Record<string, unknown>>();
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
    const { paths, components } = document as {
      paths: Record<string, Record<string, { responses: Record<string, { headers?: object }>; requestBody?: object; security: object[] }>>;
      components: { securitySchemes: object };
    };
    expect(Object.keys(components.securitySchemes)).toEqual(['apiKey', 'bearer', 'internalApiKey']);
    const create = paths['/api/v1/api-keys']?.post;
    expect(Object.keys(create?.responses ?? {})).toEqual(expect.arrayContaining(['201', '401', '403', '409', '413', '422', '429', '503']));
    expect(create?.responses['201']?.headers).toHaveProperty('RateLimit');
    expect(create?.requestBody).toMatchObject({
      content: { 'application/json': { examples: { typical: { value: { name: 'order service' } } } } },
    });
    expect(paths['/health/live']?.get?.security).toEqual([]);
  });

  it('show the API on a page of their own', async () => {
    const { body, headers } = await get('/api/docs', {});
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(body).not.toMatch(/https?:\/\//);
    const assets = [...body.matchAll(/(?:src|href)="(\/api\/[^"]+)"/g)].map(([, url]) => url ?? '');
    expect(assets.length).toBeGreaterThanOrEqual(4);
    for (const url of assets) expect((await get(url, {})).statusCode).toBe(200);
    expect((await get('/api/docs/..%2fpackage.json', {})).statusCode).toBe(404);
  });

  it('let requests finish when they stop', async () => {
    const other = await createServer(WithTries, await settings());
    await other.listen(0, '127.0.0.1');
    const port = (other.getHttpServer().address() as AddressInfo).port;
    const headers = { ...asRoot, 'content-type': 'application/json', 'idempotency-key': 'while stopping'.replace(' ', '-') };
    const answer = fetch(`http://127.0.0.1:${port}/api/v1/try/slow`, { method: 'POST', headers, body: '{}' });
    while (Number(await connections(other)) === 0) await new Promise((done) => setTimeout(done, 5));
    await new Promise((done) => setTimeout(done, 100));
    const [response] = await Promise.all([answer, other.close()]);
    expect(response.status).toBe(201);
  });
});

describe('a dependency that is away', () => {
  const nowhere = '127.0.0.1:1';
  const start = async (changes: object) => {
    const server = await createServer(AuthModule, (await settings()).with(changes));
    await server.init();
    return server;
  };

  it('leaves the service degraded when it is Redis: requests are answered and limited', async () => {
    const server = await start({ redisUrl: `redis://${nowhere}`, rateLimitPerMinute: 5, rateLimitBurst: 0 });
    const answers = [];
    for (let n = 0; n < 7; n++) answers.push(await server.inject({ url: '/api/v1/api-keys', headers: asRoot }));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(answers[0]?.headers['x-ratelimit-scope']).toBe('process');
    const health = await server.inject('/health/ready');
    expect([health.statusCode, health.json()]).toEqual([
      200,
      { status: 'degraded', details: { database: { status: 'up' }, migrations: { status: 'up' }, redis: { status: 'degraded' } } },
    ]);
    await server.close();
  });

  it('makes it not ready when it is the database: alive, and every answer a 503 that tells nothing', async () => {
    const server = await start({ databaseUrl: `postgresql://ann:hunter2@${nowhere}/registry` });
    const key = 'irk_dev_00000000000000000000000000000_000000';
    const one = await server.inject({ url: '/api/v1/api-keys', headers: { ...asRoot, 'x-correlation-id': 'c' } });
    expect([one.statusCode, one.headers['retry-after'], one.json()]).toEqual([
      503,
      '1',
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'The database is away for the moment. Try again.',
        instance: '/api/v1/api-keys',
        correlationId: 'c',
      },
    ]);
    expect((await server.inject({ url: '/api/v1/api-keys', headers: { 'x-api-key': key } })).statusCode).toBe(401);
    const [live, ready, startup] = await Promise.all(['/health/live', '/health/ready', '/health/startup'].map((url) => server.inject(url)));
    expect([live?.statusCode, ready?.statusCode, startup?.statusCode]).toEqual([200, 503, 503]);
    expect(ready?.json()).toMatchObject({ status: 'error', details: { database: { status: 'down' } } });
    await server.close();
  });
});

const connections = (server: NestFastifyApplication) =>
  new Promise<number>((done, fail) => server.getHttpServer().getConnections((error, count) => (error ? fail(error) : done(count))));
