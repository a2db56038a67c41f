import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { redisUrl } from '../../../test/support/database';
import { startRedis, type PrivateRedis } from '../embedded/redis';
import { RateLimiter } from './rate-limiter';
import { LocalWindows, type Windows } from './rate-window';
import { RedisWindows } from './redis-windows';

const minute = 60_000;
let now = 1_800_000_000_000;
let keys = 0;
const freshKey = () => `spec-${process.pid}-${Date.now()}-${++keys}`;

const one = { windowMs: minute, wanted: 1, least: 1, holdMs: 0 };

/** What every window does, wherever it is kept. */
function describeWindows(name: string, windows: () => Windows) {
  describe(`a window ${name}`, () => {
    const take = async (key: string, capacity: number, more: Partial<typeof one> = {}) =>
      windows().take(key, { ...one, capacity, ...more });

    it('gives what it has and says when more is free', async () => {
      const key = freshKey();
      expect(await take(key, 3)).toEqual({ given: 1, remaining: 2, freeInMs: 60_000 });
      now += 10_000;
      expect(await take(key, 3, { wanted: 2, least: 2 })).toEqual({ given: 2, remaining: 0, freeInMs: 60_000 });
      expect(await take(key, 3)).toEqual({ given: 0, remaining: 0, freeInMs: 50_000 });
    });

    it('says when the next of those in use is free, while others still are', async () => {
      const key = freshKey();
      await take(key, 9, { wanted: 4 });
      now += 20_000;
      expect(await take(key, 9)).toEqual({ given: 1, remaining: 4, freeInMs: 40_000 });
      expect(await take(key, 9, { wanted: 0, least: 0 })).toEqual({ given: 0, remaining: 4, freeInMs: 40_000 });
      now += 40_001;
      expect(await take(key, 9, { wanted: 0, least: 0 })).toEqual({ given: 0, remaining: 8, freeInMs: 19_999 });
      now += 20_000;
      expect(await take(key, 9, { wanted: 0, least: 0 })).toEqual({ given: 0, remaining: 9, freeInMs: 0 });
    });

    it('frees each unit exactly one window after it was given, not at the edge of a minute', async () => {
      const key = freshKey();
      now = Math.ceil(now / minute) * minute + 59_900;
      for (let n = 0; n < 5; n++) await take(key, 5);
      now += 59_999;
      expect((await take(key, 5)).given).toBe(0);
      now += 1;
      expect((await take(key, 5)).given).toBe(1);
      expect((await take(key, 5)).remaining).toBe(3);
    });

    it('gives as much as there is, unless that is too little', async () => {
      const key = freshKey();
      expect((await take(key, 10, { wanted: 7 })).given).toBe(7);
      expect((await take(key, 10, { wanted: 7, least: 4 })).given).toBe(0);
      expect((await take(key, 10, { wanted: 7 })).given).toBe(3);
    });

    it('counts units that may be used later for that much longer', async () => {
      const key = freshKey();
      await take(key, 4, { wanted: 4, holdMs: 1_000 });
      now += minute + 999;
      expect((await take(key, 4)).given).toBe(0);
      now += 1;
      expect((await take(key, 4)).given).toBe(1);
    });

    it('gives nothing more when the capacity has shrunk', async () => {
      const key = freshKey();
      await take(key, 10, { wanted: 10 });
      expect(await take(key, 5)).toMatchObject({ given: 0, remaining: 0 });
    });

    it('never gives more than its capacity within any window', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.nat({ max: 40_000 }), fc.integer({ min: 1, max: 4 })), { maxLength: 40 }), async (asks) => {
          const key = freshKey();
          const given: [number, number][] = [];
          for (const [later, wanted] of asks) {
            now += later;
            given.push([now, (await take(key, 6, { wanted })).given]);
          }
          for (const [end] of given) {
            const within = given.filter(([at]) => at > end - minute && at <= end).reduce((sum, [, units]) => sum + units, 0);
            expect(within).toBeLessThanOrEqual(6);
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}

const clients: Redis[] = [];
const connect = (url: string) => {
  const client = new Redis(url, { commandTimeout: 2_000 });
  clients.push(client);
  return client;
};
let folder: string;
let bundled: PrivateRedis;
let inRedis: RedisWindows;
let inBundled: RedisWindows;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'registry-redis-'));
  // An empty search path: the one that needs nothing installed.
  bundled = await startRedis(folder, '', () => undefined);
  inRedis = new RedisWindows(connect(redisUrl()), () => now);
  inBundled = new RedisWindows(connect(bundled.url), () => now);
}, 30_000);
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await bundled?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const local = new LocalWindows(() => now);
describeWindows('in memory', () => local);
describeWindows('in Redis', () => inRedis);
describeWindows('in the bundled Redis', () => inBundled);

