import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { registryOn } from '../../../test/support/registry';
import { rebuild } from '../../platform/event-store/rebuild';
import { DiffDays, DiffDaysHandler } from './queries/diff-days';

/** What real dumps have proven, held to the row. Figures are those of the registry, which drops rows that had expired on the day. */

type Registry = ReturnType<typeof registryOn>;

/** Loading a whole market takes a while, and comparing two days of it a second or two, in milliseconds. */
jest.setTimeout(600_000);

const upstox = (name: string) => `upstox/${name}`;
const kite = (name: string) => `kite/${name}`;

/** The counts per segment, and the contracts of NFO that have been adjusted or amended (fewer than a page of each). */
async function diff({ database }: Registry, broker: string, from: string, to: string) {
  const days = new DiffDaysHandler(database);
  const ask = (name: 'adjusted' | 'amended') => days.execute(new DiffDays(broker, { from, to, segment: 'NFO', class: name, limit: 1000 }));
  const { segments } = await days.execute(new DiffDays(broker, { from, to, limit: 1 }));
  return {
    of: (segment: string) => segments.find((summary) => summary.segment === segment),
    /** Of the contracts of this class, how many have another value of each member. */
    changing: async (name: 'adjusted' | 'amended', ...members: string[]) => {
      const { items } = await ask(name);
      return members.map((member) => items.filter(({ changed }) => changed.includes(member)).length);
    },
  };
}

/** Whom a token of a broker means on a day. */
async function holder({ database }: Registry, broker: string, segment: string, exchangeToken: string, day: string) {
  const rows = await database.query<{ id: string; key: string; lotSize: number }>({
    text: `SELECT b.instrument_id AS id, t.key, b.lot_size AS "lotSize" FROM registry.broker_tokens b
           JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= $4 AND (t.valid_to IS NULL OR t.valid_to > $4)
           WHERE b.broker = $1 AND b.segment = $2 AND b.exchange_token = $3 AND b.valid_from <= $4 AND (b.valid_to IS NULL OR b.valid_to > $4)`,
    values: [broker, segment, exchangeToken, day],
  });
  expect(rows).toHaveLength(1);
  return rows[0];
}

async function logIsWhole({ database }: Registry) {
  const [log] = await database.query<{ events: number; newest: number; head: number }>({
    text: `SELECT count(*) AS events, max(position) AS newest, (SELECT position FROM log.head) AS head FROM log.events`,
  });
  expect(log).toEqual({ events: log?.newest, newest: log?.newest, head: log?.newest });
}

const august = [upstox('2024-08-28_complete.csv.gz'), upstox('2024-08-30_complete.csv.gz'), upstox('2024-09-03_complete.csv.gz')] as const;

describeWithData('a monthly expiry, 28 August to 3 September 2024', august, () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = registryOn(await freshDatabase());
    await registry.load('upstox', dataFile(august[0]), '2024-08-28');
    await registry.load('upstox', dataFile(august[1]), '2024-08-30');
    await registry.load('upstox', dataFile(august[2]), '2024-09-03');
  });
  afterAll(() => registry.close());

  it('gives a token that was used again two days after expiry to two instruments, each on its days', async () => {
    const before = await holder(registry, 'upstox', 'NFO', '42967', '2024-08-28');
    const after = await holder(registry, 'upstox', 'NFO', '42967', '2024-08-30');
    expect(before).toMatchObject({ key: 'NFO:BANKNIFTY:2024-08-28:48600:PE', lotSize: 15 });
    expect(after).toMatchObject({ key: 'NFO:NIFTY:2024-11-28:24300:CE', lotSize: 25 });
    expect(before?.id).not.toBe(after?.id);
  });

  it('counts 23,805 common tokens of NFO, 8,864 new ones and 12,813 that are gone', async () =>
    expect((await diff(registry, 'upstox', '2024-08-28', '2024-08-30')).of('NFO')).toMatchObject({
      common: 23_805,
      added: 8_864,
      gone: 12_813,
      reused: 177,
    }));

  // The file of 3 September has 226 contracts that had expired the day before; with them it would be 28,045, 840 and 4,624.
  it('counts 27,825, 834 and 4,844 over the days after, with no token used again', async () =>
    expect((await diff(registry, 'upstox', '2024-08-30', '2024-09-03')).of('NFO')).toMatchObject({
      common: 27_825,
      added: 834,
      gone: 4_844,
      reused: 0,
    }));

  it('leaves the log whole', () => logIsWhole(registry));
});

