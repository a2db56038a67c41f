import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { dhanFutures, shoonyaFutures, upstoxFutures, type Future } from '../../../test/support/futures';
import { future, kiteCsv, type KiteRow } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';
import { EventStore } from '../../platform/event-store/event-store';
import { MarketClock, Moments } from '../instruments';
import { CheckQuality, CheckQualityHandler } from './commands/check-quality';
import { Measure } from './measure';
import { ListChecks, ListChecksHandler } from './queries/list-checks';
import { ListDisagreements, ListDisagreementsHandler, type DisagreementFilter } from './queries/list-disagreements';
import { Reconcile, ReconcileHandler } from './queries/reconcile';
import { SummariseDisagreements, SummariseDisagreementsHandler } from './queries/summarise-disagreements';

const expiry = '2031-01-28';
const kite = (lots: Record<string, number>, more: readonly KiteRow[] = []) =>
  kiteCsv([...Object.entries(lots).map(([name, lot], n) => future(41_001 + n, name, expiry, lot)), ...more]);
const futures = (lots: Record<string, number>, more: Partial<Future> = {}): Future[] =>
  Object.entries(lots).map(([underlying, lot], n) => ({ token: 41_001 + n, underlying, lot, ...more }));

describe('the quality of what brokers say', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quality-'));
  let registry: ReturnType<typeof registryOn>;
  let moments: Moments;
  beforeEach(async () => {
    registry = registryOn(await freshDatabase());
    moments = new Moments(new MarketClock(registry.config, registry.database), new EventStore(registry.database));
  });
  afterEach(() => registry.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(broker: string, day: string, text: string) {
    const file = join(folder, `${broker}-${day}`);
    writeFileSync(file, text);
    return registry.load(broker, file, day);
  }
  const list = (filter: Partial<DisagreementFilter> = {}) =>
    new ListDisagreementsHandler(registry.database, moments).execute(new ListDisagreements({ limit: 100, ...filter }));
  const disagreements = async (filter: Partial<DisagreementFilter> = {}) =>
    (await list(filter)).items.map(({ key, field, class: what, inForce, says }) => [
      key,
      field,
      what,
      inForce,
      says.map(({ value, brokers }) => `${value}: ${brokers.join(' ')}`).join(', '),
    ]);
  const summary = () => new SummariseDisagreementsHandler(registry.database, moments).execute(new SummariseDisagreements({}));

  it('is said by the majority, and what stands is what the log decided', async () => {
    await load('upstox', '2031-01-06', upstoxFutures(futures({ ACME: 75, BETA: 10 })));
    await load('kite', '2031-01-06', kite({ ACME: 50, BETA: 10 }));
    expect(await disagreements()).toEqual([['NFO:ACME:2031-01-28:FUT', 'lotSize', 'unexplained', 75, '50: kite, 75: upstox']]);
    await load('dhan', '2031-01-06', dhanFutures(futures({ ACME: 50, BETA: 10 })));
    expect(await disagreements()).toEqual([['NFO:ACME:2031-01-28:FUT', 'lotSize', 'unexplained', 50, '50: dhan kite, 75: upstox']]);
    const { fields, pairs } = await summary();
    expect(fields).toEqual([{ segment: 'NFO', field: 'lotSize', class: 'unexplained', count: 1 }]);
    expect(pairs).toEqual([
      { segment: 'NFO', field: 'lotSize', class: 'unexplained', count: 1, brokers: ['dhan', 'upstox'] },
      { segment: 'NFO', field: 'lotSize', class: 'unexplained', count: 1, brokers: ['kite', 'upstox'] },
    ]);
  });

  it('is explained by the unit in which Dhan counts lots of MCX, and such a lot never wins', async () => {
    await load('dhan', '2031-01-06', dhanFutures(futures({ ZINC: 1, LEAD: 1 }, { segment: 'MCX' })));
    await load('shoonya', '2031-01-06', shoonyaFutures(futures({ ZINC: 5, LEAD: 1 }, { segment: 'MCX' })));
    expect(await disagreements()).toEqual([['MCX:ZINC:2031-01-28:FUT', 'lotSize', 'unit_of_broker', 5, '1: dhan, 5: shoonya']]);
    expect(await disagreements({ class: 'unexplained' })).toEqual([]);
  });

  it('is explained by a file that is older than the other', async () => {
    await load('shoonya', '2031-01-06', shoonyaFutures(futures({ ACME: 75 })));
    await load('kite', '2031-01-07', kite({ ACME: 50 }));
    expect((await disagreements()).map(([, , what]) => what)).toEqual(['stale_broker']);
    expect(await disagreements({ asOf: '2031-01-06' })).toEqual([]);
  });

  it('is explained by a change of a week ago that the other may follow, and by nothing a week later', async () => {
    for (const [day, lot] of [
      ['2031-01-06', 50],
      ['2031-01-08', 75],
      ['2031-01-16', 75],
    ] as const) {
      await load('shoonya', day, shoonyaFutures(futures({ ACME: 50 })));
      await load('kite', day, kite({ ACME: lot }));
    }
    const on = async (asOf: string) => (await disagreements({ asOf })).map(([, , what, inForce]) => [what, inForce]);
    expect(await on('2031-01-06')).toEqual([]);
    expect(await on('2031-01-08')).toEqual([['adjustment_pending', 75]]);
    expect(await on('2031-01-16')).toEqual([['unexplained', 75]]);
  });

  it('has pages that leave nothing out, and filters', async () => {
    await load('upstox', '2031-01-06', upstoxFutures(futures({ A1: 75, A2: 75, A3: 75 }, { tick: '0.1' })));
    await load('kite', '2031-01-06', kite({ A1: 50, A2: 50, A3: 75 }));
    await load('dhan', '2031-01-06', dhanFutures(futures({ A1: 50, A2: 50, A3: 75 })));
    const all = await list();
    expect(all.items).toHaveLength(5);
    const paged: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, page } = await list({ limit: 2, ...(cursor !== undefined && { cursor }) });
      paged.push(...items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all.items);
    expect((await list({ field: 'tickSize' })).items).toHaveLength(3);
    expect((await list({ field: 'lotSize', broker: 'dhan' })).items).toHaveLength(2);
    expect((await list({ segment: 'MCX' })).items).toEqual([]);
    expect((await list({ class: 'unexplained' })).items).toEqual(all.items);
    expect((await list({ field: 'lotSize', class: 'wording' })).items).toEqual([]);
  });

  it('finds a token that means two instruments, and counts it against the segment', async () => {
    await load('upstox', '2031-01-06', upstoxFutures(futures({ ACME: 50 })));
    await load('kite', '2031-01-06', kiteCsv([future(41_001, 'OTHER', expiry, 50)]));
    const { items } = await list();
    expect(items).toMatchObject([{ segment: 'NFO', field: 'instrument', class: 'identity', exchangeToken: '41001', inForce: null }]);
    expect(items[0]?.says.toSorted((a, b) => (a.value < b.value ? -1 : 1))).toEqual([
      { value: 'NFO:ACME:2031-01-28:FUT', brokers: ['upstox'] },
      { value: 'NFO:OTHER:2031-01-28:FUT', brokers: ['kite'] },
    ]);
    expect((await summary()).fields).toEqual([{ segment: 'NFO', field: 'instrument', class: 'identity', count: 1 }]);
    expect(await disagreements({ field: 'token' })).toEqual([]);
  });

  it('finds two tokens of one broker for one instrument, should that ever be', async () => {
    await load('kite', '2031-01-06', kite({ ACME: 50 }));
    await registry.database.query({
      text: `INSERT INTO registry.broker_tokens (instrument_id, broker, segment, exchange_token, token, symbol, valid_from)
             SELECT b.instrument_id, b.broker, b.segment, '9', '9', b.symbol, b.valid_from FROM registry.broker_tokens b`,
    });
    expect(await disagreements()).toEqual([['NFO:ACME:2031-01-28:FUT', 'token', 'two_tokens', null, '41001: kite, 9: kite']]);
  });

  it('is measured and scored by segment, once a day', async () => {
    await load('upstox', '2031-01-06', upstoxFutures(futures({ A1: 75, A2: 75, A3: 75, A4: 75 })));
    await load('kite', '2031-01-06', kite({ A1: 50, A2: 75, A3: 75, A4: 75 }, [{ token: 2885, symbol: 'SHARE' }]));
    const check = new CheckQualityHandler(registry.database, new Measure(registry.database, registry.lastRuns), registry.clock);
    const checks = async () => (await new ListChecksHandler(registry.database).execute(new ListChecks({ limit: 100 }))).items;
    expect(await check.execute(new CheckQuality())).toBe('2031-01-06');
    await check.execute(new CheckQuality('2031-01-10'));
    await check.execute(new CheckQuality('2031-01-06'));
    const source = { ageDays: 0, lateDays: 0, rejectedShare: 0, quarantined: false };
    const [laterNfo, , nfo, nse] = await checks();
    expect(await checks()).toHaveLength(4);
    expect(nfo).toMatchObject({
      day: '2031-01-06',
      segment: 'NFO',
      score: 92.5,
      parts: { completeness: 1, agreement: 0.75, freshness: 1, rejects: 1, quarantine: 1 },
      measured: {
        ...{ instruments: 4, withIsin: 0, withLot: 4, withTick: 4, compared: 4, doubtful: 1 },
        sources: [
          { broker: 'kite', ...source },
          { broker: 'upstox', ...source },
        ],
      },
    });
    expect(nse).toMatchObject({
      segment: 'NSE',
      score: 85.7,
      parts: { agreement: null },
      measured: { instruments: 1, withIsin: 0, compared: 0 },
    });
    expect(laterNfo).toMatchObject({
      day: '2031-01-10',
      segment: 'NFO',
      measured: {
        sources: [
          { ageDays: 4, lateDays: 4 },
          { ageDays: 4, lateDays: 4 },
        ],
      },
    });
    // A Friday's file is as good on Sunday.
    await load('kite', '2031-01-10', kite({ A1: 50, A2: 75, A3: 75, A4: 75 }));
    await check.execute(new CheckQuality('2031-01-12'));
    expect((await checks())[0]).toMatchObject({ segment: 'NFO', measured: { sources: [{ ageDays: 2, lateDays: 0 }, { lateDays: 4 }] } });
  });

  it('compares two brokers: what both have, what one has, what they say differently', async () => {
    await load('upstox', '2031-01-06', upstoxFutures(futures({ A1: 75, A2: 75, A3: 75 })));
    await load('kite', '2031-01-06', kite({ A1: 50, A2: 75 }, [{ token: 2885, symbol: 'SHARE' }]));
    const reconcile = (more: object = {}) =>
      new ReconcileHandler(registry.database, moments).execute(new Reconcile({ left: 'kite', right: 'upstox', limit: 100, ...more }));
    const none = { name: 0, lotSize: 0, tickSize: 0, freezeQuantity: 0, exchangeToken: 0 };
    const { segments, items, day } = await reconcile();
    expect([day, segments]).toEqual([
      '2031-01-06',
      [
        { segment: 'NFO', common: 2, onlyLeft: 0, onlyRight: 1, differing: 1, differs: { ...none, lotSize: 1 } },
        { segment: 'NSE', common: 0, onlyLeft: 1, onlyRight: 0, differing: 0, differs: none },
      ],
    ]);
    expect(items.map(({ key, class: what, differs, left, right }) => [key, what, differs, left?.lotSize, right?.lotSize])).toEqual([
      ['NFO:A1:2031-01-28:FUT', 'differing', ['lotSize'], 50, 75],
      ['NFO:A3:2031-01-28:FUT', 'onlyRight', [], undefined, 75],
      ['NSE:SHARE', 'onlyLeft', [], 1, undefined],
    ]);
    const first = await reconcile({ limit: 2 });
    expect([...first.items, ...(await reconcile({ limit: 2, cursor: first.page.nextCursor })).items]).toEqual(items);
    expect((await reconcile({ class: 'differing', segment: 'NFO' })).items).toHaveLength(1);
    await expect(reconcile({ right: 'nobody' })).rejects.toThrow('The registry knows no broker nobody.');
  });
});