// What it says about a Redis that is away is wanted.
Logger.overrideLogger(false);

describe('a limiter', () => {
  const exact = { limit: 100, burst: 0, windowMs: minute };
  const count = (verdicts: readonly { readonly allowed: boolean }[]) => verdicts.filter(({ allowed }) => allowed).length;

  it.each([
    ['Redis', redisUrl],
    ['the bundled Redis', () => bundled.url],
  ])('lets 100 of 500 parallel calls over several processes through, by the clock of %s', async (_name, url) => {
    const key = freshKey();
    const processes = [1, 2, 3].map(() => new RateLimiter(new RedisWindows(connect(url()))));
    const verdicts = await Promise.all(Array.from({ length: 500 }, async (_, n) => processes[n % 3]?.take(key, exact)));
    expect(verdicts.filter((verdict) => verdict?.allowed)).toHaveLength(100);
    expect(processes.map(({ degraded }) => degraded)).toEqual([false, false, false]);
  });

  it('takes bulk calls by their size', async () => {
    const limiter = new RateLimiter(local);
    const key = freshKey();
    expect(await limiter.take(key, exact, 90)).toMatchObject({ allowed: true, remaining: 10 });
    expect(await limiter.take(key, exact, 11)).toMatchObject({ allowed: false, remaining: 10 });
    expect(await limiter.take(key, exact, 10)).toMatchObject({ allowed: true, remaining: 0 });
  });

  it('leases blocks of at most a hundredth of a high limit, and keeps to it', async () => {
    let asked = 0;
    let most = 0;
    const watched: Windows = {
      take(key, ask) {
        asked++;
        most = Math.max(most, ask.wanted);
        return local.take(key, ask);
      },
    };
    const limiter = new RateLimiter(watched, undefined, () => now);
    const key = freshKey();
    const high = { limit: 10_000, burst: 0, windowMs: minute };
    const verdicts = [];
    for (let n = 0; n < 10_500; n++) verdicts.push(await limiter.take(key, high));
    expect(count(verdicts)).toBe(10_000);
    expect(most).toBe(100);
    expect(asked).toBeLessThan(10_000 / 100 + 20 + 500);
    now += minute + 1_000;
    expect((await limiter.take(key, high)).allowed).toBe(true);
  });

  it('says when more is free with every verdict, also out of a block', async () => {
    const limiter = new RateLimiter(local, undefined, () => now);
    const key = freshKey();
    const high = { limit: 10_000, burst: 0, windowMs: minute };
    const waits = [];
    for (let n = 0; n < 500; n++, now += 100) {
      const { remaining, freeInMs } = await limiter.take(key, high);
      if (remaining < 10_000) waits.push(freeInMs);
    }
    expect(waits).toHaveLength(500);
    expect(Math.min(...waits)).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(minute + 1_000);
  });

  it('does not starve a slow caller of a high limit', async () => {
    const limiter = new RateLimiter(local, undefined, () => now);
    const key = freshKey();
    let allowed = 0;
    for (let second = 0; second < 120; second++, now += 1_000)
      for (let n = 0; n < 25; n++) if ((await limiter.take(key, { limit: 2_000, burst: 0, windowMs: minute })).allowed) allowed++;
    expect(allowed).toBe(120 * 25);
  });

  it('shares one block among calls that come together', async () => {
    const limiter = new RateLimiter(inRedis, undefined, () => now);
    const key = freshKey();
    const high = { limit: 2_000, burst: 0, windowMs: minute };
    const verdicts = await Promise.all(Array.from({ length: 3_000 }, async () => limiter.take(key, high)));
    expect(count(verdicts)).toBe(2_000);
  });

  it('counts by itself while Redis is away, and says so', async () => {
    const said: boolean[] = [];
    let broken = true;
    const shaky: Windows = {
      take(key, ask) {
        if (broken) throw new Error('connect ECONNREFUSED');
        return local.take(key, ask);
      },
    };
    const limiter = new RateLimiter(
      shaky,
      (away) => said.push(away),
      () => now,
    );
    const key = freshKey();
    const verdicts = [];
    for (let n = 0; n < 150; n++) verdicts.push(await limiter.take(key, exact));
    expect(count(verdicts)).toBe(100);
    expect(verdicts[0]).toMatchObject({ local: true });
    broken = false;
    now += 1_000;
    expect(await limiter.take(key, exact)).toMatchObject({ allowed: true, local: false });
    expect(said).toEqual([true, false]);
  });
});
