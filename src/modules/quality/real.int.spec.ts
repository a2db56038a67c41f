import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';
import { EventStore } from '../../platform/event-store/event-store';
import { MarketClock, Moments } from '../instruments';
import { Reconcile, ReconcileHandler } from './queries/reconcile';
import { SummariseDisagreements, SummariseDisagreementsHandler } from './queries/summarise-disagreements';

/** Loading a whole market takes a while, in milliseconds. */
jest.setTimeout(600_000);

const files = ['kite/2026-01-07_NSE.csv', 'kite/2026-01-07_NFO.csv.gz', 'upstox/2026-01-07_complete.csv.gz'] as const;

describeWithData('Kite and Upstox on 7 January 2026', files, () => {
  let registry: ReturnType<typeof registryOn>;
  let moments: Moments;
  beforeAll(async () => {
    registry = registryOn(await freshDatabase());
    moments = new Moments(new MarketClock(registry.config, registry.database), new EventStore(registry.database));
    await registry.load('kite', dataFile(files[0]), '2026-01-07');
    await registry.load('kite', dataFile(files[1]), '2026-01-07');
    await registry.load('upstox', dataFile(files[2]), '2026-01-07');
  });
  afterAll(() => registry.close());

  it('differ in names alone', async () => {
    const { day, fields } = await new SummariseDisagreementsHandler(registry.database, moments).execute(new SummariseDisagreements({}));
    expect([day, fields]).toEqual([
      '2026-01-07',
      [
        { segment: 'NSE', field: 'name', class: 'wording', count: 2_387 },
        { segment: 'NSE_INDEX', field: 'name', class: 'wording', count: 111 },
      ],
    ]);
  });

  it('have 37,960 contracts of NSE in common, none with another lot, tick, freeze quantity or token', async () => {
    const reconcile = new ReconcileHandler(registry.database, moments);
    const of = async (segment: 'NFO' | 'NSE') =>
      (await reconcile.execute(new Reconcile({ left: 'kite', right: 'upstox', segment, limit: 1 }))).segments[0];
    const none = { name: 0, lotSize: 0, tickSize: 0, freezeQuantity: 0, exchangeToken: 0 };
    expect(await of('NFO')).toEqual({ segment: 'NFO', common: 37_960, onlyLeft: 995, onlyRight: 0, differing: 0, differs: none });
    expect(await of('NSE')).toMatchObject({ common: 8_645, onlyLeft: 305, onlyRight: 1, differs: { ...none, name: 2_387 } });
  });
});
