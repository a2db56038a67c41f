import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';
import { loadPlainCsv } from '../../../test/support/load-dump';
import { rebuild } from '../../platform/event-store/rebuild';

jest.setTimeout(300_000);

type Registry = ReturnType<typeof registryOn>;

const folder = mkdtempSync(join(tmpdir(), 'symbol-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function send(registry: Registry, source: string, text: string, day: string | null, more = {}) {
  const file = join(folder, source);
  writeFileSync(file, text);
  return registry.load(source, file, day, more);
}

const names = ({ database }: Registry) =>
  database.query({
    text: `SELECT t.key, t.valid_from AS "from", t.valid_to AS "to" FROM registry.lot_sizes t ORDER BY t.valid_from, t.key`,
  });

const list = `SYMBOL,NAME OF COMPANY, SERIES, DATE OF LISTING, PAID UP VALUE, MARKET LOT, ISIN NUMBER, FACE VALUE
ACMETEA,Acme Tea Limited,EQ,06-OCT-1998,5,1,INE0AA101011,5
YOUNG,Young Limited,EQ,06-OCT-2024,5,1,INE0AA201019,5
`;
const changes = `Acme Tea Limited,ACMECHAI,ACMETEA,09-APR-2025
Acme Tea Limited,ACMEHERBS,ACMECHAI,07-AUG-2003
Young Limited,OTHERS,YOUNG,07-AUG-2003
Gone Limited,GONE,GOING,07-AUG-2003
`;

describe('changes of symbols', () => {
  let registry: Registry;
  beforeEach(async () => void (registry = registryOn(await freshDatabase())));
  afterEach(() => registry.close());

  it('find their places in the past of what is listed, once; those of others are counted', async () => {
    await send(registry, 'nse', list, '2026-01-07');
    const run = await send(registry, 'nse-symbolchange', changes, null);
    expect(run).toMatchObject({
      day: '2025-04-09',
      segments: [],
      counts: { rows: 4, accepted: 3, unchanged: 1, rejected: 0, renamed: 2, listed: 0, delisted: 0 },
    });
    const known = [
      { key: 'NSE:ACMEHERBS', from: '1998-10-06', to: '2003-08-07' },
      { key: 'NSE:ACMECHAI', from: '2003-08-07', to: '2025-04-09' },
      { key: 'NSE:YOUNG', from: '2024-10-06', to: null },
      { key: 'NSE:ACMETEA', from: '2025-04-09', to: null },
    ];
    expect(await names(registry)).toEqual(known);
    const position = await registry.store.position();
    expect((await send(registry, 'nse-symbolchange', changes, '2026-01-07')).counts).toMatchObject({
      accepted: 3,
      unchanged: 3,
      renamed: 0,
    });
    await send(registry, 'nse', list, '2026-01-08');
    expect((await registry.store.after(position, 100)).filter(({ type }) => !type.startsWith('Run'))).toEqual([]);
    expect(await names(registry)).toEqual(known);
  });

  it('come to the same before or after the exchange’s list says since when it is listed', async () => {
    await send(registry, 'kite', kiteCsv([{ token: 1, symbol: 'ACMETEA', name: 'Acme Tea Limited' }]), '2026-01-07');
    await send(registry, 'nse-symbolchange', changes, null);
    expect((await names(registry)).slice(0, 2)).toEqual([
      { key: 'NSE:ACMEHERBS', from: '2003-08-06', to: '2003-08-07' },
      { key: 'NSE:ACMECHAI', from: '2003-08-07', to: '2025-04-09' },
    ]);
    await send(registry, 'nse', list, '2026-01-07');
    const keys = (await names(registry)).map((row) => (row as { key: string }).key);
    expect([...new Set(keys)]).toEqual(['NSE:ACMEHERBS', 'NSE:ACMECHAI', 'NSE:YOUNG', 'NSE:ACMETEA']);
  });

  it('that two listings of a security cannot take are one rejected row', async () => {
    const twice = (symbol: string, isin: string, series: string) => ({ symbol, isin, series });
    const listing = ({ symbol, isin, series }: ReturnType<typeof twice>) => `${symbol},Acme,${series},06-OCT-2024,5,1,${isin},5\n`;
    const [header = ''] = list.split('\n');
    const rows = [
      twice('OLD', 'INE0AA301017', 'EQ'),
      twice('OLD', 'INE0AA301017', 'BE'),
      twice('NEW', 'INE0AA101011', 'EQ'),
      twice('NEW', 'INE0AA101011', 'BE'),
    ];
    await send(registry, 'nse', `${header}\n${rows.map(listing).join('')}`, '2026-01-07');
    const run = await send(registry, 'nse-symbolchange', 'Acme Limited,OLD,NEW,09-APR-2025\n', null);
    expect(run).toMatchObject({ counts: { rows: 1, rejected: 1, accepted: 0 } });
  });

  it('change nothing in a dry run', async () => {
    await send(registry, 'nse', list, '2026-01-07');
    const before = await names(registry);
    expect((await send(registry, 'nse-symbolchange', changes, null, { dryRun: true })).counts.renamed).toBe(2);
    expect(await names(registry)).toEqual(before);
  });
});

const files = ['nse/2025-06-17_EQUITY_L.csv', 'nse/2026-07-10_EQUITY_L.csv', 'nse/2026-05-25_symbolchange.csv'] as const;

describeWithData('fact 11: the lists of NSE of June 2025 and July 2026, and its changes of symbols', files, () => {
  let registry: Registry;
  let isins: Map<string, [before: string, now: string]>;
  beforeAll(async () => {
    registry = registryOn(await freshDatabase());
    await registry.load('nse', dataFile(files[0]), '2025-06-17');
    await registry.load('nse', dataFile(files[1]), '2026-07-10');
    await registry.load('nse-symbolchange', dataFile(files[2]), '2026-07-10');
    const [before, now] = [await loadPlainCsv(files[0]), await loadPlainCsv(files[1])];
    const symbols = new Map(before.map((row) => [row[' ISIN NUMBER'], row.SYMBOL]));
    isins = new Map(
      now.flatMap((row) => {
        const [isin = '', was, is] = [row[' ISIN NUMBER'], symbols.get(row[' ISIN NUMBER'] ?? ''), row.SYMBOL];
        return was !== undefined && is !== undefined && was !== is ? [[isin, [was, is]]] : [];
      }),
    );
  });
  afterAll(() => registry.close());

  it('explain 30 of 33 changes of symbol under one ISIN, each on its day', async () => {
    expect(isins.size).toBe(33);
    const renamed = await registry.database.query<{ isin: string; was: string; is: string }>({
      text: `SELECT DISTINCT t.isin, e.data->'was'->>'symbol' AS was, e.data->'set'->>'symbol' AS is FROM log.events e
             JOIN registry.lot_sizes t ON t.instrument_id = substr(e.stream, 12)::uuid
             WHERE e.type = 'InstrumentRenamed' AND e.data->>'validFrom' > '2025-06-17' AND e.data->>'validFrom' < '2026-07-10'`,
    });
    const explained = renamed.filter(({ isin, was, is }) => isins.get(isin)?.[0] === was && isins.get(isin)?.[1] === is);
    expect(explained).toHaveLength(30);
  });

  it('lead from each former symbol to what it was on the day of the first list', async () => {
    const found = await registry.database.query<{ isin: string }>({
      text: `SELECT DISTINCT t.isin FROM unnest($1::text[], $2::text[]) AS s (isin, symbol)
             JOIN registry.lot_sizes t ON t.isin = s.isin AND t.symbol = s.symbol AND t.valid_from <= '2025-06-17' AND (t.valid_to IS NULL OR t.valid_to > '2025-06-17')`,
      values: [[...isins.keys()], [...isins.values()].map(([was]) => was)],
    });
    expect(found).toHaveLength(33);
  });

  // 91 ISINs are gone: 35 are followed by another under the same symbol and series, 7 by another in another series; 324 changed the series alone.
  it('delist what is gone, and suspend what has moved to another series', async () => {
    const [counts] = await registry.database.query({
      text: `SELECT count(*) FILTER (WHERE e.type = 'InstrumentDelisted') AS delisted, count(*) FILTER (WHERE e.type = 'InstrumentSuspended') AS moved FROM log.events e`,
    });
    expect(counts).toEqual({ delisted: 49, moved: 331 });
  });

  it('change nothing a second time', async () => {
    const position = await registry.store.position();
    const { counts } = await registry.load('nse-symbolchange', dataFile(files[2]), '2026-07-10');
    expect(counts.unchanged).toBe(counts.accepted);
    expect((await registry.store.after(position, 10)).filter(({ type }) => !type.startsWith('Run'))).toEqual([]);
  });

  it('leave tables that equal what the log tells', async () => {
    for (const table of registry.instruments.tables)
      for (const { wrong, missing } of (await rebuild(registry.config.databaseUrl, registry.instruments.decider, table)).tables)
        expect([table.name, wrong, missing]).toEqual([table.name, 0, 0]);
  });
});
