import { future, kiteCsv, option } from './support/kite';
import { startService, type Service } from './support/service';

type Side = { id: string; key: string; lotSize: number; tickSize: string; brokers?: { broker: string; token: string }[] } | null;
type Chain = Record<string, unknown> & { strikes: { strike: string; CE: Side; PE: Side }[] };

describe('underlyings', () => {
  let service: Service;
  let before: number;
  const get = async (path: string) => service.call('GET', `/underlyings/${path}`);
  const chain = async (path: string) => (await get(path)).body as Chain;

  const expiries = ['2026-01-13', '2026-01-20', '2026-01-27', '2026-02-24', '2026-03-30', '2026-06-30'];
  let token = 1000;
  const options = (symbol: string, expiry: string, strikes: readonly string[], lot: number) =>
    strikes.flatMap((strike) => (['CE', 'PE'] as const).map((side) => option(token++, symbol, expiry, strike, side, lot)));
  const nifty = ['24400', '24450', '24500', '24550', '24700'];
  const rows = [
    ...expiries.flatMap((expiry) => options('NIFTY', expiry, nifty, 65)),
    future(900, 'NIFTY', '2026-01-27', 65),
    future(901, 'RELIANCE', '2026-01-27', 500),
    ...options('RELIANCE', '2026-01-27', ['1390', '1400'], 500),
  ];
  // of these Kite's rows of BFO differ in the segment only
  const bfo = kiteCsv([...options('RELIANCE', '2026-01-29', ['1400'], 500), option(token++, 'RELIANCE', '2026-01-29', '1410', 'CE', 500)])
    .replaceAll('NFO', 'BFO')
    .split('\n')
    .slice(1)
    .join('\n');

  beforeAll(async () => {
    service = await startService();
    const indices = '256265,1001,NIFTY 50,NIFTY 50,0.0,,0.0,0.0,0,EQ,INDICES,NSE\n';
    const shares =
      '738561,2885,RELIANCE,RELIANCE INDUSTRIES,0.0,,0.0,0.1,1,EQ,NSE,NSE\n128083204,500325,RELIANCE,RELIANCE INDUSTRIES,0.0,,0.0,0.05,1,EQ,BSE,BSE\n';
    await service.ingest('kite', kiteCsv(rows) + indices + shares + bfo, '?day=2026-01-12');
    before = Number((await get('NIFTY/expiries')).headers.get('registry-position'));
    // the next day has a strike more in the nearest expiry, and another lot
    const more = [...rows.map((row) => row), ...options('NIFTY', '2026-01-13', ['24600'], 75)];
    await service.ingest('kite', kiteCsv(more) + indices + shares + bfo, '?day=2026-01-13');
  });
  afterAll(() => service.stop());

  it('have expiries with their type and contracts', async () => {
    const { status, headers, body } = await get('NIFTY/expiries?asOf=2026-01-12');
    expect(status).toBe(200);
    expect(Number(headers.get('registry-position'))).toBeGreaterThan(0);
    expect(body).toEqual([
      { expiry: '2026-01-13', type: 'weekly', contracts: 10 },
      { expiry: '2026-01-20', type: 'weekly', contracts: 10 },
      { expiry: '2026-01-27', type: 'monthly', contracts: 11 },
      { expiry: '2026-02-24', type: 'monthly', contracts: 10 },
      { expiry: '2026-03-30', type: 'monthly', contracts: 10 },
      { expiry: '2026-06-30', type: 'quarterly', contracts: 10 },
    ]);
  });

  it.each(['NSE_INDEX:NIFTY', 'Nifty 50', 'nifty'])('are found as %s', async (name) => {
    expect((await get(`${encodeURIComponent(name)}/expiries`)).body).toEqual((await get('NIFTY/expiries')).body);
  });

  it('are found by id', async () => {
    const { body } = await service.call('GET', '/instruments/NSE_INDEX:NIFTY');
    expect((await get(`${String(body.id)}/expiries`)).body).toEqual((await get('NIFTY/expiries')).body);
  });

  it('have a chain: strikes with both sides, their distance, and the ones around the price', async () => {
    const whole = await chain('NIFTY/option-chain?asOf=2026-01-12&spot=24530.5');
    const index = (await service.call('GET', '/instruments/NSE_INDEX:NIFTY')).body;
    expect(whole).toMatchObject({
      underlying: { symbol: 'NIFTY', id: index.id, key: 'NSE_INDEX:NIFTY' },
      ...{
        segment: 'NFO',
        expiry: '2026-01-13',
        type: 'weekly',
        step: '50',
        min: '24400',
        max: '24700',
        count: 5,
        spot: '24530.5',
        atm: '24550',
      },
    });
    expect(whole.strikes.map(({ strike }) => strike)).toEqual(nifty);
    expect(whole.strikes[0]?.CE).toEqual({
      id: expect.any(String) as string,
      ...{ key: 'NFO:NIFTY:2026-01-13:24400:CE', lotSize: 65, tickSize: '0.05' },
    });
    const some = await chain('NIFTY/option-chain?asOf=2026-01-12&spot=24530.5&width=1&include=brokers');
    expect(some.strikes.map(({ strike }) => strike)).toEqual(['24500', '24550', '24700']);
    expect(some).toMatchObject({ count: 5, min: '24400' });
    expect(some.strikes[0]?.PE?.brokers).toMatchObject([{ broker: 'kite', segment: 'NFO' }]);
  });

  it.each([
    ['current', '2026-01-13'],
    ['next', '2026-01-20'],
    ['monthly', '2026-01-27'],
    ['2026-06-30', '2026-06-30'],
  ])('have a chain for the expiry %s', async (wanted, expiry) => {
    expect(await chain(`NIFTY/option-chain?expiry=${wanted}&asOf=2026-01-12`)).toMatchObject({ expiry, count: 5 });
  });

  it('end with the close of the expiry day', async () => {
    expect(await chain('NIFTY/option-chain?asOf=2026-01-13')).toMatchObject({ expiry: '2026-01-13', count: 6 });
    expect(await chain('NIFTY/option-chain?asOf=2026-01-13T15:29:00%2B05:30')).toMatchObject({ expiry: '2026-01-13' });
    expect(await chain('NIFTY/option-chain?asOf=2026-01-13T15:30:00%2B05:30')).toMatchObject({ expiry: '2026-01-20' });
  });

  it('are shown as they were known', async () => {
    expect(await chain(`NIFTY/option-chain?asOf=2026-01-13&knownAt=${before}`)).toEqual(await chain('NIFTY/option-chain?asOf=2026-01-12'));
    expect(await chain('NIFTY/option-chain?asOf=2026-01-13')).toMatchObject({ count: 6, strikes: { length: 6 } });
    const { body } = await get(`NIFTY/expiries?asOf=2026-01-13&knownAt=${before}`);
    expect(body).toEqual((await get('NIFTY/expiries?asOf=2026-01-12')).body);
    expect((await get('NIFTY/expiries?knownAt=0&asOf=2026-01-13')).status).toBe(404);
  });

  it('with contracts in several segments are asked for with the segment, or by key', async () => {
    const { status, body } = await get('RELIANCE/option-chain');
    expect(status).toBe(409);
    expect(body.detail).toBe('Contracts on RELIANCE are in several segments: say which with segment=BFO or segment=NFO.');
    for (const name of ['RELIANCE/option-chain?segment=BFO', 'RELIANCE/option-chain?segment=BSE', 'BSE:RELIANCE/option-chain'])
      expect(await chain(name)).toMatchObject({
        segment: 'BFO',
        underlying: { key: 'BSE:RELIANCE' },
        count: 2,
        step: '10',
        strikes: [{}, { PE: null }],
      });
    expect(await chain('NSE:RELIANCE/option-chain')).toMatchObject({ segment: 'NFO', expiry: '2026-01-27', count: 2 });
  });

  it.each([
    ['NIFTY/option-chain?expiry=2026-01-14', 404, /NIFTY in NFO that expire on 2026-01-14\. Expiries with options: 2026-01-13, /],
    ['NOTHING/expiries', 404, /No contract is written on NOTHING on 2026-01-13/],
    ['NSE:NOTHING/expiries', 404, /No instrument has the key NSE:NOTHING/],
    ['NFO:NIFTY:2026-01-13:24400:CE/expiries', 404, /is a contract: nothing is written on it/],
    ['MCX:GOLDM/expiries', 404, /No contract is written on MCX:GOLDM/],
    ['NIFTY/option-chain?width=5', 422, /width: Give spot, too/],
    ['NIFTY/option-chain?spot=1&width=', 422, /width: Give a whole number from 0 to 1000/],
    ['NIFTY/option-chain?spot=-1', 422, /spot: Give a price above 0/],
    ['NIFTY/option-chain?expiry=soon', 422, /expiry: Give a day such as/],
    ['NIFTY/option-chain?segment=MCX_INDEX', 404, /No contract of MCX_INDEX/],
    ['NIFTY/option-chain?segment=GLOBAL_INDEX', 422, /no contracts are written on what is in GLOBAL_INDEX/],
  ])('%s is answered %i', async (path, status, detail) => {
    const answer = await get(path);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringMatching(detail)]);
  });
});
