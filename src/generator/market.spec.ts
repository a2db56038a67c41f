import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expiriesOn, isTradingDay, plusDays } from './calendar';
import type { Day, Listing } from './listing';
import { MadeUpMarket } from './market';
import { writeDumps } from './write-dumps';
import { writers } from './writers';

const size = { instruments: 3000, seed: 7, start: '2026-01-05' };
const keyOf = (it: Listing) =>
  [it.segment, it.symbol, it.segment === 'NSE' ? it.series : '', it.expiry, it.strike, it.optionType].join(' ');
const tokenOf = (it: Listing) => `${it.segment} ${it.token}`;

/** Thirty days of it. */
function days(seed = size.seed) {
  const market = new MadeUpMarket({ ...size, seed });
  const all = [{ tally: market.tally, listings: [...market.listings()] }];
  for (let n = 1; n < 30; n++) all.push({ tally: market.advance(), listings: [...market.listings()] });
  return all;
}

describe('the made-up market', () => {
  const month = days();

  it('begins with as many instruments as are wanted, in all segments', () => {
    const [first] = month;
    expect(first?.listings).toHaveLength(size.instruments);
    expect(first?.tally).toMatchObject({ day: '2026-01-05', instruments: 3000, listed: 3000, expired: 0 });
    expect(new Set(first?.listings.map(({ segment }) => segment)).size).toBe(8);
  });

  it('has each key and each token once a day, and nothing that has expired', () => {
    for (const { tally, listings } of month) {
      expect(listings).toHaveLength(tally.instruments);
      expect(new Set(listings.map(keyOf)).size).toBe(listings.length);
      expect(new Set(listings.map(tokenOf)).size).toBe(listings.length);
      expect(listings.filter(({ expiry }) => expiry !== null && (expiry < tally.day || !isTradingDay(expiry)))).toEqual([]);
    }
  });

  it('counts what happens: what is there is what was there, with what came and without what went', () => {
    for (const [n, { tally, listings }] of month.entries()) {
      const before = month[n - 1];
      if (!before) continue;
      const { listed, expired, moved, delisted } = tally;
      expect(tally.instruments).toBe(before.tally.instruments + listed - expired - moved - delisted);
      const was = new Map(before.listings.map((one) => [tokenOf(one), one]));
      const kept = listings.flatMap((now) => {
        const then = was.get(tokenOf(now));
        // what expired before a weekend may have lent its token by the next trading day
        return then && (then.expiry === null || then.expiry >= tally.day) ? [{ now, then }] : [];
      });
      const changed = (isSo: (then: Listing, now: Listing) => boolean) => kept.filter(({ then, now }) => isSo(then, now)).length;
      expect(changed((then, now) => then.strike !== now.strike)).toBe(tally.adjusted);
      expect(changed((then, now) => then.strike === null && then.lotSize !== now.lotSize)).toBe(tally.relotted);
      expect(changed((then, now) => then.expiry !== now.expiry)).toBe(tally.rescheduled);
      expect(changed((then, now) => then.expiry === null && then.symbol !== now.symbol)).toBe(tally.renamed);
    }
  });

  it('has a bit of everything in a month', () => {
    const names = ['reused', 'adjusted', 'relotted', 'rescheduled', 'renamed', 'moved', 'delisted', 'expired'] as const;
    for (const name of names) expect([name, month.reduce((sum, { tally }) => sum + tally[name], 0) > 0]).toEqual([name, true]);
  });

  it('uses a token again two days after its contract has expired, never earlier', () => {
    const lastExpiry = new Map<string, Day>();
    let shortest = Infinity;
    for (const { tally, listings } of month)
      for (const it of listings) {
        const before = lastExpiry.get(tokenOf(it));
        if (before !== undefined && before < tally.day)
          shortest = Math.min(shortest, (Date.parse(tally.day) - Date.parse(before)) / 86_400_000);
        if (it.expiry !== null) lastExpiry.set(tokenOf(it), it.expiry);
      }
    expect(shortest).toBe(2);
  });

  it('lists a new contract under the name that an adjusted one has just left', () => {
    const taken = month.some(({ tally, listings }, n) => {
      const before = new Map(month[n - 1]?.listings.map((one) => [keyOf(one), tokenOf(one)]));
      return tally.adjusted > 0 && listings.some((one) => before.has(keyOf(one)) && before.get(keyOf(one)) !== tokenOf(one));
    });
    expect(taken).toBe(true);
  });

  it('is the same for the same seed and another for another', () => {
    const text = JSON.stringify(month);
    expect(JSON.stringify(days()) === text).toBe(true);
    expect(JSON.stringify(days(8)) === text).toBe(false);
  });
});

describe('expiries', () => {
  const nifty = { weekday: 2, weeks: 4, months: 3, quarters: 2 };

  it('are the nearest weeks, the ends of the nearest months, and of quarters beyond them', () => {
    expect(expiriesOn('2026-01-05', nifty)).toEqual([
      { day: '2026-01-06', isMonthly: false },
      { day: '2026-01-13', isMonthly: false },
      { day: '2026-01-20', isMonthly: false },
      { day: '2026-01-27', isMonthly: true },
      { day: '2026-02-24', isMonthly: true },
      { day: '2026-03-31', isMonthly: true },
      { day: '2026-06-30', isMonthly: true },
      { day: '2026-09-29', isMonthly: true },
    ]);
  });

  it('on a holiday are the trading day before', () => {
    expect(isTradingDay('2026-10-02')).toBe(false);
    expect(expiriesOn('2026-09-28', { ...nifty, weekday: 5 })[0]).toEqual({ day: '2026-10-01', isMonthly: false });
    expect(expiriesOn('2026-01-27', nifty)[0]?.day).toBe('2026-01-27');
    expect(plusDays('2026-02-28', 1)).toBe('2026-03-01');
  });
});

describe('the files', () => {
  const folders = [0, 1, 2].map(() => mkdtempSync(join(tmpdir(), 'made-up-')));
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  async function sums(folder: string, seed: number) {
    const found: string[] = [];
    const order = { ...size, seed, instruments: 500, days: 2, writers: [...writers.values()], folder, mistake: null };
    for await (const { dumps } of writeDumps(order))
      for (const { broker, path } of dumps) found.push(`${broker} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
    return found;
  }

  it('are the same bytes for the same seed', async () => {
    const [first, again, other] = [await sums(folders[0] ?? '', 1), await sums(folders[1] ?? '', 1), await sums(folders[2] ?? '', 2)];
    expect(again).toEqual(first);
    expect(other.filter((sum) => first.includes(sum))).toEqual([]);
  });
});
