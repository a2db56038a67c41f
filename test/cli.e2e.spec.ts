import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/cli/run';
import { future, kiteCsv, option } from './support/kite';
import { rootKey, startService, type Service } from './support/service';

const expiry = '2031-01-28';
const monday = [
  { token: 2001, symbol: 'ACMETEA', name: 'ACME TEA' },
  future(41001, 'ACMETEA', expiry),
  option(41002, 'ACMETEA', expiry, '100', 'CE'),
];
const tuesday = [
  { token: 2001, symbol: 'ACMETEA', name: 'ACME TEA' },
  future(41001, 'ACMETEA', expiry),
  option(41002, 'ACMETEA', expiry, '50', 'CE', 100),
  option(41003, 'ACMETEA', expiry, '60', 'CE', 100),
];
const stale = [option(41002, 'ACMETEA', '2031-01-28', '50', 'CE', 100), option(41009, 'ACMETEA', '2030-12-24', '70', 'CE', 100)];

describe('the command line', () => {
  let service: Service;
  const folder = mkdtempSync(join(tmpdir(), 'registry-cli-'));
  const file = (name: string, rows: Parameters<typeof kiteCsv>[0]) => {
    writeFileSync(join(folder, name), kiteCsv(rows));
    return join(folder, name);
  };
  beforeAll(async () => void (service = await startService()));
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  async function registry(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const written = { out: '', err: '' };
    const out = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((written.out += String(text))));
    const err = jest.spyOn(console, 'error').mockImplementation((text) => void (written.err += String(text)));
    try {
      const code = await run(args, { REGISTRY_URL: service.base, REGISTRY_API_KEY: rootKey, DATABASE_URL: service.databaseUrl, ...env });
      return { code, ...written };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  }
  const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

  it('loads a file and says what became of its rows', async () => {
    const { code, out, err } = await registry(['ingest', 'kite', file('monday.csv', monday), '--day', '2031-01-06']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^status {3}completed$/m);
    expect(out).toMatch(/^listed +3$/m);
  });

  it("gives the API's own answer when asked to", async () => {
    const { code, out } = await registry(['ingest', 'kite', file('tuesday.csv', tuesday), '--day', '2031-01-07', '--json']);
    expect(code).toBe(0);
    expect(json(out)).toMatchObject({ status: 'completed', day: '2031-01-07', counts: { rows: 4, listed: 1, adjusted: 1 } });
  });

  it('exits with 3 when a segment waits for a decision, and with 1 and the reason when a file is refused', async () => {
    const quarantined = await registry(['ingest', 'kite', file('stale.csv', stale), '--day', '2031-01-08']);
    expect(quarantined.code).toBe(3);
    expect(quarantined.out).toMatch(/^stale_rows +NFO +0\.5 +0\.01$/m);
    const run = /^NFO waits for a decision\. "registry changes (\S+) --pending"/.exec(quarantined.err)?.[1] ?? '';
    expect(quarantined.out).toMatch(/^if approved +accepted +unchanged/m);
    expect(quarantined.out).toMatch(/^NFO +1 +1 +0 /m);
    expect((await registry(['changes', run])).out).toBe('None.\n');
    const pending = await registry(['changes', run, '--pending', '--json']);
    expect([pending.code, json(pending.out)]).toEqual([0, { items: [], page: { limit: 20, nextCursor: null } }]);
    const refused = await registry(['ingest', 'kite', file('monday.csv', monday), '--day', '2031-01-06']);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/^The file is of 2031-01-06, but kite's file of 2031-01-07 is in already/),
    ]);
  });

  it('runs on demand with the symbols that it names, at a priority', async () => {
    const args = ['ingest', 'kite', file('wanted.csv', tuesday), '--day', '2031-01-07', '--mode', 'on_demand', '--json'];
    const { code, out } = await registry([...args, '--symbols', 'ACMETEA', '--priority', '80']);
    expect(code).toBe(0);
    expect(json(out)).toMatchObject({ status: 'completed', mode: 'on_demand', priority: 80 });
    expect((await registry([...args.slice(0, -1), '--symbols', 'ACMETEA,TEA'])).out).toMatch(
      /^note +The file has no rows of the symbols TEA\.$/m,
    );
    expect((await registry([...args, '--symbols', 'ACMETEA', '--priority', 'high'])).code).toBe(1);
    expect((await registry(args)).err).toMatch('A run on demand takes only named symbols');
  });

  it.each([
    [['NSE:ACMETEA'], 'NSE:ACMETEA'],
    [['acmetea'], 'NSE:ACMETEA'],
    [['kite:512257'], 'NSE:ACMETEA'],
    [['512257'], 'NSE:ACMETEA'],
    [['41002', '--broker', 'kite', '--segment', 'NFO'], 'NFO:ACMETEA:2031-01-28:50:CE'],
    [['41002', '--broker', 'kite', '--segment', 'NFO', '--as-of', '2031-01-06'], 'NFO:ACMETEA:2031-01-28:100:CE'],
    [['kite:ACMETEA31JANFUT'], 'NFO:ACMETEA:2031-01-28:FUT'],
  ])('finds %j', async (args, key) => {
    const { code, out } = await registry(['resolve', ...args, '--json']);
    expect([code, (json(out).matches as { key: string }[]).map((match) => match.key)]).toEqual([0, [key]]);
  });

  it('says that it knows nothing of the kind', async () =>
    expect(await registry(['resolve', 'nothingsuch'])).toEqual({ code: 1, out: '', err: 'Nothing is known as "nothingsuch".' }));

  it('shows a chain of options, and marks the strike at the money', async () => {
    const { code, out } = await registry(['chain', 'ACMETEA', '--expiry', '2031-01-28', '--spot', '51.5']);
    expect(code).toBe(0);
    expect(out).toMatch(/^strikes +2 from 50 to 60, 10 apart$/m);
    expect(out).toMatch(/^NFO:ACMETEA:2031-01-28:50:CE +50 \* +- +100 +0\.05$/m);
  });

  it('makes dumps that its own service takes, and names the formats that there are', async () => {
    const { code, out } = await registry(['generate', 'fyers', '--instruments', '500', '--seed', '3', '--out', folder, '--json']);
    expect(code).toBe(0);
    const { dumps } = json(out) as { dumps: { path: string }[] };
    const loaded = await registry(['ingest', 'fyers', dumps[0]?.path ?? '', '--json']);
    expect(json(loaded.out)).toMatchObject({ status: 'completed', day: '2026-01-05', counts: { rows: 500, accepted: 500 } });
    const unknown = await registry(['generate', 'nobody', '--out', folder]);
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/^Nothing is written for nobody\. Give all, or some of kite, /)]);
    const impossible = await registry(['generate', 'angel', '--mistake', 'wrong-columns', '--out', folder]);
    expect([impossible.code, impossible.err]).toEqual([1, expect.stringMatching(/^angel writes JSON/)]);
  });

  it('shows an instrument with its tokens and its history in 100 columns', async () => {
    const { code, out } = await registry(['show', 'NFO:ACMETEA:2031-01-28:50:CE', '--history']);
    expect(code).toBe(0);
    expect(out).toMatch(/^strike +50 CE$/m);
    expect(out).toMatch(/^kite +10496514 +41002 +ACMETEA31JAN50CE +100 +0\.05 +2031-01-07 to 2031-01-29$/m);
    expect(out).toMatch(/ contract_adjusted /);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('loads a file that is no list of instruments', async () => {
    const path = join(folder, 'bans.csv');
    writeFileSync(path, 'Securities in Ban For Trade Date 07-JAN-2031:\n1,ACMETEA\n');
    const { code, out, err } = await registry(['reference', 'nse-ban-list', path]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^day {3}2031-01-07$/m);
    expect(out).toMatch(/^ +1 +0 +1 +0 +0 +0 +3$/m);
    expect(await registry(['reference', 'nse-ban-list', path, '--day', '2031-01-08'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('The file says that it is of 2031-01-07') as string,
    });
    expect(await registry(['reference', 'nse-lots', join(folder, 'nowhere')])).toMatchObject({ code: 1 });
  });

  it('tells two days apart', async () => {
    const { code, out } = await registry(['diff', 'kite', '2031-01-06', '2031-01-07']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual(
      expect.arrayContaining([
        ['NFO', '2', '1', '0', '0', '1', '0', '0', '0'],
        ['NFO', '41002', 'adjusted', 'NFO:ACMETEA:2031-01-28:100:CE'],
        ['NFO', '41003', 'added', 'NFO:ACMETEA:2031-01-28:60:CE'],
      ]),
    );
  });

  it('says how the service is', async () => {
    const { code, out } = await registry(['status']);
    expect(code).toBe(0);
    expect(out).toMatch(/^service +ok$/m);
    expect(out).toMatch(/^kite +\S+ \S+ +2031-01-07 /m);
    expect(json((await registry(['status', '--json'])).out)).toMatchObject({
      status: 'ok',
      details: { database: { status: 'up' } },
      brokers: {
        items: expect.arrayContaining([
          expect.objectContaining({
            broker: 'kite',
            freshness: { day: '2031-01-07', ageDays: 0, tradingMinutes: 45, lateMinutes: 0, status: 'fresh' },
          }),
        ]) as unknown,
      },
      schedules: { items: [] },
      ingestions: { items: [{ broker: 'kite', status: 'quarantined' }] },
    });
  });

  it('loads the holidays of a venue, and says when the next download is due', async () => {
    const list = join(folder, 'holidays.csv');
    writeFileSync(list, 'day,name\n2031-01-27,Republic Day (observed)\n');
    expect(await registry(['calendar', 'nse', list])).toMatchObject({ code: 0, out: expect.stringMatching(/^years +2031$/m) as string });
    writeFileSync(list, 'day,name\n2031-01-28,A day of expiry\n');
    expect(await registry(['calendar', 'NSE', list])).toMatchObject({
      code: 1,
      err: expect.stringContaining('2031-01-28') as string,
    });
    expect(await registry(['calendar', 'NSE', join(folder, 'none.csv')])).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read') as string,
    });
    await service.call('PUT', '/schedules/kite', { times: ['08:15'] });
    expect((await registry(['status'])).out).toMatch(/^kite +08:15 +\d{4}-\d\d-\d\d 08:15 /m);
  });

  it('makes, lists and revokes keys', async () => {
    const made = json((await registry(['keys', 'create', 'for a reader', '--json'])).out);
    const asReader = { REGISTRY_API_KEY: String(made.key) };
    expect((await registry(['resolve', 'acmetea'], asReader)).code).toBe(0);
    expect(await registry(['keys', 'list'], asReader)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Forbidden: This needs a key with the scope admin/) as string,
    });
    expect((await registry(['keys', 'list'])).out).toMatch(new RegExp(`^${String(made.id)} +for a reader +\\S+ +read +active`, 'm'));
    expect(await registry(['keys', 'revoke', String(made.id)])).toEqual({ code: 0, out: 'Revoked.\n', err: '' });
    expect((await registry(['keys', 'list'])).out).toMatch(new RegExp(`^${String(made.id)} +for a reader +\\S+ +read +revoked`, 'm'));
  });

  it('migrates and rebuilds on the database itself', async () => {
    expect(await registry(['migrate'])).toEqual({ code: 0, out: 'The database is up to date.\n', err: '' });
    const { code, out } = await registry(['rebuild', 'all', '--json']);
    expect(code).toBe(0);
    const tables = (JSON.parse(out) as { tables: { name: string; wrong: number; missing: number }[] }[]).flatMap((model) => model.tables);
    expect(tables.map(({ name, wrong, missing }) => [name, wrong, missing])).toEqual(
      [
        'instruments',
        'lot_sizes',
        'lot_sizes_history',
        'instrument_identifiers',
        'instrument_identifiers_history',
        'broker_tokens',
        'broker_tokens_history',
        ...['reference_lists', 'announced_lots', 'freeze_quantities', 'banned_underlyings', 'index_members', 'venues'],
        'ingestion_runs',
        'api_keys',
        'calendar_days',
        'schedules',
      ].map((name) => [`registry.${name}`, 0, 0]),
    );
  });

  it('approves and rejects what waits', async () => {
    const contracts = Array.from({ length: 10 }, (_, n) => option(45_001 + n, 'ACMEOIL', expiry, String(100 + n), 'CE'));
    const waiting = async (rows: typeof contracts, day: string) => {
      const { err } = await registry([
        'ingest',
        'kite',
        file('oil.csv', [...tuesday.slice(1), ...rows]),
        '--day',
        day,
        '--segments',
        'NFO',
      ]);
      return /registry approve (\S+)"/.exec(err)?.[1] ?? '';
    };
    await waiting(contracts, '2031-01-08');
    const run = await waiting(contracts.slice(0, 4), '2031-01-09');
    const { out } = await registry(['changes', run, '--pending', '--limit', '1']);
    expect(out).toMatch(/^BrokerTokenWithdrawn +2031-01-09 +NFO:ACMEOIL:2031-01-28:10\d:CE$/m);
    expect(out).toMatch(/^There are more: /m);
    const approved = await registry(['approve', run, '--reason', 'delisted, says the exchange']);
    expect([approved.code, approved.err]).toEqual([0, '']);
    expect(approved.out).toMatch(/^tokens withdrawn +6$/m);
    expect((await registry(['approve', run])).err).toMatch(/Only a quarantined run can be approved/);
    const next = await waiting(contracts.slice(0, 1), '2031-01-10');
    expect(await registry(['reject', next])).toEqual({ code: 0, out: 'Rejected.\n', err: '' });
  });

  it('says in one sentence what is missing', async () => {
    const without = await registry(['resolve', 'acmetea'], { REGISTRY_API_KEY: '', DATA_DIR: folder });
    expect([without.code, without.err]).toEqual([1, expect.stringContaining(`left a key in ${join(folder, 'api-key')}`)]);
    const nobody = await registry(['status'], { REGISTRY_URL: 'http://127.0.0.1:9' });
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('http://127.0.0.1:9')]);
    const nowhere = await registry(['rebuild', 'api_keys'], { DATABASE_URL: '', DATA_DIR: folder });
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('set DATABASE_URL')]);
    const absent = await registry(['ingest', 'kite', join(folder, 'absent.csv')]);
    expect([absent.code, absent.err]).toEqual([1, `The file ${join(folder, 'absent.csv')} cannot be read (ENOENT).`]);
  });
});
