import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommandBus } from '@nestjs/cqrs';
import { QueueIngestion } from '../src/modules/ingestion';
import { withContext } from '../src/platform/context';
import { set, Plan } from '../src/modules/schedules/domain/schedule';
import { Scheduler } from '../src/modules/schedules/scheduler';
import { Schedules } from '../src/modules/schedules/schedules';
import { scheduleReadModel } from '../src/modules/schedules';
import { rebuild } from '../src/platform/event-store/rebuild';
import { freshDatabase } from './support/database';
import { future, kiteCsv } from './support/kite';
import { startService, type Service } from './support/service';

type Run = { id: string; status: string; priority: number; source: string; day: string; counts: Record<string, number> };

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
    // The worker's own loop looks at the real clock, by which 8:15 may be over today.
    const enable = (enabled: boolean) =>
      (api as Service).app
        .get(Schedules, { strict: false })
        .change('kite', (state) => set(state, Plan.parse({ times: ['08:15', '08:45'], enabled }), { day: '2026-01-05', time: '12:00' }));
    await enable(false);
    const worker = await startService({ ...env, ROLES: 'api,worker' }, (api as Service).databaseUrl);
    services.push(worker);
    for (const { id } of await runs()) expect(await worker.ended(id)).toMatchObject({ status: 'completed' });
    asked.splice(0);
    await enable(true);
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
