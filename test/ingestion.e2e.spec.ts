import { gzipSync } from 'node:zlib';
import { future, kiteCsv, option, type KiteRow } from './support/kite';
import { startService, type Service } from './support/service';

const shares: KiteRow[] = [
  { token: 2885, symbol: 'RELIANCE', name: 'RELIANCE INDUSTRIES' },
  { token: 1594, symbol: 'INFY', name: 'INFOSYS' },
  { token: 7001, symbol: '752HP39-SG', name: 'SDL HP 7.52% 2039' },
];
const contracts = (day: 'before' | 'after'): KiteRow[] => [
  future(41001, 'NIFTY', '2026-01-27', 65),
  option(41002, 'NIFTY', '2026-01-27', '25000', 'CE', 65),
  option(41003, 'NIFTY', '2026-01-27', '25000', 'PE', 65),
  ...[24800, 24900, 25200].map((strike, n) => option(41020 + n, 'NIFTY', '2026-01-27', String(strike), 'CE', 65)),
  option(41004, 'GAIL', '2026-02-24', day === 'before' ? '180' : '175', 'CE', day === 'before' ? 3150 : 3250),
];

describe('ingesting dumps over HTTP', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off' });
  }, 60_000);
  afterAll(() => service.stop());

  const position = async () => Number((await service.call('GET', '/ingestions?limit=1')).headers.get('registry-position'));

  it('accepts a file, reports what it did, and finds nothing new in the same file', async () => {
    const file = kiteCsv([...shares, ...contracts('before')]);
    const { status, headers, body } = await service.upload('kite', file, '?day=2026-01-06');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/v1/ingestions/${String(body.id)}`);
    expect(await service.ended(body.id)).toMatchObject({
      status: 'completed',
      broker: 'kite',
      day: '2026-01-06',
      dayEstimated: false,
      segments: ['NFO', 'NSE'],
      counts: { rows: 10, accepted: 10, rejected: 0, unchanged: 0, listed: 10, tokensAssigned: 10, tokensWithdrawn: 0 },
      progress: { phase: 'done', percent: 100 },
    });
    expect((await service.ingest('kite', file, '?day=2026-01-06')).counts).toMatchObject({
      rows: 10,
      unchanged: 10,
      listed: 0,
      tokensAssigned: 0,
    });
    // Packed, the bytes are others: compared row by row this time.
    expect((await service.ingest('kite', gzipSync(file), '?day=2026-01-06', 'application/gzip')).counts).toMatchObject({
      rows: 10,
      unchanged: 10,
      listed: 0,
      learnt: 0,
    });
  });

  it('adjusts, ends and lists on the next day, and says what changed', async () => {
    const next = [
      ...shares.slice(0, 2),
      ...contracts('after').filter(({ token }) => token !== 41003),
      option(41009, 'NIFTY', '2026-01-27', '25100', 'CE', 65),
    ];
    const run = await service.ingest('kite', kiteCsv(next), '?day=2026-01-07');
    expect(run.counts).toMatchObject({ rows: 9, unchanged: 7, listed: 1, adjusted: 1, tokensAssigned: 1, tokensWithdrawn: 1 });
    const { body } = await service.call('GET', `/ingestions/${String(run.id)}/changes`);
    expect(body.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'ContractAdjusted',
          before: { strike: '180', lotSize: 3150, key: 'NFO:GAIL:2026-02-24:180:CE' },
          after: { strike: '175', lotSize: 3250, key: 'NFO:GAIL:2026-02-24:175:CE' },
        }),
      ]),
    );
    // One of three shares is gone: two thirds are less than four fifths, so this file does not cover NSE and ends nothing there.
    expect(run.segments).toEqual(['NFO']);
  });

  it('refuses a file that is older than the last one, unless it is meant to fill in history', async () => {
    const older = kiteCsv(contracts('before'));
    expect(await service.ingest('kite', older, '?day=2026-01-05')).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('mode=backfill') as string,
    });
    expect(await service.ingest('kite', older, '?day=2026-01-05&mode=backfill')).toMatchObject({
      status: 'completed',
      counts: { tokensAssigned: 7, tokensWithdrawn: 0, adjusted: 0 },
    });
  });

  it('asks for the day of a file that does not say it, and keeps nothing of the file', async () => {
    const before = await position();
    expect((await service.upload('kite', kiteCsv(shares))).body).toMatchObject({
      status: 422,
      errors: [{ path: 'day', message: expect.stringContaining('YYYY-MM-DD') as string }],
    });
    expect(await position()).toBe(before);
  });

  it('takes the day that is given, whatever was estimated for the same file before', async () => {
    const file = kiteCsv(contracts('after').map((row) => ({ ...row, token: row.token + 5000, expiry: '2026-03-30' })));
    const estimated = await service.ingest('kite', file);
    expect(estimated).toMatchObject({ status: 'completed', day: '2026-03-30', dayEstimated: true });
    // A day by which all of it had long expired is none that corrects anything.
    expect((await service.ingest('kite', file, '?day=2026-06-20')).status).toBe('quarantined');
    expect(await service.ended(estimated.id)).toMatchObject({ day: '2026-03-30', dayEstimated: true });
    expect(await service.ingest('kite', file, '?day=2026-03-02')).toMatchObject({
      status: 'completed',
      day: '2026-03-02',
      dayEstimated: false,
    });
    // The first run is of that day, too (its worker says so a moment after the second has ended), and the market's clock goes by it.
    let first = await service.ended(estimated.id);
    for (; first.dayEstimated; first = await service.ended(estimated.id));
    expect(first).toMatchObject({ day: '2026-03-02', dayEstimated: false });
    expect((await service.call('GET', '/brokers/kite')).body).toMatchObject({ freshness: { day: '2026-03-02', ageDays: 0 } });
  });

  it('stops a run that is cancelled, and counts what it had published', async () => {
    const many = kiteCsv(
      Array.from({ length: 30_000 }, (_, n) => option(200_000 + n, `STOCK${n % 50}`, '2026-06-30', String(100 + n), 'CE', 10)),
    );
    const { body } = await service.upload('kite', many, '?day=2026-03-31');
    const id = String(body.id);
    for (;;) {
      const { body: run } = await service.call('GET', `/ingestions/${id}`);
      if ((run.progress as { phase: string }).phase === 'publishing') break;
      expect(['queued', 'running']).toContain(run.status);
    }
    expect((await service.call('POST', `/ingestions/${id}/cancellation`)).status).toBe(204);
    // When this is answered its worker has stopped.
    const run = await service.ended(id);
    expect(run).toMatchObject({ status: 'cancelled', reason: null, counts: { rows: 30_000 } });
    expect(run.counts.accepted).toBeGreaterThanOrEqual(run.counts.listed ?? 0);
    expect(run.counts.unchanged).toBe((run.counts.accepted ?? 0) - (run.counts.listed ?? 0));
    const { body: changes } = await service.call('GET', `/ingestions/${id}/changes?limit=1`);
    expect(changes.items).toHaveLength(1);
    const { body: listed } = await service.call('GET', '/instruments?segment=NFO&expiry=2026-06-30&asOf=2026-03-31&limit=1000');
    expect(run.counts.listed).toBeGreaterThan(0);
    expect(run.counts.listed).toBeLessThan(30_000);
    expect((listed.items as unknown[]).length).toBe(Math.min(run.counts.listed ?? 0, 1000));
    expect(run.progress).toMatchObject({ phase: 'publishing' });
  }, 60_000);

  describe('of what cannot be used', () => {
    const good = kiteCsv(shares);
    const [header = '', ...lines] = good.trim().split('\n');
    const cases: [string, string | Uint8Array, RegExp, string][] = [
      ['a missing column', good.replace('exchange_token,', 'token_of_exchange,'), /exchange_token/, 'text/csv'],
      [
        'a spreadsheet-mangled expiry',
        kiteCsv([future(5, 'NIFTY', '2026-01-27')]).replace('2026-01-27', '27-01-2026'),
        /spreadsheet/,
        'text/csv',
      ],
      ['a token twice', `${good}${lines[0]}\n`, /more than one row \(lines 2, 5\)/, 'text/csv'],
      ['no rows', `${header}\n`, /no rows/, 'text/csv'],
      ['bytes that are not UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([0xff, 0xfe, 0x80])]), /UTF-8/, 'text/csv'],
      ['a JSON array cut off', '[{"segment":"NSE_EQ","name":"A"', /(cut|end|JSON)/i, 'application/json'],
      ['another thing altogether', '<html><body>Service unavailable</body></html>', /not a Kite dump|columns/, 'text/csv'],
      ['a gzip cut off', gzipSync(good.repeat(50)).subarray(0, 200), /gzip|cut|end/i, 'application/gzip'],
      [
        'more rows than any dump has',
        gzipSync(`${header}\n${`${lines[0]}\n`.repeat(500_001)}`, { level: 1 }),
        /more than 500000 rows/,
        'application/gzip',
      ],
      ['a zip bomb', gzipSync(Buffer.alloc(300 * 1024 * 1024, 'a'), { level: 9 }), /(line|larger|bomb|times|long)/i, 'application/gzip'],
    ];

    it.each(cases)('says why it refuses %s, and changes nothing', async (_what, file, reason, type) => {
      const before = await service.call('GET', '/ingestions?limit=1');
      const run = await service.ingest('kite', file, '?day=2026-04-08', type);
      expect(run).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) as string });
      // Queued, started, failed: the run's own three events, and nothing of an instrument.
      expect(await position()).toBe(Number(before.headers.get('registry-position')) + 3);
    });

    it('refuses a file of another format than it is said to be', async () => {
      expect(await service.ingest('kite', good, '?day=2026-04-08&format=json')).toMatchObject({
        status: 'failed',
        reason: 'The file is CSV, not JSON as `format` says.',
      });
    });

    it('takes columns in any order', async () => {
      const shuffled = good
        .trim()
        .split('\n')
        .map((line) => line.split(',').reverse().join(','))
        .join('\n');
      expect(await service.ingest('kite', shuffled, '?day=2026-04-08')).toMatchObject({ status: 'completed', counts: { rows: 3 } });
    });

    it('keeps memory flat under a line without end', async () => {
      const chunk = new Uint8Array(1024 * 1024).fill(97);
      let sent = 0;
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (sent++ < 150) controller.enqueue(chunk);
          else controller.close();
        },
      });
      const before = process.memoryUsage().rss;
      expect(await service.ingest('kite', endless, '?day=2026-04-08')).toMatchObject({ status: 'failed' });
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    }, 120_000);

    it('does not take a file without a key, for an unknown broker, or with a day that is none', async () => {
      const before = await position();
      expect((await service.call('POST', '/brokers/kite/ingestions', good, { 'content-type': 'text/csv', 'x-api-key': '' })).status).toBe(
        401,
      );
      expect((await service.upload('nobody', good)).status).toBe(404);
      expect((await service.upload('kite', good, '?day=2026-02-30')).body).toMatchObject({ status: 422, errors: [{ path: 'day' }] });
      expect((await service.upload('kite', good, '?day=2126-04-08')).body).toMatchObject({
        ...{ status: 422, errors: [{ path: 'day' }] },
        detail: expect.stringMatching(/^day: 2126-04-08 is too far ahead: files can be of \d{4}-\d\d-\d\d at the latest/) as string,
      });
      expect((await service.upload('kite', good, '?dya=2026-02-03')).body).toMatchObject({ status: 422, errors: [{ path: 'dya' }] });
      expect((await service.upload('kite', '')).status).toBe(422);
      expect((await service.call('POST', '/brokers/kite/ingestions', { source: 'file:/etc/passwd' })).status).toBe(422);
      expect((await service.call('GET', '/ingestions/not-a-uuid')).status).toBe(422);
      expect((await service.call('GET', '/ingestions/01900000-0000-7000-8000-000000000000')).status).toBe(404);
      expect(await position()).toBe(before);
    });
  });

  it('publishes what was quarantined when somebody approves it, and leaves out for good what is rejected', async () => {
    const rows = Array.from({ length: 10 }, (_, n) => option(300_001 + n, 'NIFTY', '2026-06-30', String(90_000 + n * 100), 'PE', 65));
    const whole = kiteCsv(rows);
    await service.ingest('kite', whole, '?day=2026-04-20&segments=NFO&mode=incremental');
    const half = await service.ingest('kite', kiteCsv(rows.slice(0, 5)), '?day=2026-04-21&segments=NFO&mode=incremental');
    expect(half).toMatchObject({ status: 'quarantined', quarantined: ['NFO'], counts: { accepted: 0 } });
    expect(half).toMatchObject({ pending: [{ segment: 'NFO', counts: { accepted: 5, unchanged: 5, tokensWithdrawn: 5 } }], decisions: [] });
    const changes = async (query: string) =>
      (await service.call('GET', `/ingestions/${String(half.id)}/changes${query}`)).body as { items: Record<string, unknown>[] };
    expect((await changes('')).items).toEqual([]);
    const { items: pending } = await changes('?pending=true');
    expect(pending).toHaveLength(5);
    expect(pending[0]).toMatchObject({ position: null, type: 'BrokerTokenWithdrawn', validFrom: '2026-04-21', after: null });
    expect((await changes('?pending=perhaps')) as object).toMatchObject({ status: 422, errors: [{ path: 'pending' }] });

    const keyWith = async (scope: string) =>
      (await service.call('POST', '/api-keys', { name: `may ${scope}`, scopes: [scope] })).body as { id: string; key: string };
    const [reader, approver] = [await keyWith('read'), await keyWith('ingest')];
    const decide = (what: string, { key } = approver) =>
      service.call('POST', `/ingestions/${String(half.id)}/${what}`, { reason: 'seen with the broker' }, { 'x-api-key': key });
    expect((await decide('approval', reader)).status).toBe(403);
    expect((await decide('rejection', reader)).status).toBe(403);
    expect((await decide('approval')).status).toBe(204);
    expect(await service.ended(half.id)).toMatchObject({
      status: 'completed',
      quarantined: [],
      segments: ['NFO'],
      counts: { accepted: 5, tokensWithdrawn: 5 },
      pending: [],
      decisions: [{ decision: 'approved', by: `key:${approver.id}`, reason: 'seen with the broker' }],
    });
    const { items: made } = await changes('');
    expect(made.map(({ key }) => key)).toEqual(pending.map(({ key }) => key));
    expect((await changes('?pending=true')).items).toEqual([]);
    // Whoever approved it has ended the tokens, in the audit trail and in the history.
    const { body: trail } = await service.call('GET', `/audit?run=${String(half.id)}`);
    expect(new Set((trail.items as { actor: string }[]).map(({ actor }) => actor))).toEqual(new Set([`key:${approver.id}`]));
    const { body: history } = await service.call('GET', `/instruments/${String(made[0]?.instrumentId)}/history`);
    expect((history.items as object[]).at(-1)).toMatchObject({ type: 'instrument.broker_token_withdrawn', actor: `key:${approver.id}` });
    expect((await decide('approval')).status).toBe(409);
    expect((await decide('rejection')).status).toBe(409);
    const next = await service.ingest('kite', kiteCsv(rows.slice(0, 1)), '?day=2026-04-22&segments=NFO&mode=incremental');
    expect(next.status).toBe('quarantined');
    expect((await service.call('POST', `/ingestions/${String(next.id)}/rejection`)).status).toBe(204);
    expect(await service.ended(next.id)).toMatchObject({
      ...{ status: 'completed', segments: [], counts: { tokensWithdrawn: 0 }, pending: [] },
      decisions: [{ decision: 'rejected', reason: null }],
    });
    // It is no day of the market, and the same file is judged anew.
    expect((await service.call('GET', '/instruments/NFO:NIFTY:2026-06-30:90100:PE')).body.status).toBe('active');
    expect((await service.ingest('kite', kiteCsv(rows.slice(0, 1)), '?day=2026-04-22&segments=NFO&mode=incremental')).status).toBe(
      'quarantined',
    );
  });

  it('says in a dry run what it would change, and changes nothing', async () => {
    const before = await position();
    const run = await service.ingest('kite', kiteCsv([{ token: 99001, symbol: 'NEWSHARE' }]), '?day=2026-04-29&dryRun=true');
    expect(run).toMatchObject({
      status: 'completed',
      dryRun: true,
      counts: { rows: 1, accepted: 1, listed: 1, tokensAssigned: 1, unchanged: 0 },
    });
    expect(await position()).toBe(before + 3);
    const { body } = await service.call('GET', `/ingestions/${String(run.id)}/changes?pending=true`);
    expect(body.items).toEqual([
      expect.objectContaining({
        position: null,
        type: 'InstrumentListed',
        instrumentId: null,
        key: 'NSE:NEWSHARE',
        validFrom: '2026-04-29',
      }),
      expect.objectContaining({ position: null, type: 'BrokerTokenAssigned', instrumentId: null, before: null }),
    ]);
  });
});
