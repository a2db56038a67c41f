import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandBus } from '@nestjs/cqrs';
import { Client } from 'pg';
import { QueueIngestion } from '../src/modules/ingestion';
import { withContext } from '../src/platform/context';
import { set, Plan } from '../src/modules/schedules/domain/schedule';
import { Scheduler } from '../src/modules/schedules/scheduler';
import { Schedules } from '../src/modules/schedules/schedules';
import { calendarReadModel } from '../src/modules/calendar';
import { scheduleReadModel } from '../src/modules/schedules';
import { rebuild } from '../src/platform/event-store/rebuild';
import { freshDatabase } from './support/database';
import { future, kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

type Run = { id: string; status: string; priority: number; source: string; day: string; counts: Record<string, number> };

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
    expect(rest).toMatchObject({ status: 'completed', segments: ['NSE'], counts: { accepted: 2, listed: 1 } });
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

describe('the calendar', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    await service.ingest(
      'kite',
      kiteCsv([future(601, 'NIFTY', '2026-01-27'), future(602, 'NIFTY', '2026-03-30')]),
      '?day=2026-01-06&segments=NFO',
    );
  });
  afterAll(() => service.stop());
  const load = (venue: string, list: string, query = '') =>
    service.call('POST', `/calendar/${venue}${query}`, list, { 'content-type': 'text/csv' });

  it('takes a list of days, and shows those of a year', async () => {
    expect((await service.call('GET', '/calendar/NSE?year=2026')).body).toMatchObject({ loaded: false, days: [] });
    const list = 'day,name,open,close\n2026-01-26,Republic Day,,\n2026-11-08,Muhurat,18:00,19:00\n';
    expect(await load('NSE', list)).toMatchObject({ status: 200, body: { venue: 'NSE', years: [2026], days: 2, contradictions: 0 } });
    expect((await service.call('GET', '/calendar/NSE')).body).toEqual({
      venue: 'NSE',
      segments: ['NSE', 'NFO', 'NSE_INDEX'],
      zone: 'Asia/Kolkata',
      session: { open: '09:15', close: '15:30' },
      year: 2026,
      loaded: true,
      days: [
        { day: '2026-01-26', name: 'Republic Day', kind: 'holiday', session: null },
        { day: '2026-11-08', name: 'Muhurat', kind: 'special', session: { open: '18:00', close: '19:00' } },
      ],
    });
    expect((await service.call('GET', '/calendar/NSE?year=2027')).body).toMatchObject({ year: 2027, loaded: false, days: [] });
  });

  it('refuses what is no list, no venue, and days on which live contracts expire', async () => {
    expect((await load('NSE', 'day,name\n2026-13-01,x\n')).body).toMatchObject({ status: 422, errors: [{ path: 'line 2' }] });
    expect((await load('NASDAQ', 'day,name\n2026-01-26,x\n')).status).toBe(422);
    expect((await load('NSE', `day,name\n${'x'.repeat(300_000)}`)).status).toBe(413);
    const wrong = 'day,name\n2026-01-26,Republic Day\n2026-01-27,No holiday\n';
    expect((await load('NSE', wrong)).body).toMatchObject({ status: 409, detail: expect.stringContaining('2026-01-27: 1') as string });
    // Another venue's contracts are none of its.
    expect((await load('MCX', wrong)).status).toBe(200);
    expect((await service.call('GET', '/calendar/NSE')).body.days).toHaveLength(2);
    expect((await load('NSE', wrong, '?contradictions=accept')).body).toMatchObject({ contradictions: 1 });
  });

  it('is compared with what each run brings', async () => {
    const run = await service.ingest(
      'kite',
      kiteCsv([future(601, 'NIFTY', '2026-01-27'), future(602, 'NIFTY', '2026-03-30'), future(603, 'GAIL', '2026-01-27')]),
      '?day=2026-01-07&segments=NFO',
    );
    const client = new Client({ connectionString: service.databaseUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT segment, outcome, measured::int AS measured FROM registry.data_quality_checks WHERE run_id = $1 AND name = 'expiries_on_holidays'`,
      [run.id],
    );
    await client.end();
    expect(rows).toEqual([{ segment: 'NFO', outcome: 'failed', measured: 2 }]);
  });

  it('moves the freshness of a file on only while the market trades', async () => {
    // The 26th is a holiday, and so, by the list that was accepted, is the 27th.
    const at = async (asOf: string) =>
      ((await service.call('GET', `/brokers/kite?asOf=${encodeURIComponent(asOf)}`)).body.segments as { freshness: unknown }[])[0]
        ?.freshness;
    expect(await at('2026-01-07T23:00:00+05:30')).toEqual({
      day: '2026-01-07',
      ageDays: 0,
      tradingMinutes: 375,
      lateMinutes: 0,
      status: 'fresh',
    });
    expect(await at('2026-01-08T10:00:00+05:30')).toMatchObject({ ageDays: 1, tradingMinutes: 420, lateMinutes: 45, status: 'fresh' });
    expect(await at('2026-01-08T12:00:00+05:30')).toMatchObject({ lateMinutes: 165, status: 'late' });
    const friday = await at('2026-01-23T23:00:00+05:30');
    expect(await at('2026-01-27T23:00:00+05:30')).toEqual({ ...(friday as object), ageDays: 20 });
    expect(friday).toMatchObject({ status: 'stale' });
  });

  it('can be computed anew from the log', async () => {
    const { tables } = await rebuild(service.databaseUrl, calendarReadModel.decider, calendarReadModel.table);
    expect(tables).toEqual([{ name: 'registry.calendar_days', rows: 4, wrong: 0, missing: 0 }]);
  });
});

describe('a schedule', () => {
  const file = Buffer.from(kiteCsv(Array.from({ length: 50 }, (_, n) => future(10_000 + n, `STOCK${n}`, '2026-06-30'))));
  const asked: IncomingMessage[] = [];
  let away = false;
  const broker = createServer((request, response) => {
    asked.push(request);
    if (away) response.writeHead(404).end();
    else if (request.headers['if-none-match'] === '"1"') response.writeHead(304, { etag: '"1"' }).end();
    else response.writeHead(200, { etag: '"1"' }).end(file);
  });
  const services: Service[] = [];
  let [api, other]: Service[] = [];
  let env: Record<string, string>;
  beforeAll(async () => {
    broker.listen(0, '127.0.0.1');
    await once(broker, 'listening');
    const { port } = broker.address() as AddressInfo;
    env = { SAMPLE_CATALOGUE: 'off', ROLES: 'api', INGEST_SOURCES: `kite=http://127.0.0.1:${port}/instruments` };
    const databaseUrl = await freshDatabase();
    [api, other] = [await startService(env, databaseUrl), await startService(env, databaseUrl)];
    services.push(api, other);
  });
  afterAll(async () => {
    for (const service of services) await service.stop();
    broker.closeAllConnections();
    broker.close();
  });
  const call = (...args: Parameters<Service['call']>) => (api as Service).call(...args);
  const runs = async () => (await call('GET', '/ingestions')).body.items as Run[];
  /** What the worker's loop does at this time in India. */
  const look = (service: Service | undefined, time: string) =>
    service?.app.get(Scheduler, { strict: false }).look(() => new Date(`${time}:00+05:30`));

  it('is set, shown and removed over HTTP', async () => {
    expect((await call('GET', '/schedules/kite')).status).toBe(404);
    expect((await call('PUT', '/schedules/kite', { times: ['08:45', '08:15'] })).status).toBe(204);
    expect((await call('GET', '/schedules/kite')).body).toMatchObject({
      broker: 'kite',
      times: ['08:15', '08:45'],
      enabled: true,
      mode: 'full',
      segments: null,
      venue: 'NSE',
      source: 'official',
      nextDue: { day: expect.any(String) as string, time: '08:15' },
      last: null,
    });
    expect((await call('GET', '/schedules')).body).toMatchObject({ items: [{ broker: 'kite' }], page: { nextCursor: null } });
    expect((await call('PUT', '/schedules/nobody', { times: ['08:15'] })).status).toBe(404);
    expect((await call('PUT', '/schedules/zebu', { times: ['08:15'] })).status).toBe(204);
    expect((await call('DELETE', '/schedules/zebu')).status).toBe(204);
    expect((await call('PUT', '/schedules/kite', { times: ['25:00'] })).body).toMatchObject({ status: 422, errors: [{ path: 'times.0' }] });
    expect((await call('PUT', '/schedules/kite', { times: ['08:15'], mode: 'incremental' })).body).toMatchObject({
      status: 422,
      errors: [{ path: 'segments' }],
    });
    expect((await call('DELETE', '/schedules/kite')).status).toBe(204);
    expect((await call('DELETE', '/schedules/kite')).status).toBe(404);
  });

  it('queues one run when it is due, whatever number of processes look at once', async () => {
    const schedules = (api as Service).app.get(Schedules, { strict: false });
    const plan = Plan.parse({ times: ['08:15', '08:45'] });
    await schedules.change('kite', (state) => set(state, plan, { day: '2026-01-05', time: '12:00' }));
    await look(api, '2026-01-06T08:14');
    await look(api, '2026-01-04T08:15'); // a Sunday
    expect(await runs()).toEqual([]);
    await Promise.all([look(api, '2026-01-06T08:16'), look(other, '2026-01-06T08:16')]);
    await look(other, '2026-01-06T08:20');
    expect(await runs()).toMatchObject([{ status: 'queued', source: 'official', day: '2026-01-06' }]);
    const [run] = await runs();
    expect((await call('GET', '/schedules/kite')).body.last).toMatchObject({
      day: '2026-01-06',
      time: '08:15',
      outcome: 'queued',
      runs: [run?.id],
    });
  });

  it('queues no second run when the process died before it could note the first', async () => {
    const databaseUrl = await freshDatabase();
    const service = await startService(env, databaseUrl);
    services.push(service);
    const schedules = service.app.get(Schedules, { strict: false });
    await schedules.change('kite', (state) => set(state, Plan.parse({ times: ['08:15'] }), { day: '2026-01-05', time: '12:00' }));
    const wanted = {
      broker: 'kite',
      mode: 'full',
      day: '2026-01-06',
      dryRun: false,
      segments: null,
      symbols: null,
      source: 'official',
      format: null,
    } as const;
    await withContext({ correlationId: 'x', actor: 'system:schedule', commandId: 'schedule:kite:2026-01-06:08:15:0' }, () =>
      service.app.get(CommandBus).execute(new QueueIngestion(wanted, 'fetch')),
    );
    expect((await service.call('GET', '/schedules/kite')).body.last).toBeNull();
    await look(service, '2026-01-06T08:17');
    const queued = (await service.call('GET', '/ingestions')).body.items as Run[];
    expect(queued).toHaveLength(1);
    expect((await service.call('GET', '/schedules/kite')).body.last).toMatchObject({ outcome: 'queued', runs: [queued[0]?.id] });
  });

  it('tries again when nothing could be fetched, and then gives up', async () => {
    away = true;
    await look(api, '2026-01-07T08:15');
    expect((await call('GET', '/schedules/kite')).body.last).toMatchObject({
      outcome: 'retrying',
      attempt: 1,
      retryAt: '2026-01-07T02:46:00.000Z',
      reason: expect.stringContaining('404') as string,
    });
    const before = asked.length;
    await look(api, '2026-01-07T08:15');
    expect(asked.length).toBe(before);
    await look(api, '2026-01-07T08:16');
    expect((await call('GET', '/schedules/kite')).body.last).toMatchObject({ outcome: 'retrying', attempt: 2 });
    away = false;
    await look(api, '2026-01-07T08:18');
    expect((await call('GET', '/schedules/kite')).body.last).toMatchObject({ outcome: 'queued', attempt: 3, time: '08:15' });
    expect(await runs()).toMatchObject([{ day: '2026-01-07' }, { day: '2026-01-06' }]);
  });

  it('does not fetch again what is here already', async () => {
    const { tables } = await rebuild((api as Service).databaseUrl, scheduleReadModel.decider, scheduleReadModel.table);
    expect(tables).toEqual([{ name: 'registry.schedules', rows: 1, wrong: 0, missing: 0 }]);
    const worker = await startService({ ...env, ROLES: 'api,worker' }, (api as Service).databaseUrl);
    services.push(worker);
    for (const { id } of await runs()) expect(await worker.ended(id)).toMatchObject({ status: 'completed' });
    asked.splice(0);
    await look(api, '2026-01-07T08:45'); // the same file, of the same day
    await look(api, '2026-01-08T08:45'); // the same file, of the next day
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual(['"1"', '"1"']);
    const [next, same] = await runs();
    expect(await worker.ended(same?.id)).toMatchObject({
      status: 'completed',
      day: '2026-01-07',
      bytes: file.length,
      counts: { rows: 50, unchanged: 50, listed: 0 },
    });
    expect(await worker.ended(next?.id)).toMatchObject({
      status: 'completed',
      day: '2026-01-08',
      bytes: file.length,
      counts: { rows: 50, unchanged: 50, listed: 0 },
    });
  });
});
