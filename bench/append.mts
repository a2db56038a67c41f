// How fast the log takes events: in bulk against INSERT ... SELECT inside PostgreSQL, one by one against the disk.
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client } from 'pg';
import { buildFolder, seconds, small } from './support/options.mts';
import { rateOf } from './support/rates.mts';
import { check, report, type Figure } from './support/report.mts';
import { withService } from './support/service.mts';

// The classes of the build, as the service has them.
const require = createRequire(import.meta.url);
const built = <Module,>(path: string) => require(join(buildFolder, `${path}.js`)) as Module;
const { Config } = built<typeof import('../src/platform/config.js')>('platform/config');
const { Database } = built<typeof import('../src/platform/database/database.js')>('platform/database/database');
const { EventStore } = built<typeof import('../src/platform/event-store/event-store.js')>('platform/event-store/event-store');
const { Streams } = built<typeof import('../src/platform/event-store/streams.js')>('platform/event-store/streams');

type Happened = { readonly type: 'ContractListed'; readonly data: object };
const evolve = (count: number) => count + 1;
const Contracts = Streams<number, Happened>({ category: 'bench', initial: 0, evolve });

/** About as long as an event of a first load. */
const listed = (n: number): Happened => ({
  type: 'ContractListed',
  data: {
    key: `NFO:SHARE${n % 300}:2026-01-27:${500 + (n % 60) * 10}:CE`,
    symbol: `SHARE${n % 300}`,
    type: 'OPTION',
    underlying: `SHARE${n % 300}`,
    expiry: '2026-01-27',
    strike: String(500 + (n % 60) * 10),
    optionType: 'CE',
    lotSize: 100,
    tickSize: '0.05',
    segment: 'NFO',
    isTest: false,
    validFrom: '2026-01-07',
    validTo: '2026-01-28',
  },
});

const batch = 5_000;
const batches = small ? 2 : 40;
const started = new Date();

await withService(async ({ databaseUrl, dataDir }) => {
  const database = new Database(Config.load({ DATABASE_URL: databaseUrl, DATABASE_POOL_SIZE: '20' }));
  const owner = new Client({ connectionString: databaseUrl });
  await owner.connect();
  try {
    const contracts = new Contracts(new EventStore(database));
    const base = await contracts.store.position();
    const bulk = await time(async () => {
      for (let n = 0; n < batches; n++)
        await contracts.changeMany(Array.from({ length: batch }, (_, m) => ({ id: randomUUID(), fresh: true, decide: () => [listed(m)] })));
    });
    const reference = await insertSelect(owner, base);
    const change = (n: number) => contracts.change(randomUUID(), () => [listed(n)]);
    const one = await rateOf(change, 1);
    const sixteen = await rateOf(change, 16);
    const disk = syncsPerSecond(join(dataDir, 'fdatasync'));

    const { rows } = await owner.query<{ count: string; last: string; head: string; version: string }>(
      `SELECT count(*), max(position) AS last, (SELECT position FROM log.head) AS head, current_setting('server_version') AS version FROM log.events`,
    );
    const { count, last, head, version } = rows[0] ?? {};
    check(count === last && last === head, `the log has ${count} events, the last at ${last}, the head at ${head}`);

    const rate = (batch * batches) / bulk;
    const figures: Figure[] = [
      { name: 'INSERT ... SELECT', value: (batch * batches) / reference, unit: 'events/s' },
      {
        name: `bulk, ${batch} a transaction`,
        value: rate,
        unit: 'events/s',
        ratio: reference / bulk,
        reference: 'INSERT ... SELECT',
        target: '>= 70,000 and 0.6',
        met: rate >= 70_000 && reference / bulk >= 0.6,
      },
      { name: 'fdatasync of 8 KiB', value: disk, unit: '/s' },
      { name: 'single commands, 1 writer', value: one.perSecond, unit: '/s', ratio: one.perSecond / disk, reference: 'fdatasync' },
      { name: 'single commands, 1 writer, P99', value: one.p99, unit: 'ms' },
      {
        name: 'single commands, 16 writers',
        value: sixteen.perSecond,
        unit: '/s',
        ratio: sixteen.perSecond / disk,
        reference: 'fdatasync',
        target: '>= 1,500',
        met: sixteen.perSecond >= 1_500,
      },
      { name: 'single commands, 16 writers, P99', value: sixteen.p99, unit: 'ms', target: '<= 8', met: sixteen.p99 <= 8 },
    ];
    report('append', { started, postgres: version ?? '', data: { name: 'generated', events: batch * batches } }, figures);
  } finally {
    await owner.end();
    await database.onModuleDestroy();
  }
});

async function time(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Seconds for the same rows by INSERT ... SELECT, as many a transaction, into a table of the log's shape with its indexes. */
async function insertSelect(owner: Client, base: number): Promise<number> {
  await owner.query('CREATE TABLE public.copied (LIKE log.events INCLUDING DEFAULTS, PRIMARY KEY (position))');
  await owner.query('CREATE INDEX ON public.copied (stream, version)');
  const took = await time(async () => {
    for (let n = 0; n < batches; n++)
      await owner.query('INSERT INTO public.copied SELECT * FROM log.events WHERE position > $1 AND position <= $2', [
        base + n * batch,
        base + (n + 1) * batch,
      ]);
  });
  const { rows } = await owner.query<{ count: string }>('SELECT count(*) FROM public.copied');
  check(Number(rows[0]?.count) === batch * batches, `${rows[0]?.count} rows were copied`);
  await owner.query('DROP TABLE public.copied');
  return took;
}

/** How often the disk confirms a write of 8 KiB, one after another. */
function syncsPerSecond(file: string): number {
  const page = Buffer.alloc(8192, 1);
  const descriptor = openSync(file, 'w');
  const end = performance.now() + seconds * 250;
  let count = 0;
  const began = performance.now();
  while (performance.now() < end) {
    writeSync(descriptor, page, 0, page.length, (count++ % 1000) * page.length);
    fdatasyncSync(descriptor);
  }
  closeSync(descriptor);
  return count / ((performance.now() - began) / 1000);
}