const winter = [
  kite('2026-01-06_NSE.csv'),
  kite('2026-01-06_NFO.csv.gz'),
  kite('2026-01-07_NSE.csv'),
  kite('2026-01-07_NFO.csv.gz'),
  upstox('2026-01-07_complete.csv.gz'),
  kite('2026-01-08_NSE.csv'),
  upstox('2026-02-09_complete.csv.gz'),
] as const;

describeWithData('two brokers, 6 January to 9 February 2026', winter, () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = registryOn(await freshDatabase());
    for (const file of winter)
      await registry.load(file.split('/', 1)[0] ?? '', dataFile(file), file.slice(file.indexOf('/') + 1).slice(0, 10));
  });
  afterAll(() => registry.close());

  it('sees one listing come and one go on a quiet day, eight and eleven on the next', async () => {
    expect((await diff(registry, 'kite', '2026-01-06', '2026-01-07')).of('NSE')).toMatchObject({ added: 1, gone: 1 });
    expect((await diff(registry, 'kite', '2026-01-07', '2026-01-08')).of('NSE')).toMatchObject({ added: 8, gone: 11 });
  });

  it('sees 3,050 contracts come and 160 go with a weekly expiry', async () =>
    expect((await diff(registry, 'kite', '2026-01-06', '2026-01-07')).of('NFO')).toMatchObject({
      added: 3_050,
      gone: 160,
    }));

  it('makes every contract that both brokers have one instrument with two tokens, without a contradiction', async () => {
    const rows = await registry.database.query({
      text: `SELECT count(*)::int AS contracts, count(u.instrument_id)::int AS "atBoth",
                    count(*) FILTER (WHERE u.instrument_id <> k.instrument_id)::int AS apart,
                    count(*) FILTER (WHERE u.lot_size <> k.lot_size)::int AS "otherLot"
             FROM registry.broker_tokens k
             LEFT JOIN registry.broker_tokens u ON u.broker = 'upstox' AND u.segment = k.segment AND u.exchange_token = k.exchange_token
               AND u.valid_from <= '2026-01-07' AND u.valid_to > '2026-01-07'
             WHERE k.broker = 'kite' AND k.segment = 'NFO' AND k.valid_from <= '2026-01-07' AND k.valid_to > '2026-01-07'`,
    });
    expect(rows).toEqual([{ contracts: 38_955, atBoth: 37_960, apart: 0, otherLot: 0 }]);
  });

  // 25 more of the files' tokens were used again; what they meant before had expired on 6 January and is still in the file of the 7th.
  it('keeps the 331 contracts that were adjusted under their tokens, and parts the 7 tokens that were used again', async () => {
    const { of, changing } = await diff(registry, 'upstox', '2026-01-07', '2026-02-09');
    expect(of('NFO')).toMatchObject({ common: 20_273, added: 23_628, gone: 17_687, reused: 7, adjusted: 331 });
    expect(await changing('adjusted', 'strike', 'tickSize', 'lotSize')).toEqual([331, 65, 51]);
    expect(await changing('amended', 'strike', 'tickSize', 'lotSize')).toEqual([0, 303, 2]);
  });

  it('leaves the log whole', () => logIsWhole(registry));

  it('has read models that equal what the log tells', async () => {
    for (const table of registry.instruments.tables)
      for (const { wrong, missing } of (await rebuild(registry.config.databaseUrl, registry.instruments.decider, table)).tables)
        expect([table.name, wrong, missing]).toEqual([table.name, 0, 0]);
  });
});

const summer = [
  upstox('2025-06-12_complete.json.gz'),
  upstox('2025-08-20_complete.json.gz'),
  upstox('2025-08-20_complete.csv.gz'),
] as const;

