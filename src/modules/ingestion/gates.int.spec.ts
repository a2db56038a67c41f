import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv, option, type KiteRow } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';
import { page } from '../../platform/http/paging';
import { query } from '../../platform/http/validation';
import { ListChanges, ListChangesHandler } from './queries/list-changes';

const day = '2026-01-06';
const nextDay = '2026-01-07';
const names = Array.from({ length: 12 }, (_, n) => `STOCK${n + 1}`);

/** Ten options on each of twelve shares. */
const market = (change: (row: KiteRow, n: number) => KiteRow = (row) => row) =>
  names
    .flatMap((name, of) =>
      Array.from({ length: 10 }, (_, n) => option(1 + 10 * of + n, name, '2026-01-27', String(1000 + 10 * n), n % 2 ? 'PE' : 'CE', 500)),
    )
    .map(change);

const upstoxHeader =
  '"instrument_key","exchange_token","tradingsymbol","name","last_price","expiry","strike","tick_size","lot_size","instrument_type","option_type","exchange"';
/** The same contracts as Upstox writes them. */
const upstoxCsv = (rows: readonly KiteRow[]) =>
  `${[
    upstoxHeader,
    ...rows.map(
      ({ token, symbol, expiry, strike, lot, kind }) =>
        `"NSE_FO|${token}","${token}","${symbol}","","0","${expiry}","${strike}","0.05","${lot}","OPTSTK","${kind}","NSE_FO"`,
    ),
  ].join('\n')}\n`;

