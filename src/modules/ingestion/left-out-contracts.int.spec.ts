import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv, option } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';

/** Contracts that a broker leaves out while those on the same underlying are adjusted. */

type Registry = ReturnType<typeof registryOn>;
type Strikes = Readonly<Record<number, string>>;

jest.setTimeout(600_000);

/** Which key each instrument had on a day, by the first token that it ever had; and who means it then. */
async function keysOn({ database }: Registry, underlying: string, day: string) {
  const rows = await database.query<{ token: string; key: string; brokers: string[] }>({
    text: `SELECT min(b.exchange_token) AS token, t.key,
                  coalesce(array_agg(b.broker ORDER BY b.broker) FILTER (WHERE b.valid_from <= $2 AND b.valid_to > $2), '{}') AS brokers
           FROM registry.lot_sizes t JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id
           WHERE t.underlying = $1 AND t.valid_from <= $2 AND t.valid_to > $2 GROUP BY t.instrument_id, t.key ORDER BY 1`,
    values: [underlying, day],
  });
  return Object.fromEntries(rows.map(({ token, key, brokers }) => [token, [key.split(':').at(-2), ...brokers].join(' ')]));
}

describe('a contract that a broker dropped before its underlying was adjusted', () => {
  const expiry = '2026-01-27';
  const folder = mkdtempSync(join(tmpdir(), 'left-out-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const filler = Array.from({ length: 40 }, (_, n) => 500 + n);
  const write = {
    kite: (strikes: Strikes) =>
      kiteCsv([
        ...Object.entries(strikes).map(([token, strike]) => option(Number(token), 'VEDL', expiry, strike, 'CE', 2300)),
        ...filler.map((token) => option(token, 'NIFTY', expiry, String(20_000 + token * 100), 'CE', 65)),
      ]),
    upstox: (strikes: Strikes) => {
      const line = (token: number, symbol: string, strike: string, lot: number) =>
        `NSE_FO|${token},${token},${symbol}26JAN${strike}CE,,0,${expiry},${strike},0.05,${lot},OPTSTK,CE,NSE_FO`;
      return [
        'instrument_key,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,option_type,exchange',
        ...Object.entries(strikes).map(([token, strike]) => line(Number(token), 'VEDL', strike, 2300)),
        ...filler.map((token) => line(token, 'NIFTY', String(20_000 + token * 100), 65)),
        '',
      ].join('\n');
    },
  };
  type Broker = keyof typeof write;
  const full = { 1: '350', 2: '370', 3: '390', 4: '410' };

  /** Loads each day's files, and says what became of the rows. */
  async function history<Result>(
    days: readonly (readonly [day: string, files: Partial<Record<Broker, Strikes>>])[],
    order: readonly Broker[],
    ask: (registry: Registry) => Promise<Result>,
  ): Promise<Result> {
    const registry = registryOn(await freshDatabase());
    try {
      for (const [day, files] of days)
        for (const broker of order) {
          const strikes = files[broker];
          if (!strikes) continue;
          const file = join(folder, `${broker}.csv`);
          writeFileSync(file, write[broker](strikes));
          expect((await registry.load(broker, file, day)).counts.rejected).toBe(0);
        }
      return await ask(registry);
    } finally {
      await registry.close();
    }
  }

  const orders: (readonly [string, readonly Broker[]])[] = [
    ['kite, upstox', ['kite', 'upstox']],
    ['upstox, kite', ['upstox', 'kite']],
  ];

  it('is adjusted with the others, and another has its old key', async () => {
    const days = [
      ['2026-01-05', { kite: full }],
      ['2026-01-06', { kite: { 2: '370', 3: '390', 4: '410' } }],
      ['2026-01-07', { kite: { 2: '350', 3: '370', 4: '390', 5: '410' } }],
    ] as const;
    const keys = await history(days, ['kite'], (registry) => keysOn(registry, 'VEDL', '2026-01-07'));
    expect(keys).toEqual({ 1: '330', 2: '350 kite', 3: '370 kite', 4: '390 kite', 5: '410 kite' });
  });

  it('is the one that its token meant when it comes back adjusted', async () => {
    const days = [
      ['2026-01-05', { kite: full }],
      ['2026-01-06', { kite: { 1: '350', 3: '390', 4: '410' } }],
      ['2026-01-07', { kite: { 2: '350', 3: '370', 4: '390' } }],
      ['2026-01-08', { kite: { 1: '330', 2: '350', 3: '370', 4: '390' } }],
    ] as const;
    const [before, after] = await history(days, ['kite'], async (registry) => [
      await keysOn(registry, 'VEDL', '2026-01-07'),
      await keysOn(registry, 'VEDL', '2026-01-08'),
    ]);
    expect(before).toEqual({ 1: '330', 2: '350 kite', 3: '370 kite', 4: '390 kite' });
    expect(after).toEqual({ ...before, 1: '330 kite' });
  });

  it.each(orders)('has the strike that another broker of the day says, when they come as %s', async (_, order) => {
    // Exchanges may round otherwise.
    const days = [
      ['2026-01-05', { kite: full, upstox: full }],
      ['2026-01-06', { kite: { 2: '370', 3: '390', 4: '410' }, upstox: full }],
      ['2026-01-07', { kite: { 2: '350', 3: '370', 4: '390' }, upstox: { 1: '330.05', 2: '350', 3: '370', 4: '390' } }],
    ] as const;
    const keys = await history(days, order, (registry) => keysOn(registry, 'VEDL', '2026-01-07'));
    expect(keys).toEqual({ 1: '330.05 upstox', 2: '350 kite upstox', 3: '370 kite upstox', 4: '390 kite upstox' });
  });

  it.each(orders)('is adjusted also where another broker still says what held before, when they come as %s', async (_, order) => {
    const days = [
      ['2026-01-05', { kite: full, upstox: full }],
      ['2026-01-06', { kite: { 2: '370', 3: '390', 4: '410' }, upstox: full }],
      ['2026-01-07', { kite: { 2: '350', 3: '370', 4: '390' }, upstox: full }],
    ] as const;
    const keys = await history(days, order, (registry) => keysOn(registry, 'VEDL', '2026-01-07'));
    expect(keys).toEqual({ 1: '330 upstox', 2: '350 kite upstox', 3: '370 kite upstox', 4: '390 kite upstox' });
  });

  it.each(orders)('ends where another contract has what it would have become, when they come as %s', async (_, order) => {
    const days = [
      ['2026-01-05', { kite: full, upstox: full }],
      ['2026-01-06', { kite: { 2: '350', 3: '370', 4: '390', 9: '330' }, upstox: { 2: '350', 3: '370', 4: '390' } }],
    ] as const;
    const [before, after] = await history(days, order, async (registry) => [
      await keysOn(registry, 'VEDL', '2026-01-05'),
      await keysOn(registry, 'VEDL', '2026-01-06'),
    ]);
    expect(before).toMatchObject({ 1: '350 kite upstox' });
    expect(after).toEqual({ 2: '350 kite upstox', 3: '370 kite upstox', 4: '390 kite upstox', 9: '330 kite' });
  });

  it('keeps its strike where the others keep theirs', async () => {
    const days = [
      ['2026-01-05', { kite: { ...full, 6: '430', 7: '450', 8: '470', 9: '490' } }],
      ['2026-01-06', { kite: { 2: '365', 3: '385', 4: '410', 6: '430', 7: '450', 8: '470', 9: '490' } }],
    ] as const;
    const keys = await history(days, ['kite'], (registry) => keysOn(registry, 'VEDL', '2026-01-06'));
    expect(keys).toMatchObject({ 1: '350', 2: '365 kite', 3: '385 kite', 4: '410 kite' });
  });
});

const vedanta = ['upstox/2024-08-28_complete.csv.gz', 'upstox/2024-09-08_complete.csv.gz', 'upstox/2024-09-16_complete.csv.gz'] as const;

describeWithData('the dividend of 20 rupees on VEDL of 10 September 2024, between two files of Upstox', vedanta, () => {
  it('adjusts all contracts, also those that are not in the second file, and rejects no row', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      const rejected: number[] = [];
      for (const file of vedanta)
        rejected.push((await registry.load('upstox', dataFile(file), file.slice(7, 17), { segments: ['NFO'] })).counts.rejected);
      expect(rejected).toEqual([0, 0, 0]);
      expect(await keysOn(registry, 'VEDL', '2024-09-08')).toMatchObject({ 106806: '350', 106808: '370 upstox', 106975: '360' });
      expect(await keysOn(registry, 'VEDL', '2024-09-16')).toMatchObject({ 106806: '330', 106808: '350 upstox', 106975: '340' });
    } finally {
      await registry.close();
    }
  });
});
