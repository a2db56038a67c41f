import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';
import { EventStore } from '../../platform/event-store/event-store';
import { MarketClock, Moments } from '../instruments';
import { CheckQuality, CheckQualityHandler } from './commands/check-quality';
import { Measure } from './measure';
import { ListChecks, ListChecksHandler } from './queries/list-checks';
import { ListDisagreements, ListDisagreementsHandler } from './queries/list-disagreements';
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

  it('x', async () => {
    const t = Date.now();
    const s = await new SummariseDisagreementsHandler(registry.database, moments).execute(new SummariseDisagreements({}));
    console.log(Date.now() - t, JSON.stringify(s.fields), JSON.stringify(s.pairs));
    for (const one of s.fields.filter((f) => f.class !== 'wording'))
      console.log(JSON.stringify((await new ListDisagreementsHandler(registry.database, moments).execute(new ListDisagreements({ limit: 12, field: one.field, class: one.class, segment: one.segment }))).items, null, 0).replaceAll('},{"segment', '},\n{"segment'));
    const t2 = Date.now();
    const r = await new ReconcileHandler(registry.database, moments).execute(new Reconcile({ left: 'kite', right: 'upstox', limit: 20, class: 'onlyRight' }));
    console.log(Date.now() - t2, JSON.stringify(r.segments), r.items.map((i) => i.key));
    const t3 = Date.now();
    await new CheckQualityHandler(registry.database, new Measure(registry.database), registry.clock).execute(new CheckQuality());
    console.log(Date.now() - t3, (await new ListChecksHandler(registry.database).execute(new ListChecks({ limit: 100 }))).items.map((c) => JSON.stringify(c)).join('\n'));
  });
});