describe('gates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gates-'));
  const file = join(folder, 'dump.csv');
  let registry: ReturnType<typeof registryOn>;
  beforeEach(async () => void (registry = registryOn(await freshDatabase())));
  afterEach(() => registry.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(rows: readonly KiteRow[] | string, on: string, broker = 'kite') {
    writeFileSync(file, typeof rows === 'string' ? rows : kiteCsv(rows));
    return registry.load(broker, file, on);
  }
  const gate = ({ gates }: Awaited<ReturnType<typeof load>>, name: string, segment = 'NFO') =>
    gates.find((one) => one.name === name && one.segment === segment);

  it('hold back lots that changed on half of the underlyings, and let those of one pass', async () => {
    await load(market(), day);
    const one = await load(
      market((row) => (row.name === 'STOCK1' ? { ...row, lot: 250 } : row)),
      nextDay,
    );
    expect(gate(one, 'lot_jumps')).toEqual({ name: 'lot_jumps', segment: 'NFO', outcome: 'passed', measured: 0.0833, limit: 0.25 });
    expect(one.counts.amended).toBe(10);
    const half = await load(
      market((row, n) => (n < 60 ? { ...row, lot: 5 } : row)),
      '2026-01-08',
    );
    expect(gate(half, 'lot_jumps')).toMatchObject({ outcome: 'failed', measured: 0.5 });
    expect([half.quarantined, half.counts.amended]).toEqual([['NFO'], 0]);
    const kept = await registry.database.query({
      text: `SELECT outcome, measured::float, "limit"::float FROM registry.data_quality_checks WHERE name = 'lot_jumps' ORDER BY day`,
    });
    expect(kept).toEqual([
      { outcome: 'passed', measured: 0.0833, limit: 0.25 },
      { outcome: 'failed', measured: 0.5, limit: 0.25 },
    ]);
  });

  it('hold back a segment with many rows that cannot be read, and let the others go on', async () => {
    const shares = Array.from({ length: 100 }, (_, n) => ({ token: 5_001 + n, symbol: `SHARE${n}` }));
    const broken = (row: KiteRow, n: number) => (n % 10 === 0 ? { ...row, strike: '0' } : row);
    const run = await load([...shares, ...market(broken)], day);
    expect([gate(run, 'rejected_rows'), gate(run, 'rejected_rows', 'NSE')]).toEqual([
      { name: 'rejected_rows', segment: 'NFO', outcome: 'failed', measured: 0.1, limit: 0.05 },
      { name: 'rejected_rows', segment: 'NSE', outcome: 'passed', measured: 0, limit: 0.05 },
    ]);
    expect([run.quarantined, run.counts.listed, run.counts.rejected]).toEqual([['NFO'], 100, 12]);
    expect(run.pending?.[0]?.counts).toMatchObject({ rows: 120, accepted: 108, rejected: 12, listed: 108 });
    // None of NFO's can be read: there is nothing to approve, and the shares go on all the same.
    const none = await load([...shares, ...market((row) => ({ ...row, strike: '0' }))], nextDay);
    expect([none.quarantined, none.counts.unchanged, gate(none, 'rejected_rows')?.measured]).toEqual([['NFO'], 100, 1]);
  });

  it('hold back ticks in paise, and not the ticks that come with an adjustment', async () => {
    await load(market(), day);
    const paise = await load(
      market((row) => ({ ...row, tick: '5' })),
      nextDay,
    );
    expect(gate(paise, 'tick_jumps')).toMatchObject({ outcome: 'failed', measured: 1 });
    const adjusted = await load(
      market((row) => ({ ...row, tick: '0.01', strike: String(Number(row.strike) - 5) })),
      nextDay,
    );
    expect([adjusted.quarantined, adjusted.counts.adjusted]).toEqual([[], 120]);
  });

  it('hold back contracts that all other brokers know otherwise, within the week in which those spoke', async () => {
    await load(upstoxCsv(market()), day, 'upstox');
    const wrong = market((row, n) => (n % 10 === 0 ? { ...row, lot: 5 } : row));
    const run = await load(wrong, nextDay);
    expect(gate(run, 'cross_broker')).toEqual({ name: 'cross_broker', segment: 'NFO', outcome: 'failed', measured: 0.1, limit: 0.05 });
    expect(run.quarantined).toEqual(['NFO']);
    // By then Upstox may speak of contracts that are over.
    const later = await load(wrong, '2026-01-20');
    expect([gate(later, 'cross_broker'), later.quarantined]).toEqual([undefined, []]);
  });

  it('hold back contracts on what is not listed, once the shares and indices of the exchange are', async () => {
    const shares = Array.from({ length: 1_000 }, (_, n) => ({ token: 5_001 + n, symbol: `SHARE${n}` }));
    const index = `${256 * 1001 + 9},1001,NIFTY 50,NIFTY 50,0.0,,0.0,0.0,0,EQ,INDICES,NSE\n`;
    expect((await load(market(), day)).quarantined).toEqual([]);
    await load(kiteCsv(shares) + index, day);
    const run = await load(market(), nextDay);
    expect(gate(run, 'unknown_underlyings')).toMatchObject({ outcome: 'failed', measured: 1 });
    const listed = names.map((symbol, n) => ({ token: 8_001 + n, symbol }));
    await load(kiteCsv([...shares, ...listed]) + index, nextDay);
    expect((await load(market(), nextDay)).quarantined).toEqual([]);
  });

  it('hold back a segment with contracts that have one key', async () => {
    const run = await load(
      market((row, n) => (n === 2 ? { ...row, strike: '1000', symbol: 'STOCK126JAN1000CE' } : row)),
      day,
    );
    expect(gate(run, 'duplicate_keys')).toMatchObject({ outcome: 'failed', measured: 0.0083 });
  });

  it('are switched off, and on at another limit, by a parameter', async () => {
    await registry.close();
    registry = registryOn(await freshDatabase(), 'follow', { INSTRUMENT_REGISTRY_GATES: 'kite/NFO/lot_jumps=off,kite/lost_rows=0.05' });
    await load(market(), day);
    const run = await load(market((row) => ({ ...row, lot: 5 })).slice(0, 110), nextDay);
    expect([gate(run, 'lot_jumps'), gate(run, 'tick_jumps')?.outcome]).toEqual([undefined, 'passed']);
    expect(gate(run, 'lost_rows')).toEqual({ name: 'lost_rows', segment: 'NFO', outcome: 'failed', measured: 0.0833, limit: 0.05 });
  });

  it('say beforehand exactly what an approval then does', async () => {
    await load([...market(), { token: 90_001, symbol: 'ACME' }], day);
    // A lot that jumped everywhere, a strike that was adjusted, a new contract, and eleven that are gone.
    const rows = market((row, n) => (n === 119 ? { ...row, strike: '1085', lot: 5 } : { ...row, lot: 5 })).slice(11);
    writeFileSync(file, kiteCsv([...rows, option(777, 'STOCK3', '2026-02-24', '1000', 'CE', 5), { token: 90_001, symbol: 'ACME' }]));
    const { id, request } = await registry.begin('kite', nextDay);
    await registry.ingest.execute(id, request, file, new AbortController().signal);
    const held = await registry.outcomeOf(id);
    expect([held.quarantined, held.counts.accepted, held.counts.unchanged]).toEqual([['NFO'], 1, 1]);
    const pending = await changes(id, 'true');
    expect(await changes(id, 'false')).toEqual([]);
    expect(held.pending).toEqual([
      {
        segment: 'NFO',
        counts: expect.objectContaining({
          rows: 110,
          accepted: 110,
          listed: 1,
          adjusted: 1,
          tokensAssigned: 1,
          tokensWithdrawn: 11,
        }) as unknown,
      },
    ]);

    const again = await registry.begin('kite', nextDay);
    await registry.ingest.execute(again.id, again.request, file, new AbortController().signal, ['NFO']);
    const approved = await registry.outcomeOf(again.id);
    expect(approved.quarantined).toEqual([]);
    const made = await changes(again.id, 'false');
    expect(made.length).toBeGreaterThan(100);
    expect(pending).toEqual(made.map((change) => ({ ...change, instrumentId: isNew(change.key) ? null : change.instrumentId })));
    const { rows: _rows, rejected: _rejected, ...foreseen } = held.pending?.[0]?.counts ?? {};
    expect(approved.counts).toMatchObject({ ...foreseen, accepted: 111, unchanged: 1 });
  });

  const isNew = (key: string | null) => key?.startsWith('NFO:STOCK3:2026-02-24') === true;

  /** Without positions, in an order that does not depend on which chunk came first. */
  async function changes(run: string, pending: 'true' | 'false') {
    const all = query(page).parse({ limit: '1000' });
    const { items } = await new ListChangesHandler(registry.database).execute(new ListChanges(run, { ...all, pending }));
    return items.map(({ position: _, ...change }) => change).sort((a, b) => `${a.key} ${a.type}`.localeCompare(`${b.key} ${b.type}`));
  }
});
