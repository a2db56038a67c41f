import { future, kiteCsv } from './support/kite';
import { rootKey, startService, type Service } from './support/service';

type Entry = {
  table: string;
  operation: string;
  instrumentIds: string[];
  rows: number;
  changedFields: string[] | null;
  new: object | null;
  actor: string;
};

describe('the audit trail', () => {
  let service: Service;
  let run: string;
  let id: string;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
    const rows = Array.from({ length: 5 }, (_, n) => future(100 + n, `STOCK${n}`, '2026-01-27', 500));
    run = String((await service.ingest('kite', kiteCsv(rows), '?day=2026-01-06')).id);
    id = String((await service.call('GET', '/instruments/NFO:STOCK1:2026-01-27:FUT')).body.id);
    const { status } = await service.call(
      'PATCH',
      '/instruments/NFO:STOCK1:2026-01-27:FUT',
      { lotSize: 600, validFrom: '2026-01-08' },
      { 'x-correlation-id': 'by-hand' },
    );
    expect(status).toBe(204);
  }, 60_000);
  afterAll(() => service.stop());

  const entries = async (filter: string) => (await service.call('GET', `/audit?${filter}`)).body.items as Entry[];

  it('tells of one instrument what was inserted with others, and what was changed alone', async () => {
    const all = await entries(`instrument=${id}`);
    expect(all.every(({ instrumentIds }) => instrumentIds.includes(id))).toBe(true);
    expect(all.filter(({ operation }) => operation === 'INSERT').map(({ table, rows }) => [table, rows])).toEqual(
      expect.arrayContaining([
        ['instruments', 5],
        ['lot_sizes', 5],
        ['broker_tokens', 5],
        ['lot_sizes', 1],
      ]),
    );
    const update = all.find(({ table, operation }) => table === 'lot_sizes' && operation === 'UPDATE');
    expect(update).toMatchObject({
      rows: 1,
      changedFields: ['valid_to'],
      old: { valid_to: '2026-01-28' },
      new: { valid_to: '2026-01-08' },
    });
  });

  it('is asked by run, correlation id, actor, table and time, page by page', async () => {
    expect((await entries(`run=${run}`)).every(({ operation }) => operation === 'INSERT')).toBe(true);
    const byHand = await entries('correlationId=by-hand');
    expect(byHand.length).toBeGreaterThan(0);
    expect(await entries(`actor=${encodeURIComponent(byHand[0]?.actor ?? '')}&table=lot_sizes&from=2020-01-01T00:00:00Z`)).not.toEqual([]);
    expect(await entries('to=2020-01-01T00:00:00Z')).toEqual([]);
    const first = await service.call('GET', '/audit?limit=2');
    const { nextCursor } = first.body.page as { nextCursor: string };
    const second = await entries(`limit=2&cursor=${nextCursor}`);
    expect(second).not.toEqual(first.body.items);
    expect(second).toHaveLength(2);
  });

  it('is for administrators, and does not take what is no id or time', async () => {
    const { body } = await service.call('POST', '/api-keys', { name: 'reader', scopes: ['read'] }, { 'x-api-key': rootKey });
    expect((await service.call('GET', '/audit', undefined, { 'x-api-key': String(body.key) })).status).toBe(403);
    expect((await service.call('GET', '/audit?instrument=NSE:X')).body).toMatchObject({ status: 422, errors: [{ path: 'instrument' }] });
    expect((await service.call('GET', '/audit?from=yesterday')).body).toMatchObject({ status: 422, errors: [{ path: 'from' }] });
  });
});
