import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../test/support/database';
import { registryOn } from '../../test/support/registry';
import type { Counts } from '../modules/ingestion/domain/run';
import { mistakes, type Mistake } from './mistakes';
import { writeDumps, type WrittenDay } from './write-dumps';
import { writers } from './writers';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'made-up-days-'));
afterAll(() => rmSync(folder, { recursive: true }));

const all = [...writers.values()];
const size = { instruments: 1200, seed: 42, start: '2026-01-05' };

describe('dumps of all brokers, day after day', () => {
  it('become one instrument for each contract, and all that happened is recorded once', async () => {
    const registry = registryOn(await freshDatabase());
    const days: WrittenDay[] = [];
    try {
      for await (const written of writeDumps({ ...size, days: 7, writers: all, folder, mistake: null })) {
        days.push(written);
        const { tally, dumps } = written;
        const total = { listed: 0, adjusted: 0, rescheduled: 0, renamed: 0 };
        for (const { broker, path, rows } of dumps) {
          const outcome = await registry.load(broker, path, tally.day);
          const { counts } = outcome;
          expect({ broker, day: tally.day, ...counts, quarantined: outcome.quarantined }).toMatchObject({
            ...{ broker, day: tally.day, rows, accepted: rows, rejected: 0, expired: 0, quarantined: [] },
          });
          for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += counts[name];
        }
        const { listed, adjusted, rescheduled, renamed } = tally;
        expect({ day: tally.day, ...total }).toEqual({ day: tally.day, listed, adjusted, rescheduled, renamed });
      }

      const ever = days.reduce((sum, { tally }) => sum + tally.listed, 0);
      const last = days.at(-1);
      const [counted] = await registry.database.query<Record<string, number>>({
        text: `SELECT count(*)::int AS instruments,
                 count(*) FILTER (WHERE t.brokers = s.most)::int AS whole
               FROM registry.instruments i
               LEFT JOIN LATERAL (SELECT count(DISTINCT b.broker)::int AS brokers FROM registry.broker_tokens b
                 WHERE b.instrument_id = i.id AND b.valid_from <= $1 AND (b.valid_to IS NULL OR b.valid_to > $1)) t ON true
               LEFT JOIN LATERAL (SELECT $2::int - CASE WHEN i.segment = 'CDS' THEN 1 ELSE 0 END AS most) s ON true`,
        values: [last?.tally.day, all.length],
      });
      // currencies are not at Groww
      expect(counted).toEqual({ instruments: ever, whole: last?.tally.instruments });
    } finally {
      await registry.close();
    }
  });
});

describe('mistakes on purpose', () => {
  const outcomes: Record<Mistake, RegExp | 'quarantined'> = {
    'duplicate-token': /stands in more than one row/,
    'stale-segment': 'quarantined',
    'mangled-dates': /spreadsheet program/,
    'wrong-columns': /rows cannot be used/,
    truncated: /cut off/,
  };

  it.each(mistakes)('%s is refused or quarantined, and nothing of it published', async (mistake) => {
    const registry = registryOn(await freshDatabase());
    const kite = all.filter(({ broker }) => broker === 'kite');
    try {
      for await (const { tally, dumps } of writeDumps({ ...size, days: 1, writers: kite, folder, mistake })) {
        const load = () => registry.load('kite', dumps[0]?.path ?? '', tally.day);
        const expected = outcomes[mistake];
        if (expected === 'quarantined') {
          const { quarantined, counts } = await load();
          expect(quarantined).toEqual(['CDS']);
          expect(counts satisfies Counts).toMatchObject({ rejected: 0 });
        } else await expect(load()).rejects.toThrow(expected);
        const [found] = await registry.database.query<{ n: number }>({
          text: `SELECT count(*)::int AS n FROM registry.instruments i WHERE i.segment = ANY($1)`,
          values: [expected === 'quarantined' ? ['CDS'] : ['CDS', 'NSE', 'NFO']],
        });
        expect(found?.n).toBe(0);
      }
    } finally {
      await registry.close();
    }
  });

  it.each(all.map(({ broker }) => broker))('a file of %s that is cut off is refused', async (broker) => {
    const registry = registryOn(await freshDatabase());
    try {
      const some = all.filter((writer) => writer.broker === broker);
      for await (const { tally, dumps } of writeDumps({ ...size, days: 1, writers: some, folder, mistake: 'truncated' }))
        await expect(registry.load(broker, dumps[0]?.path ?? '', tally.day)).rejects.toThrow(/cut off|damaged/);
    } finally {
      await registry.close();
    }
  });
});
