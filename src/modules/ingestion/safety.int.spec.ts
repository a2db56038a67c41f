import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv, option, type KiteRow } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';
import { UnusableFile } from './domain/dump-row';
import { RunCancelled } from './domain/stopped';

const contracts = (first: number, count: number, expiry = '2026-03-30') =>
  Array.from({ length: count }, (_, n) => option(first + n, 'NIFTY', expiry, String(20_000 + (first + n) * 100), n % 2 ? 'PE' : 'CE', 65));

describe('a file that is not what it seems', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safety-'));
  let registry: ReturnType<typeof registryOn>;
  beforeEach(async () => {
    registry = registryOn(await freshDatabase());
  });
  afterEach(() => registry.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  function load(content: KiteRow[] | string, day: string) {
    const file = join(folder, 'dump.csv');
    writeFileSync(file, typeof content === 'string' ? content : kiteCsv(content));
    return registry.load('kite', file, day);
  }
  const open = async (day: string) =>
    (
      await registry.database.query<{ count: number }>({
        text: 'SELECT count(*) AS count FROM registry.broker_tokens WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)',
        values: [day],
      })
    )[0]?.count;

  it('covers a segment or not by what was there on the eve, however often it is sent', async () => {
    await load(contracts(1, 20), '2026-01-06');
    // Seven of twenty are gone, and a hundred are new: two thirds are no cover, so the file only adds.
    const rows = [...contracts(1, 13), ...contracts(101, 100)];
    expect((await load(rows, '2026-01-07')).counts.tokensWithdrawn).toBe(0);
    // The same rows again, as after a crash: the hundred that it opened itself say nothing about cover.
    expect((await load(rows.toReversed(), '2026-01-07')).counts.tokensWithdrawn).toBe(0);
    expect(await open('2026-01-07')).toBe(120);
  });

  it('waits for a decision when half of its rows are gone, and is published when somebody answers for it', async () => {
    await load(contracts(1, 20), '2026-01-06');
    const file = join(folder, 'dump.csv');
    const half = await load(contracts(1, 10), '2026-01-07');
    expect([half.quarantined, half.segments, half.counts.accepted]).toEqual([['NFO'], [], 0]);
    expect(half.gates).toContainEqual({ name: 'lost_rows', segment: 'NFO', outcome: 'failed', measured: 0.5, limit: 0.4 });
    expect(await open('2026-01-07')).toBe(20);
    const { id, request } = await registry.begin('kite', '2026-01-07');
    await registry.ingest.execute(id, request, file, new AbortController().signal, ['NFO']);
    const approved = await registry.outcomeOf(id);
    expect([approved.quarantined, approved.counts.accepted]).toEqual([[], 10]);
    expect(approved.gates).toContainEqual({ name: 'lost_rows', segment: 'NFO', outcome: 'waived', measured: 0.5, limit: 0.4 });
  });

  it('is refused when it is cut off in the middle of its last row', async () => {
    await load(contracts(1, 20), '2026-01-06');
    const whole = kiteCsv(contracts(1, 20));
    await expect(load(whole.slice(0, whole.length - 30), '2026-01-07')).rejects.toThrow(UnusableFile);
    expect(await open('2026-01-07')).toBe(20);
    // A last line without a line break is whole all the same.
    expect((await load(whole.trimEnd(), '2026-01-07')).counts).toMatchObject({ accepted: 20, tokensWithdrawn: 0 });
  });

  it('neither moves the clock nor expires anything when it is quarantined', async () => {
    await load(contracts(1, 20, '2026-01-27'), '2026-01-06');
    const { quarantined, counts } = await load(contracts(1, 20, '2026-01-27'), '2026-08-30');
    expect([quarantined, counts.instrumentsExpired]).toEqual([['NFO'], 0]);
    expect(await registry.clock.newestDay()).toBe('2026-01-06');
  });

  it('counts, when it is taken up again, what it had published before it was stopped', async () => {
    const rows = Array.from({ length: 10 }, (_, n) =>
      contracts(1 + n * 40, 40).map((row) => ({ ...row, symbol: row.symbol.replace('NIFTY', `STOCK${n}`), name: `STOCK${n}` })),
    ).flat();
    await registry.close();
    registry = registryOn(await freshDatabase(), 'follow', { INSTRUMENT_REGISTRY_INGESTION_BATCH_SIZE: '50' });
    const file = join(folder, 'dump.csv');
    writeFileSync(file, kiteCsv(rows));
    const { id, request } = await registry.begin('kite', '2026-01-06');
    await expect(registry.ingest.execute(id, request, file, abortedWhenAskedAgain(3))).rejects.toThrow(RunCancelled);
    const listed = await open('2026-01-06');
    expect(listed).toBeGreaterThan(0);
    expect(listed).toBeLessThan(400);
    await registry.ingest.execute(id, request, file, new AbortController().signal);
    expect((await registry.outcomeOf(id)).counts).toMatchObject({
      rows: 400,
      accepted: 400,
      unchanged: 0,
      listed: 400,
      tokensAssigned: 400,
    });
  });
});

/** Aborted for whoever asks more often than that. */
function abortedWhenAskedAgain(times: number): AbortSignal {
  let asked = 0;
  return Object.defineProperty(new AbortController().signal, 'aborted', { get: () => ++asked > times });
}
