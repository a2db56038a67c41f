import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';

jest.setTimeout(300_000);

const files = { nse: 'nse/2025-10-22_EQUITY_L.csv', kite: 'kite/2025-10-22_NSE.csv' } as const;
type Source = keyof typeof files;

describeWithData('the list of NSE and the file of Kite of 22 October 2025', Object.values(files), () => {
  async function after(order: readonly Source[]) {
    const registry = registryOn(await freshDatabase());
    try {
      for (const source of order) await registry.load(source, dataFile(files[source]), '2025-10-22');
      const [listings] = await registry.database.query({
        text: `SELECT count(DISTINCT b.instrument_id) AS listed, count(DISTINCT k.instrument_id) AS "atKite",
                      count(DISTINCT t.instrument_id) FILTER (WHERE t.name <> b.name) AS "otherName"
               FROM registry.broker_tokens b
               JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_to IS NULL
               LEFT JOIN registry.broker_tokens k ON k.broker = 'kite' AND k.instrument_id = b.instrument_id
               WHERE b.broker = 'nse'`,
      });
      const terms = await registry.database.query({
        text: `SELECT key, valid_from, valid_to, name, isin, series, type, lot_size, tick_size::text FROM registry.lot_sizes ORDER BY key, valid_from`,
      });
      return { listings, terms };
    } finally {
      await registry.close();
    }
  }

  it('are of the same listings, whichever comes first', async () => {
    const [listFirst, kiteFirst] = [await after(['nse', 'kite']), await after(['kite', 'nse'])];
    expect(listFirst.listings).toEqual({ listed: 2184, atKite: 2143, otherName: 0 });
    expect(kiteFirst).toEqual(listFirst);
  });
});
