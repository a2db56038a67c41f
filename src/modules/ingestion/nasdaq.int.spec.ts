import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';

const fixture = (name: string) => path.join(__dirname, '../../../test/fixtures', name);

describe('Nasdaq’s lists in the registry', () => {
  let registry: ReturnType<typeof registryOn>;
  const folder = mkdtempSync(path.join(tmpdir(), 'nasdaq-'));
  beforeAll(async () => (registry = registryOn(await freshDatabase())));
  afterAll(async () => {
    await registry.close();
    rmSync(folder, { recursive: true });
  });

  const open = () =>
    registry.database.query({
      text: `SELECT t.key, b.token FROM registry.broker_tokens b JOIN registry.lot_sizes t USING (instrument_id) WHERE b.valid_to IS NULL ORDER BY t.key COLLATE "C"`,
    });

  it('become instruments of their venues, on the day that the list says', async () => {
    const counts = { accepted: 5, listed: 5, tokensAssigned: 5 };
    const first = await registry
      .load('nasdaq', fixture('nasdaqlisted.txt'), null, { segments: ['XNAS'] })
      .catch((error: Error) => error.message);
    // four of nine lines are made to be rejected
    expect(first).toMatch('4 of 9 rows cannot be used');
    const whole = path.join(folder, 'listed');
    writeFileSync(whole, [header, ...shares, footer('01062031')].join('\r\n'));
    expect(await registry.load('nasdaq', whole, null)).toMatchObject({
      day: '2031-01-06',
      dayEstimated: false,
      segments: ['XNAS'],
      counts,
    });
    expect(await registry.load('nasdaq', whole, null)).toMatchObject({ counts: { accepted: 5, unchanged: 5, listed: 0 } });
  });

  it('end the token of what is gone, and keep the rest', async () => {
    const next = path.join(folder, 'next');
    writeFileSync(next, [header, ...shares.slice(1), footer('01072031')].join('\r\n'));
    expect(await registry.load('nasdaq', next, null)).toMatchObject({ counts: { unchanged: 4, tokensWithdrawn: 1 } });
    expect(await open()).toEqual(['ACMB', 'ACMC', 'ACMD', 'ACME'].map((symbol) => ({ key: `XNAS:${symbol}`, token: symbol })));
  });

  it('are as old as New York’s clocks say', async () => {
    const at = async (day: string, time: string) => (await registry.lastRuns.at({ day, time }, 'nasdaq'))[0]?.freshness;
    // 23:30 of the 7th in New York, after a whole session of that day
    expect(await at('2031-01-08', '10:00')).toMatchObject({ day: '2031-01-07', ageDays: 0, tradingMinutes: 390, lateMinutes: 0 });
    expect(await at('2031-01-08', '21:30')).toMatchObject({ ageDays: 1, lateMinutes: 90, status: 'late' });
  });
});

const header = 'Symbol|Security Name|Market Category|Test Issue|Financial Status|Round Lot Size|ETF|NextShares';
const shares = ['ACMA', 'ACMB', 'ACMC', 'ACMD', 'ACME'].map((symbol) => `${symbol}|Acme ${symbol} - Common Stock|Q|N|N|100|N|N`);
const footer = (day: string) => `File Creation Time: ${day}21:32|||||||\r\n`;

const files = ['us/2016-08-15_nasdaqlisted.txt', 'us/2016-08-15_otherlisted.txt'] as const;
describeWithData('Nasdaq’s real lists of one day', files, () => {
  it('load one after the other, each with the venues that it covers, and change nothing the second time', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      const [listed, other] = files.map(dataFile) as [string, string]; // two of two
      expect(await registry.load('nasdaq', listed, null)).toMatchObject({ segments: ['XNAS'], counts: { rejected: 0, listed: 3145 } });
      const venues = ['ARCX', 'BATS', 'XASE', 'XNYS'];
      expect(await registry.load('nasdaq', other, null)).toMatchObject({ segments: venues, counts: { rejected: 0, listed: 5223 } });
      for (const file of [listed, other])
        expect(await registry.load('nasdaq', file, null)).toMatchObject({ counts: { listed: 0, tokensAssigned: 0, tokensWithdrawn: 0 } });
    } finally {
      await registry.close();
    }
  }, 120_000);
});
