import { Client } from 'pg';
import { calendarReadModel } from '../src/modules/calendar';
import { rebuild } from '../src/platform/event-store/rebuild';
import { future, kiteCsv } from './support/kite';
import { startService, type Service } from './support/service';

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
