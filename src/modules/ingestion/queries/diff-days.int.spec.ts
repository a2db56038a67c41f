import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../../test/support/database';
import { future, kiteCsv, type KiteRow } from '../../../../test/support/kite';
import { registryOn } from '../../../../test/support/registry';
import { DiffDays, DiffDaysHandler } from './diff-days';

const upstoxShare = (symbol: string, isin: string) =>
  '"instrument_key","exchange_token","tradingsymbol","name","last_price","expiry","strike","tick_size","lot_size","instrument_type","option_type","exchange"\n' +
  `"NSE_EQ|${isin}","2885","${symbol}","Acme Tea","0","","0","0.05","1","EQUITY","","NSE_EQ"\n`;

describe('what changed in the rows of a broker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'diff-'));
  const file = join(folder, 'dump.csv');
  let registry: ReturnType<typeof registryOn>;
  beforeEach(async () => void (registry = registryOn(await freshDatabase())));
  afterEach(() => registry.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  function load(broker: string, text: string, day: string) {
    writeFileSync(file, text);
    return registry.load(broker, file, day);
  }
  const share: KiteRow = { token: 2885, symbol: 'ACMETEA' };
  async function diff(broker: string) {
    const filter = { from: '2026-01-06', to: '2026-01-07', limit: 10 };
    const { items } = await new DiffDaysHandler(registry.database).execute(new DiffDays(broker, filter));
    return items.map(({ class: what, changed }) => [what, changed]);
  }

  it('is not what it learnt from another source', async () => {
    await load('kite', kiteCsv([share]), '2026-01-06');
    await load('upstox', upstoxShare('ACMETEA', 'INE002A01018'), '2026-01-07');
    await load('kite', kiteCsv([share]), '2026-01-07');
    expect(await diff('kite')).toEqual([]);
    expect(await diff('upstox')).toEqual([['added', []]]);
  });

  it('is not a symbol that only another broker says newly', async () => {
    await load('kite', kiteCsv([share]), '2026-01-06');
    await load('upstox', upstoxShare('ACMETEA', 'INE002A01018'), '2026-01-06');
    await load('upstox', upstoxShare('ACMECHAI', 'INE002A01018'), '2026-01-07');
    await load('kite', kiteCsv([share]), '2026-01-07');
    expect(await diff('kite')).toEqual([]);
    expect(await diff('upstox')).toEqual([['renamed', ['key', 'symbol', 'brokerSymbol']]]);
  });

  it('is its own: a lot, a name, a symbol', async () => {
    await load('kite', kiteCsv([share, future(41_001, 'ACMETEA', '2026-01-27', 50)]), '2026-01-06');
    await load('kite', kiteCsv([{ ...share, symbol: 'ACMECHAI' }, future(41_001, 'ACMETEA', '2026-01-27', 75)]), '2026-01-07');
    expect(await diff('kite')).toEqual([
      ['amended', ['lotSize']],
      ['renamed', ['key', 'symbol', 'brokerSymbol', 'name']],
    ]);
  });
});