describeWithData('the expiry weekday moves, 12 June to 20 August 2025', summer, () => {
  let registry: Registry;
  beforeAll(async () => {
    registry = registryOn(await freshDatabase());
    await registry.load('upstox', dataFile(summer[0]), '2025-06-12');
    await registry.load('upstox', dataFile(summer[1]), '2025-08-20');
  });
  afterAll(() => registry.close());

  // The files have 5,554 tokens that were used again; what four of them came to mean had expired by 20 August.
  it('moves the expiry of 382 contracts of NFO and 262 of BFO, which stay the same instruments', async () => {
    const { of } = await diff(registry, 'upstox', '2025-06-12', '2025-08-20');
    expect(of('NFO')).toMatchObject({ rescheduled: 382, reused: 5_550, adjusted: 212 });
    expect(of('BFO')).toMatchObject({ rescheduled: 262 });
  });

  it('changes nothing for the other format of the same day', async () =>
    expect((await registry.load('upstox', dataFile(summer[2]), '2025-08-20')).counts).toMatchObject({
      listed: 0,
      amended: 0,
      adjusted: 0,
      rescheduled: 0,
      renamed: 0,
      tokensAssigned: 0,
      tokensWithdrawn: 0,
    }));

  it('leaves the log whole', () => logIsWhole(registry));
});

const skewed = [upstox('2026-02-09_complete.csv.gz'), 'dhan/2026-04-09_api-scrip-master.csv.gz'] as const;

describeWithData('the skewed file of Dhan after that of Upstox, 9 and 10 February 2026', skewed, () => {
  let registry: Registry;
  beforeAll(async () => void (registry = registryOn(await freshDatabase())));
  afterAll(() => registry.close());

  it('is held back where it is frozen, adjusts the 242 contracts of GAIL, and names the rest of the market as Upstox does', async () => {
    await registry.load('upstox', dataFile(skewed[0]), '2026-02-09');
    const { quarantined, counts } = await registry.load('dhan', dataFile(skewed[1]), '2026-02-10');
    expect([quarantined, counts.adjusted, counts.rescheduled]).toEqual([['BCD', 'CDS'], 242, 0]);
    const [adjusted] = await registry.database.query<{ count: number; underlyings: string[] }>({
      text: `SELECT count(*), array_agg(DISTINCT t.underlying) AS underlyings FROM log.events e
             JOIN registry.lot_sizes t ON t.instrument_id = substr(e.stream, 12)::uuid AND t.valid_to IS NOT NULL AND t.valid_from = '2026-02-10'
             WHERE e.type = 'ContractAdjusted'`,
    });
    expect(adjusted).toEqual({ count: 242, underlyings: ['GAIL'] });
    const actions = await registry.database.query({
      text: `SELECT e.data->'corporateAction'->>'kind' AS kind, e.data->'corporateAction'->>'amount' AS amount,
                    e.data->'corporateAction'->'evidence'->>'contracts' AS contracts, count(*)
             FROM log.events e WHERE e.type = 'ContractAdjusted' GROUP BY 1, 2, 3`,
    });
    expect(actions).toEqual([{ kind: 'dividend', amount: '5', contracts: '242', count: 242 }]);
    const common = await registry.database.query<{ segment: string; count: number }>({
      text: `SELECT d.segment, count(*) FROM registry.broker_tokens d
             JOIN registry.broker_tokens u ON u.broker = 'upstox' AND u.segment = d.segment AND u.exchange_token = d.exchange_token
               AND u.instrument_id = d.instrument_id
             WHERE d.broker = 'dhan' AND d.segment IN ('NSE', 'BSE', 'NFO', 'BFO') GROUP BY d.segment ORDER BY d.segment`,
    });
    expect(common).toEqual([
      { segment: 'BFO', count: 5_457 },
      { segment: 'BSE', count: 12_495 },
      { segment: 'NFO', count: 43_901 },
      { segment: 'NSE', count: 8_750 },
    ]);
    await logIsWhole(registry);
  });
});

const broken = [upstox('2024-03-28_complete.csv.gz'), kite('2024-04-03_pykc_instruments.csv.gz')] as const;

describeWithData('files that are not what they should be', broken, () => {
  let registry: Registry;
  beforeAll(async () => void (registry = registryOn(await freshDatabase())));
  afterAll(() => registry.close());

  it.each([
    ['cut off', 'upstox', broken[0], '2024-03-28', /bytes follow its end/],
    ['mangled by a spreadsheet', 'kite', broken[1], '2024-04-03', /expiry 25-04-2024: a spreadsheet program has rewritten this file/],
  ] as const)('refuses a file that was %s, and leaves the registry as it is', async (_, broker, file, day, reason) => {
    const before = await registry.store.position();
    await expect(registry.load(broker, dataFile(file), day)).rejects.toThrow(reason);
    const types = (await registry.store.after(before, 10)).map(({ type }) => type);
    expect(types).toEqual(['RunQueued', 'RunStarted', 'RunFailed']);
  });
});
