import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { freshDatabase } from '../../../test/support/database';
import { insertRows } from '../../platform/database/bulk';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { brokerTokens, lotSizes } from './tables';

type Period = readonly [from: string, to: string | null];

describe('a name', () => {
  let database: Database;
  beforeAll(async () => {
    database = new Database(Config.load({ DATABASE_URL: await freshDatabase() }));
  });
  afterAll(() => database.onModuleDestroy());

  const write = {
    key: (tx: PoolClient, id: string, name: string, [from, to]: Period) =>
      insertRows(tx, lotSizes.name, lotSizes.columns, [
        {
          instrument_id: id,
          valid_from: from,
          valid_to: to,
          segment: 'NFO',
          key: name,
          symbol: name,
          type: 'FUTURE',
          suspended: false,
          flags: {},
        },
      ]),
    token: (tx: PoolClient, id: string, name: string, [from, to]: Period) =>
      insertRows(tx, brokerTokens.name, brokerTokens.columns, [
        {
          instrument_id: id,
          broker: 'kite',
          segment: 'NFO',
          exchange_token: name,
          token: name,
          symbol: name,
          valid_from: from,
          valid_to: to,
        },
      ]),
  };
  const tables = { key: 'registry.lot_sizes', token: 'registry.broker_tokens' };
  const columns = { key: 'key', token: 'exchange_token' };
  const rules = { key: 'one_holder_per_key', token: 'one_instrument_per_token' };

  describe.each(['key', 'token'] as const)('that is a %s', (kind) => {
    const broken = { code: '23P01', constraint: rules[kind] };
    const first: Period = ['2026-01-01', '2026-01-10'];
    const second: Period = ['2026-01-10', null];
    const third: Period = ['2026-01-09', '2026-01-12'];
    const put = (id: string, name: string, period: Period) => database.transaction((tx) => write[kind](tx, id, name, period));

    it('passes from one holder to the next on a day', async () => {
      const name = randomUUID();
      await put(randomUUID(), name, first);
      await expect(put(randomUUID(), name, second)).resolves.toBeUndefined();
    });

    it('has no two holders at once, whether one or many are written', async () => {
      const name = randomUUID();
      await put(randomUUID(), name, first);
      await expect(put(randomUUID(), name, third)).rejects.toMatchObject(broken);
      const both = database.transaction(async (tx) => {
        const other = randomUUID();
        for (let n = 0; n < 60; n++) await write[kind](tx, randomUUID(), randomUUID(), ['2026-01-01', null]);
        await write[kind](tx, randomUUID(), other, ['2026-01-01', null]);
        await write[kind](tx, randomUUID(), other, ['2026-02-01', '2026-02-02']);
      });
      await expect(both).rejects.toMatchObject(broken);
    });

    it('is checked when its period is made longer', async () => {
      const name = randomUUID();
      await put(randomUUID(), name, first);
      await put(randomUUID(), name, second);
      const longer = database.query({
        text: `UPDATE ${tables[kind]} SET valid_to = '2026-01-11' WHERE ${columns[kind]} = $1 AND valid_from = '2026-01-01'`,
        values: [name],
      });
      await expect(longer).rejects.toMatchObject(broken);
    });

    it('can be swapped for another in one transaction', async () => {
      const [a, b] = [randomUUID(), randomUUID()];
      await put(randomUUID(), a, ['2026-01-01', null]);
      await put(randomUUID(), b, ['2026-01-01', null]);
      const move = (from: string, to: string, tx: PoolClient) =>
        tx.query(`UPDATE ${tables[kind]} SET ${columns[kind]} = $2 WHERE ${columns[kind]} = $1`, [from, to]);
      await database.transaction(async (tx) => {
        await move(a, `${a}-swapped`, tx);
        await move(b, a, tx);
        await move(`${a}-swapped`, b, tx);
      });
    });

    it('goes to one of several that claim it at the same time', async () => {
      const name = randomUUID();
      const claims = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => put(randomUUID(), name, [`2026-01-0${n + 1}`, '2026-02-01'])),
      );
      expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const claim of claims) if (claim.status === 'rejected') expect(claim.reason).toMatchObject(broken);
    });
  });
});
