import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { future, kiteCsv, option, type KiteRow } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';

jest.setTimeout(120_000);

const filler = Array.from({ length: 30 }, (_, n) => option(500 + n, 'NIFTY', '2026-01-27', String(20_000 + n * 100), 'CE', 65));

/** Four days in the life of a few contracts and shares: a lot that changes and changes back, an adjustment, a used token, a rename, a gap. */
const days: Record<string, KiteRow[]> = {
  '2026-01-05': [
    future(1, 'GAIL', '2026-01-27', 3150),
    option(2, 'GAIL', '2026-01-27', '180', 'CE', 3150),
    option(3, 'BANKNIFTY', '2026-01-06', '60000', 'PE', 30),
    { token: 77, symbol: 'OLDNAME', name: 'A COMPANY' },
    { token: 78, symbol: 'STEADY', name: 'B COMPANY', tick: '0.05' },
  ],
  '2026-01-06': [
    future(1, 'GAIL', '2026-01-27', 3250),
    option(2, 'GAIL', '2026-01-27', '175', 'CE', 3250),
    option(3, 'BANKNIFTY', '2026-01-06', '60000', 'PE', 30),
    { token: 77, symbol: 'OLDNAME', name: 'A COMPANY' },
    { token: 78, symbol: 'STEADY', name: 'B COMPANY', tick: '0.1' },
  ],
  '2026-01-07': [
    future(1, 'GAIL', '2026-01-27', 3150),
    option(4, 'GAIL', '2026-01-27', '180', 'CE', 3150),
    option(2, 'GAIL', '2026-01-27', '175', 'CE', 3150),
    { token: 77, symbol: 'NEWNAME', name: 'A COMPANY' },
    { token: 78, symbol: 'STEADY', name: 'B COMPANY', tick: '0.05' },
  ],
  '2026-01-08': [
    future(1, 'GAIL', '2026-01-27', 3150),
    option(4, 'GAIL', '2026-01-27', '180', 'CE', 3150),
    option(3, 'NIFTY', '2026-02-24', '26000', 'CE', 65),
    { token: 77, symbol: 'NEWNAME', name: 'A COMPANY' },
    { token: 78, symbol: 'STEADY', name: 'B COMPANY', tick: '0.05' },
  ],
};

const dates = Object.keys(days);
const orders = [
  dates,
  [...dates].reverse(),
  ['2026-01-06', '2026-01-08', '2026-01-05', '2026-01-07'],
  ['2026-01-08', '2026-01-06', '2026-01-07', '2026-01-05'],
];

describe('files that arrive in any order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'any-order-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function answersAfter(order: readonly string[]) {
    const registry = registryOn(await freshDatabase());
    try {
      for (const day of order) {
        const file = join(folder, `${day}.csv`);
        writeFileSync(file, kiteCsv([...(days[day] ?? []), ...filler]));
        await registry.load('kite', file, day, { mode: 'backfill' });
      }
      const answers: Record<string, unknown> = {};
      for (const day of dates)
        answers[day] = await registry.database.query({
          text: `SELECT b.exchange_token AS token, t.key, t.lot_size AS lot, t.tick_size::text AS tick, b.symbol, b.lot_size AS "brokerLot"
                 FROM registry.broker_tokens b
                 JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1)
                 WHERE b.valid_from <= $1 AND (b.valid_to IS NULL OR b.valid_to > $1) AND b.exchange_token::int < 500 ORDER BY 1`,
          values: [day],
        });
      return answers;
    } finally {
      await registry.close();
    }
  }

  it('says of every day what the file of that day says', async () => {
    const answers = await answersAfter(dates);
    expect(answers['2026-01-06']).toEqual([
      { token: '1', key: 'NFO:GAIL:2026-01-27:FUT', lot: 3250, tick: '0.05', symbol: 'GAIL26JANFUT', brokerLot: 3250 },
      { token: '2', key: 'NFO:GAIL:2026-01-27:175:CE', lot: 3250, tick: '0.05', symbol: 'GAIL26JAN175CE', brokerLot: 3250 },
      { token: '3', key: 'NFO:BANKNIFTY:2026-01-06:60000:PE', lot: 30, tick: '0.05', symbol: 'BANKNIFTY26JAN60000PE', brokerLot: 30 },
      { token: '77', key: 'NSE:OLDNAME', lot: 1, tick: '0.05', symbol: 'OLDNAME', brokerLot: 1 },
      { token: '78', key: 'NSE:STEADY', lot: 1, tick: '0.1', symbol: 'STEADY', brokerLot: 1 },
    ]);
  });

  it.each(orders.slice(1).map((order) => [order.map((day) => day.slice(8)).join(', '), order] as const))(
    'gives the same answers for every day when they come as %s',
    async (_name, order) => expect(await answersAfter(order)).toEqual(await answersAfter(dates)),
  );
});
