import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';
import { rebuild } from '../../platform/event-store/rebuild';
import { run } from './domain/run';
import { ingestionRuns } from './runs';

const header =
  'instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,segment,exchange';
const monday = [
  '512257,2001,ACMETEA,ACME TEA,0,,0,0.05,1,EQ,NSE,NSE',
  '512513,2002,ACMECOAL,ACME COAL,0,,0,0.05,1,EQ,NSE,NSE',
  '10496258,41001,ACMETEA31JANFUT,ACMETEA,0,2031-01-28,0,0.1,65,FUT,NFO-FUT,NFO',
  '10496514,41002,ACMETEA31JAN100CE,ACMETEA,0,2031-01-28,100,0.05,65,CE,NFO-OPT,NFO',
  '10496770,41003,ACMETEA31JAN110CE,ACMETEA,0,2031-01-07,110,0.05,65,CE,NFO-OPT,NFO',
];
/** A share is renamed; a future gets another tick; an option is adjusted, another expires and its token is used again. */
const tuesday = [
  '512257,2001,ACMETEA,ACME TEA,0,,0,0.05,1,EQ,NSE,NSE',
  '512513,2002,ACMEFUEL,ACME FUEL,0,,0,0.01,1,EQ,NSE,NSE',
  '10496258,41001,ACMETEA31JANFUT,ACMETEA,0,2031-01-28,0,0.2,65,FUT,NFO-FUT,NFO',
  '10496514,41002,ACMETEA31JAN50CE,ACMETEA,0,2031-01-28,50,0.05,130,CE,NFO-OPT,NFO',
  '10496770,41003,ACMECOAL31FEB70PE,ACMECOAL,0,2031-02-25,70,0.05,10,PE,NFO-OPT,NFO',
];

/** Known late: the first share and the future were there before, as they are on Monday. */
const saturday = monday.filter((_, index) => index === 0 || index === 2);

describe('rebuilding read models from the log', () => {
  let url: string;
  let registry: ReturnType<typeof registryOn>;
  const folder = mkdtempSync(join(tmpdir(), 'rebuild-'));
  beforeAll(async () => {
    url = await freshDatabase();
    registry = registryOn(url);
    for (const [day, rows, mode] of [
      ['2031-01-06', monday, 'full'],
      ['2031-01-09', tuesday, 'full'],
      ['2031-01-04', saturday, 'backfill'],
    ] as const) {
      const file = join(folder, day);
      writeFileSync(file, [header, ...rows, ''].join('\n'));
      await registry.load('kite', file, day, { mode });
    }
  });
  afterAll(async () => {
    await registry.close();
    rmSync(folder, { recursive: true });
  });

  const tables = () => registry.instruments.tables;
  const content = async (name: string) =>
    (await registry.database.query<{ row: string }>({ text: `SELECT t::text AS row FROM ${name} t ORDER BY 1` })).map(({ row }) => row);

  it('finds every live table and its history equal to the log', async () => {
    for (const table of tables()) {
      const { tables: rebuilt, events } = await rebuild(url, registry.instruments.decider, table);
      expect(events).toBeGreaterThan(10);
      const expected = await Promise.all(
        [table.name, ...(table.history ? [table.history] : [])].map(async (name) => ({
          name,
          rows: (await content(name)).length,
          wrong: 0,
          missing: 0,
        })),
      );
      expect(rebuilt).toEqual(expected);
      for (const { rows } of rebuilt) expect(rows).toBeGreaterThan(0);
    }
    expect((await rebuild(url, run, ingestionRuns)).tables).toEqual([{ name: 'registry.ingestion_runs', rows: 3, wrong: 0, missing: 0 }]);
  });

  it('puts right what does not agree with the log, row by row, and says how much that was', async () => {
    const table = tables().find(({ name }) => name === 'registry.broker_tokens');
    if (!table?.history) throw new Error('No such table.');
    const live = await content(table.name);
    const history = await content(table.history);
    await registry.database.query({ text: `UPDATE registry.broker_tokens SET lot_size = 7 WHERE symbol = 'ACMETEA'` });
    await registry.database.query({ text: `DELETE FROM registry.broker_tokens WHERE symbol = 'ACMEFUEL'` });
    await registry.database
      .query({ text: 'INSERT INTO registry.broker_tokens_history SELECT * FROM registry.broker_tokens_history LIMIT 1' })
      .catch(
        () => undefined, // its generated column cannot be copied like that where it has one
      );
    const { tables: rebuilt } = await rebuild(url, registry.instruments.decider, table);
    expect(rebuilt[0]).toEqual({ name: table.name, rows: live.length, wrong: 1, missing: 2 });
    expect(rebuilt[1]).toEqual({ name: table.history, rows: history.length, wrong: 1, missing: 0 });
    expect([await content(table.name), await content(table.history)]).toEqual([live, history]);
  });

  it('takes in what is recorded while it works', async () => {
    const table = tables().find(({ name }) => name === 'registry.lot_sizes');
    if (!table) throw new Error('No such table.');
    const [known] = await registry.database.query<{ id: string }>({ text: 'SELECT id FROM registry.instruments LIMIT 1' });
    let writing: Promise<unknown> = Promise.resolve();
    const { tables: rebuilt } = await rebuild(url, registry.instruments.decider, table, () => {
      writing = registry.instruments.change(known?.id ?? '', () => [
        { type: 'InstrumentSuspended', data: { validFrom: '2031-01-10', reason: 'halt' } },
      ]);
    });
    await writing;
    expect(rebuilt.map(({ wrong, missing }) => [wrong, missing])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect((await rebuild(url, registry.instruments.decider, table)).tables.map(({ wrong, missing }) => wrong + missing)).toEqual([0, 0]);
  });
});
