import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';

/** The life of instruments over several files, on real dumps. */

type Registry = ReturnType<typeof registryOn>;

jest.setTimeout(600_000);

const renamed = ['fyers/2025-10-16_BSE_FO.csv.gz', 'angel/2025-10-29_instrument_list.json.gz'] as const;

describeWithData('contracts whose underlying is renamed, 15 to 29 October 2025', renamed, () => {
  const fyers = (registry: Registry, mode: 'full' | 'backfill') =>
    registry.load('fyers', dataFile(renamed[0]), '2025-10-15', { mode, segments: ['BFO'] });
  const angel = (registry: Registry) => registry.load('angel', dataFile(renamed[1]), '2025-10-29', { segments: ['BFO'] });

  /** How many contracts of TATAMOTORS are those of TMPV a fortnight later. */
  async function stayed({ database }: Registry) {
    const [found] = await database.query({
      text: `SELECT count(DISTINCT a.instrument_id) AS before, count(DISTINCT b.instrument_id) AS after
             FROM registry.lot_sizes a LEFT JOIN registry.lot_sizes b
               ON b.instrument_id = a.instrument_id AND b.valid_from = '2025-10-29' AND b.underlying = 'TMPV' AND b.key LIKE 'BFO:TMPV:%'
             WHERE a.segment = 'BFO' AND a.underlying = 'TATAMOTORS' AND a.valid_from = '2025-10-15' AND a.valid_to = '2025-10-29'`,
    });
    return found;
  }

  it('stay the same instruments', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      await fyers(registry, 'full');
      expect((await angel(registry)).counts.renamed).toBe(189);
      expect(await stayed(registry)).toEqual({ before: 189, after: 189 });
    } finally {
      await registry.close();
    }
  });

  it('stay so when the later file comes first', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      await angel(registry);
      await fyers(registry, 'backfill');
      expect(await stayed(registry)).toEqual({ before: 189, after: 189 });
    } finally {
      await registry.close();
    }
  });
});

const stale = [
  'upstox/2025-08-20_complete.json.gz',
  'icici/2025-09-19_SecurityMaster.zip',
  'angel/2025-10-29_instrument_list.json.gz',
] as const;

describeWithData('the old symbols that ICICI keeps', stale, () => {
  it('rename nothing back, and a broker that keeps up still renames', async () => {
    const registry = registryOn(await freshDatabase());
    const load = (file: string, day: string) =>
      registry.load(file.split('/', 1)[0] ?? '', dataFile(file), day, { segments: ['NSE', 'BSE'] });
    try {
      await load(stale[0], '2025-08-20');
      const icici = await load(stale[1], '2025-09-19');
      // What ICICI says the next day it has said already.
      const again = await load(stale[1], '2025-09-20');
      const angel = await load(stale[2], '2025-10-29');
      expect([icici, again, angel].map(({ counts }) => counts.renamed)).toEqual([0, 0, 48]);
      const [tata] = await registry.database.query({
        text: `SELECT array_agg(t.symbol ORDER BY t.valid_from) AS symbols FROM registry.lot_sizes t
               WHERE t.segment = 'NSE' AND t.isin = 'INE155A01022' AND t.series = 'EQ'`,
      });
      expect(tata).toEqual({ symbols: ['TATAMOTORS', 'TMPV'] });
    } finally {
      await registry.close();
    }
  });
});
