import { freshDatabase } from './support/database';
import { future, kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

describe('the queue', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
  });
  afterAll(() => service.stop());
  const post = (path: string, file: string) => service.call('POST', path, file, { 'content-type': 'text/csv' });

  it('takes the most urgent run first, and the older of two', async () => {
    // A service without workers takes them all in before the first is begun.
    const databaseUrl = await freshDatabase();
    const api = await startService({ SAMPLE_CATALOGUE: 'off', ROLES: 'api' }, databaseUrl);
    const ids: string[] = [];
    for (const [n, priority] of ['', '&priority=10', '&priority=90', ''].entries()) {
      const { body, status } = await api.upload('kite', kiteCsv([{ token: 100 + n, symbol: `S${n}` }]), `?day=2026-01-07${priority}`);
      expect(status).toBe(202);
      ids.push(String(body.id));
    }
    expect((await api.call('GET', `/ingestions/${ids[2]}`)).body).toMatchObject({ status: 'queued', priority: 90 });
    expect((await api.call('GET', `/ingestions/${ids[0]}`)).body).toMatchObject({ priority: 50 });
    await api.stop();
    const worker = await startService({ SAMPLE_CATALOGUE: 'off' }, databaseUrl);
    const runs = await Promise.all(ids.map((id) => worker.ended(id)));
    const order = runs.toSorted((a, b) => String(a.startedAt).localeCompare(String(b.startedAt))).map(({ id }) => ids.indexOf(String(id)));
    expect(order).toEqual([2, 0, 3, 1]);
    await worker.stop();
  });

  it.each(['101', '1.5', '-1', ''])('refuses a priority that is none: %j', async (priority) => {
    expect((await post(`/brokers/kite/ingestions?priority=${priority}&day=2026-01-07`, 'x')).body).toMatchObject({
      status: 422,
      errors: [{ path: 'priority' }],
    });
  });

  it('takes incremental runs only with segments and runs on demand only with symbols', async () => {
    const file = kiteCsv([{ token: 11, symbol: 'ACME' }, { token: 12, symbol: 'OTHER' }, future(13, 'ACME', '2026-01-27')]);
    const refused = (path: string) => ({ status: 422, body: { errors: [{ path, message: expect.stringContaining('named') as string }] } });
    expect(await post('/brokers/kite/ingestions?day=2026-01-07&mode=incremental', file)).toMatchObject(refused('segments'));
    expect(await post('/brokers/kite/ingestions?day=2026-01-07&mode=on_demand', file)).toMatchObject(refused('symbols'));
    const command = { source: 'https://elsewhere.example/x', mode: 'on_demand' };
    expect(await service.call('POST', '/brokers/kite/ingestions', command)).toMatchObject(refused('symbols'));

    const one = await service.ingest('kite', file, '?day=2026-01-07&mode=on_demand&symbols=ACME');
    expect(one).toMatchObject({ status: 'completed', counts: { accepted: 2, listed: 2, tokensWithdrawn: 0 } });
    const rest = await service.ingest('kite', file, '?day=2026-01-07&mode=incremental&segments=NSE');
    expect(rest).toMatchObject({ status: 'completed', reason: null, segments: ['NSE'], counts: { accepted: 2, listed: 1 } });
  });

  it('say what was asked for and is not in the file, and fail when that is everything', async () => {
    const file = kiteCsv([{ token: 11, symbol: 'ACME' }, future(13, 'ACME', '2026-01-27')]);
    const ask = (query: string) => service.ingest('kite', file, `?day=2026-01-07&${query}`);
    expect(await ask('mode=on_demand&symbols=ACME,AMCE&segments=NSE,BSE')).toMatchObject({
      ...{ status: 'completed', reason: 'The file has no rows of the segments BSE; symbols AMCE.', counts: { accepted: 1 } },
    });
    expect(await ask('mode=on_demand&symbols=AMCE')).toMatchObject({
      ...{ status: 'failed', counts: { rows: 2, accepted: 0 } },
      reason: 'The file has nothing of what was asked for (symbols AMCE): check the names, or leave them out.',
    });
    expect((await ask('segments=MCX')).reason).toMatch('(segments MCX)');
  });

  it('does not take the sample for a source', async () => {
    expect((await service.call('POST', '/brokers/kite/ingestions', { source: 'sample', day: '2026-01-07' })).status).toBe(422);
  });
});

describe('several workers in one process', () => {
  it('carry out runs of several brokers, and list once what both have', async () => {
    const service = await startService({
      SAMPLE_CATALOGUE: 'off',
      DATABASE_POOL_SIZE: '20',
      INSTRUMENT_REGISTRY_INGESTION_WORKER_COUNT: '3',
    });
    const rows = Array.from({ length: 5_000 }, (_, n) => option(10_000 + n, `STOCK${n % 40}`, '2026-06-30', String(100 + n), 'CE'));
    const upstox = rows.map(({ token, name, strike }) => ({
      ...{ segment: 'NSE_FO', name, exchange: 'NSE', expiry: Date.parse('2026-06-30T18:29:59Z'), instrument_type: 'CE' },
      ...{ asset_symbol: name, underlying_symbol: name, instrument_key: `NSE_FO|${token}`, lot_size: 50, freeze_quantity: 1800 },
      ...{ exchange_token: String(token), minimum_lot: 50, tick_size: 5, trading_symbol: `${name} ${strike} CE 30 JUN 26` },
      ...{ asset_type: 'EQUITY', underlying_type: 'EQUITY', strike_price: Number(strike), weekly: false },
    }));
    const [a, b] = await Promise.all([
      service.ingest('kite', kiteCsv(rows), '?day=2026-01-07'),
      service.ingest('upstox', JSON.stringify(upstox), '?day=2026-01-07', 'application/json'),
    ]);
    expect([a, b]).toMatchObject([
      { status: 'completed', counts: { accepted: 5_000, rejected: 0, tokensAssigned: 5_000 } },
      { status: 'completed', counts: { accepted: 5_000, rejected: 0, tokensAssigned: 5_000 } },
    ]);
    expect((a.counts.listed ?? 0) + (b.counts.listed ?? 0)).toBe(5_000);
    await service.stop();
  });
});
