import { run } from '../src/cli/run';
import { dhanFutures, upstoxFutures } from './support/futures';
import { future, kiteCsv } from './support/kite';
import { rootKey, startService, type Service } from './support/service';

const futures = [
  { token: 41_001, underlying: 'ACME', lot: 75 },
  { token: 41_002, underlying: 'BETA', lot: 10 },
];
const [acme, beta] = ['NFO:ACME:2031-01-28:FUT', 'NFO:BETA:2031-01-28:FUT'];

describe('quality over HTTP', () => {
  let service: Service;
  const get = (path: string) => service.call('GET', `/quality/${path}`);

  beforeAll(async () => {
    service = await startService({ SAMPLE_CATALOGUE: 'off', INSTRUMENT_REGISTRY_PREFERRED_BROKERS: 'kite' });
    await service.ingest('upstox', upstoxFutures(futures), '?day=2031-01-06');
    await service.ingest('kite', kiteCsv([future(41_001, 'ACME', '2031-01-28', 50)]), '?day=2031-01-06');
  });
  afterAll(() => service.stop());

  it('tells who says what of an instrument, who wins and why', async () => {
    const { status, body } = await get(`survivorship/${acme}`);
    expect([status, body.key, body.day]).toEqual([200, acme, '2031-01-06']);
    const fields = body.fields as { field: string }[];
    const said = (value: string | number, ...brokers: string[]) => ({ value, brokers, ownUnit: [] });
    expect(fields.find(({ field }) => field === 'lotSize')).toEqual({
      field: 'lotSize',
      value: 50,
      winner: 50,
      why: 'preferred',
      inForce: true,
      says: [said(50, 'kite'), said(75, 'upstox')],
    });
    expect(fields.find(({ field }) => field === 'tickSize')).toMatchObject({ why: 'only', says: [said('0.05', 'kite', 'upstox')] });
    expect(fields.find(({ field }) => field === 'freezeQuantity')).toMatchObject({ winner: null, why: null, inForce: true, says: [] });
    expect(fields.find(({ field }) => field === 'symbol')).toMatchObject({ value: 'ACME', why: 'identity' });
    expect((await service.call('GET', `/instruments/${acme}`)).body.lotSize).toBe(50);
    expect((await get('survivorship/NFO:NOTHING:2031-01-28:FUT')).status).toBe(404);
    expect((await get(`survivorship/${acme}?asOf=2030-01-01`)).status).toBe(404);
  });

  it('says when something else stands than what wins', async () => {
    await service.call('PATCH', `/instruments/${beta}`, { lotSize: 11 });
    const { fields } = (await get(`survivorship/${beta}`)).body as { fields: object[] };
    expect(fields[1]).toMatchObject({ field: 'lotSize', value: 11, winner: 10, why: 'only', inForce: false });
  });

  it('lists where brokers disagree, and sums it up', async () => {
    const { body } = await get('disagreements?segment=NFO');
    expect(body).toEqual({
      items: [
        {
          segment: 'NFO',
          id: expect.any(String) as string,
          key: acme,
          exchangeToken: null,
          field: 'lotSize',
          class: 'unexplained',
          inForce: 50,
          says: [
            { value: 50, brokers: ['kite'] },
            { value: 75, brokers: ['upstox'] },
          ],
        },
      ],
      page: { limit: 100, nextCursor: null },
    });
    const { id } = (body.items as { id: string }[])[0] ?? {};
    const csv = await get('disagreements.csv?segment=NFO');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect([csv.body.text, csv.headers.get('next-cursor')]).toEqual([
      'segment,key,id,exchange_token,field,class,in_force,value,brokers\r\n' +
        `NFO,${acme},${id},,lotSize,unexplained,50,50,kite\r\nNFO,${acme},${id},,lotSize,unexplained,50,75,upstox\r\n`,
      null,
    ]);
    const first = (await get('disagreements.csv?limit=1')).headers;
    expect([first.get('next-cursor'), first.get('registry-position')]).toEqual([null, expect.stringMatching(/^\d+$/)]);
    expect((await get('disagreements?broker=dhan')).body.items).toEqual([]);
    expect((await get('disagreements?class=nonsense')).status).toBe(422);
    expect((await get('disagreements?cursor=nonsense')).status).toBe(422);
    expect((await get('disagreements/summary')).body).toMatchObject({
      day: '2031-01-06',
      fields: [{ segment: 'NFO', field: 'lotSize', class: 'unexplained', count: 1 }],
      pairs: [{ brokers: ['kite', 'upstox'], count: 1 }],
    });
  });

  it('compares two brokers', async () => {
    expect((await get('reconciliation?left=kite&right=upstox&segment=NFO')).body).toMatchObject({
      day: '2031-01-06',
      segments: [{ segment: 'NFO', common: 1, onlyLeft: 0, onlyRight: 1, differing: 1 }],
      items: [
        { key: acme, class: 'differing', differs: ['lotSize'] },
        { key: beta, class: 'onlyRight', left: null, right: { token: 'NSE_FO|41002' } },
      ],
    });
    expect((await get('reconciliation?left=kite&right=kite')).status).toBe(422);
    expect((await get('reconciliation?left=kite&right=nobody')).status).toBe(404);
  });

  it('checks a day on demand, for whoever may ingest, and shows the scores', async () => {
    const { status, headers, body } = await service.call('POST', '/quality/checks');
    expect([status, headers.get('location')]).toEqual([201, '/api/v1/quality/checks?day=2031-01-06']);
    expect(body.items).toMatchObject([{ day: '2031-01-06', segment: 'NFO', score: 70, parts: { completeness: 1, agreement: 0 } }]);
    expect((await get('segments')).body.items).toEqual(body.items);
    expect((await get('checks?day=2031-01-06&segment=NFO')).body.items).toEqual(body.items);
    expect((await get('checks?segment=NSE')).body.items).toEqual([]);
    const reader = await service.call('POST', '/api-keys', { name: 'reader', scopes: ['read'] });
    const as = { 'x-api-key': String(reader.body.key) };
    expect((await service.call('POST', '/quality/checks', undefined, as)).status).toBe(403);
    expect((await service.call('GET', '/quality/segments', undefined, as)).status).toBe(200);
  });

  it('prints both for people', async () => {
    const registry = async (...args: string[]) => {
      let out = '';
      const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
      try {
        return { code: await run(args, { REGISTRY_URL: service.base, REGISTRY_API_KEY: rootKey, DATABASE_URL: service.databaseUrl }), out };
      } finally {
        write.mockRestore();
      }
    };
    await service.ingest('dhan', dhanFutures(futures), '?day=2031-01-06');
    const reconciled = await registry('reconcile', 'kite', 'dhan', '--segment', 'nfo');
    expect(reconciled.code).toBe(0);
    expect(reconciled.out).toMatch(/^NFO +1 +0 +1 +0 +1 +0 +0 +0$/m);
    expect(reconciled.out).toMatch(/^NFO +NFO:ACME:2031-01-28:FUT +lotSize 50 \/ 75$/m);
    expect(reconciled.out).toMatch(/^NFO +NFO:BETA:2031-01-28:FUT +only dhan$/m);
    const quality = await registry('quality', '--check');
    expect(quality.out).toMatch(/^NFO +2031-01-06 +85\.0 +100\.0% +50\.0% +100\.0% +100\.0% +100\.0% +2 +1$/m);
    expect(await registry('quality')).toEqual(quality);
    for (const line of [...reconciled.out.split('\n'), ...quality.out.split('\n')]) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('tells by which rule the symbol of a listing won, and leaves that of a contract out of it', async () => {
    await service.ingest('kite', kiteCsv([{ token: 2885, symbol: 'SHARE' }]), '?day=2031-01-06');
    const symbol = async () => ((await get('survivorship/NSE:SHARE')).body.fields as object[]).at(-1);
    const shown = { field: 'symbol', value: 'SHARE', winner: 'SHARE', inForce: true };
    expect(await symbol()).toEqual({ ...shown, why: 'only', says: [{ value: 'SHARE', brokers: ['kite'], ownUnit: [] }] });
  });
});
