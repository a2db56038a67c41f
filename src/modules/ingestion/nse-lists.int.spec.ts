import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';

jest.setTimeout(120_000);

type Listing = { symbol: string; isin: string; series?: string; name?: string; since?: string; lot?: number };

const isinOf = (number: number) => `INE${String(number).padStart(4, '0')}01013`;
const fillers = Array.from({ length: 30 }, (_, n): Listing => ({ symbol: `FILLER${n}`, isin: isinOf(500 + n) }));

const list = (listings: readonly Listing[]) =>
  [
    'SYMBOL,NAME OF COMPANY, SERIES, DATE OF LISTING, PAID UP VALUE, MARKET LOT, ISIN NUMBER, FACE VALUE',
    ...[...listings, ...fillers].map(({ symbol, isin, series = 'EQ', name = `${symbol} Limited`, since = '06-OCT-2008', lot = 1 }) =>
      [symbol, name, series, since, 10, lot, isin, 10].join(','),
    ),
    '',
  ].join('\n');

const small = (listings: readonly Listing[]) =>
  [
    'SYMBOL,NAME_OF_COMPANY,SERIES,DATE_OF_LISTING,PAID_UP_VALUE,ISIN_NUMBER,FACE_VALUE,',
    ...listings.map(
      ({ symbol, isin, series = 'SM', since = '06-Oct-08' }) => `${symbol},${symbol} Limited,${series},${since},10,${isin},10,`,
    ),
    '',
  ].join('\n');

const upstox = (rows: readonly { isin: string; token: number; symbol: string; name: string }[]) =>
  [
    '"instrument_key","exchange_token","tradingsymbol","name","last_price","expiry","strike","tick_size","lot_size","instrument_type","option_type","exchange"',
    ...rows.map(
      ({ isin, token, symbol, name }) => `"NSE_EQ|${isin}","${token}","${symbol}","${name}","0","","","0.05","1","EQUITY","","NSE_EQ"`,
    ),
    '',
  ].join('\n');

const folder = mkdtempSync(join(tmpdir(), 'nse-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Load = readonly [source: string, day: string, text: string];

async function after<Answer>(loads: readonly Load[], ask: (registry: ReturnType<typeof registryOn>) => Promise<Answer>) {
  const registry = registryOn(await freshDatabase());
  try {
    for (const load of loads) await send(registry, load);
    return await ask(registry);
  } finally {
    await registry.close();
  }
}

function send(registry: ReturnType<typeof registryOn>, [source, day, text]: Load) {
  const file = join(folder, `${source}-${day}.csv`);
  writeFileSync(file, text);
  return registry.load(source, file, day, { mode: 'backfill' });
}

/** Everything that is known of what is not filler. */
const known = ({ database }: ReturnType<typeof registryOn>) =>
  database.query<{ key: string; from: string; to: string | null; isin: string | null }>({
    text: `SELECT t.key, t.valid_from AS "from", t.valid_to AS "to", t.name, t.isin, t.series, t.tick_size::text AS tick, t.suspended, i.delisting IS NOT NULL AS delisted,
                  ARRAY(SELECT b.broker || ' ' || b.exchange_token || ' ' || b.valid_from || ' ' || coalesce(b.valid_to::text, '') FROM registry.broker_tokens b
                        WHERE b.instrument_id = t.instrument_id ORDER BY 1) AS tokens
           FROM registry.lot_sizes t JOIN registry.instruments i ON i.id = t.instrument_id WHERE t.key NOT LIKE '%FILLER%' ORDER BY t.key, t.valid_from`,
  });

const statusOf = async ({ database }: ReturnType<typeof registryOn>) =>
  Object.fromEntries(
    (
      await database.query<{ key: string; status: string }>({
        text: `SELECT t.key, CASE WHEN i.delisting IS NOT NULL THEN 'delisted from ' || i.listed_to WHEN t.suspended THEN 'suspended' ELSE 'active' END AS status
               FROM registry.lot_sizes t JOIN registry.instruments i ON i.id = t.instrument_id
               WHERE t.valid_to IS NOT DISTINCT FROM i.listed_to AND t.key NOT LIKE '%FILLER%' ORDER BY t.key`,
      })
    ).map(({ key, status }) => [key, status]),
  );

const acme = { symbol: 'ACME', isin: isinOf(1), name: 'Acme Industries Limited' };
const other = { symbol: 'OTHER', isin: isinOf(2) };

describe('a list of NSE and the files of brokers of the same day', () => {
  const day = '2026-01-07';
  const loads: Load[] = [
    ['nse', day, list([acme, other])],
    ['kite', day, kiteCsv([{ token: 2885, symbol: 'ACME', name: 'ACME IND' }])],
    ['upstox', day, upstox([{ isin: isinOf(1), token: 2885, symbol: 'ACME', name: 'ACME INDUSTRIES LTD' }])],
  ];

  it('are of one listing, which is called as the exchange calls it and is as old as the exchange says', async () => {
    const common = { key: 'NSE:ACME', name: 'Acme Industries Limited', isin: isinOf(1), series: 'EQ', suspended: false, delisted: false };
    const tokens = [`kite 2885 ${day} `, `nse ${isinOf(1)}-EQ ${day} `, `upstox 2885 ${day} `];
    expect((await after(loads, known)).slice(0, 2)).toEqual([
      { ...common, from: '2008-10-06', to: day, tick: null, tokens },
      { ...common, from: day, to: null, tick: '0.05', tokens },
    ]);
  });

  it.each([
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ])('come to the same in the order %i, %i, %i', async (...order) => {
    const inOrder = order.map((n) => loads[n] as Load);
    expect(await after(inOrder, known)).toEqual(await after(loads, known));
  });

  it('change nothing when they come again', () =>
    after(loads, async (registry) => {
      const position = await registry.store.position();
      for (const load of loads) await send(registry, load);
      expect((await registry.store.after(position, 100)).filter(({ type }) => !type.startsWith('Run'))).toEqual([]);
    }));

  it('name the listing as the exchange does, whoever lags behind', async () => {
    const renamed: Load[] = [
      ['nse', '2026-01-08', list([{ ...acme, symbol: 'ACMENEW' }, other])],
      ['kite', '2026-01-08', kiteCsv([{ token: 2885, symbol: 'ACME', name: 'ACME IND' }])],
    ];
    const symbols = (order: readonly Load[]) =>
      after([...loads, ...order], async (registry) => (await known(registry)).map(({ key, from }) => [key, from]));
    expect(await symbols(renamed)).toEqual([
      ['NSE:ACME', '2008-10-06'],
      ['NSE:ACME', day],
      ['NSE:ACMENEW', '2026-01-08'],
      ['NSE:OTHER', '2008-10-06'],
    ]);
    expect(await symbols(renamed.toReversed())).toEqual(await symbols(renamed));
  });
});

describe('a list of NSE that comes after newer files of brokers', () => {
  it('is of the listing that they have under a newer symbol', async () => {
    const day = '2026-01-07';
    const loads: Load[] = [
      ['kite', day, kiteCsv([{ token: 2885, symbol: 'ACMENEW', name: 'ACME IND' }])],
      ['upstox', day, upstox([{ isin: isinOf(1), token: 2885, symbol: 'ACMENEW', name: 'ACME INDUSTRIES LTD' }])],
      ['nse', '2025-10-22', list([acme, other])],
    ];
    const named = async (registry: ReturnType<typeof registryOn>) =>
      (await known(registry)).flatMap(({ key, isin, from, to }) => (isin === isinOf(1) ? [[key, from, to]] : []));
    expect(await after(loads, named)).toEqual([
      ['NSE:ACME', '2008-10-06', '2025-10-22'],
      ['NSE:ACME', '2025-10-22', day],
      ['NSE:ACMENEW', day, null],
    ]);
  });
});

describe('what leaves a list of NSE', () => {
  const first: Load = ['nse', '2026-01-07', list([acme, other])];
  const second = (...listings: Listing[]): Load => ['nse', '2026-01-08', list(listings)];

  it('is delisted from that day, with the list and its run for a reason', () =>
    after([first, ['kite', '2026-01-07', kiteCsv([{ token: 2885, symbol: 'ACME' }])]], async (registry) => {
      const { counts } = await send(registry, second(other));
      expect(counts).toMatchObject({ delisted: 1, tokensWithdrawn: 1 });
      expect(await statusOf(registry)).toEqual({ 'NSE:ACME': 'delisted from 2026-01-08', 'NSE:OTHER': 'active' });
      const [row] = await registry.database.query<{ delisting: string }>({
        text: 'SELECT delisting FROM registry.instruments WHERE delisting IS NOT NULL',
      });
      expect(row?.delisting).toMatch(/^no longer listed, by the list nse of 2026-01-08 \(ingestion [0-9a-f-]{36}\)$/);
    }));

  it('stays out when a broker still has it, and is the same listing when the list has it again', () =>
    after(
      [
        first,
        [
          'kite',
          '2026-01-07',
          kiteCsv([
            { token: 2885, symbol: 'ACME' },
            { token: 1, symbol: 'OTHER' },
          ]),
        ],
        second(other),
      ],
      async (registry) => {
        const [before] = await registry.database.query<{ id: string }>({
          text: `SELECT instrument_id AS id FROM registry.lot_sizes WHERE key = 'NSE:ACME'`,
        });
        const late = await send(registry, [
          'kite',
          '2026-01-09',
          kiteCsv([
            { token: 2885, symbol: 'ACME' },
            { token: 1, symbol: 'OTHER' },
          ]),
        ]);
        expect(late.counts).toMatchObject({ listed: 0, rejected: 1 });
        expect(await statusOf(registry)).toMatchObject({ 'NSE:ACME': 'delisted from 2026-01-08' });
        await send(registry, ['nse', '2026-01-12', list([acme, other])]);
        const periods = await registry.database.query({
          text: `SELECT instrument_id AS id, valid_from AS "from", valid_to AS "to" FROM registry.lot_sizes WHERE key = 'NSE:ACME' ORDER BY valid_from`,
        });
        expect(periods).toMatchObject([
          { id: before?.id, from: '2008-10-06' },
          { id: before?.id, to: '2026-01-08' },
          { id: before?.id, from: '2026-01-12', to: null },
        ]);
        await send(registry, ['kite', '2026-01-13', kiteCsv([{ token: 2885, symbol: 'ACME' }])]);
        expect(await statusOf(registry)).toMatchObject({ 'NSE:ACME': 'active' });
      },
    ));

  it('has only moved when another series of it is listed, and trades again when it is back', () =>
    after([first, second({ ...acme, series: 'BE' }, other)], async (registry) => {
      expect(await statusOf(registry)).toEqual({ 'NSE:ACME': 'suspended', 'NSE:ACME-BE': 'active', 'NSE:OTHER': 'active' });
      const [{ from } = {}] = await registry.database.query<{ from: string }>({
        text: `SELECT valid_from AS "from" FROM registry.lot_sizes WHERE key = 'NSE:ACME-BE'`,
      });
      expect(from).toBe('2026-01-08');
      await send(registry, ['nse', '2026-01-12', list([acme, other])]);
      expect(await statusOf(registry)).toEqual({ 'NSE:ACME': 'active', 'NSE:ACME-BE': 'suspended', 'NSE:OTHER': 'active' });
    }));

  it('has only moved when it is in another list', () =>
    after(
      [
        ['nse-sme', '2026-01-07', small([acme, other, ...fillers])],
        ['nse', '2026-01-08', list([acme]).replace(/FILLER.*\n/g, '')],
      ],
      async (registry) => {
        await send(registry, ['nse-sme', '2026-01-08', small([other, ...fillers])]);
        expect(await statusOf(registry)).toEqual({ 'NSE:ACME': 'active', 'NSE:ACME-SM': 'suspended', 'NSE:OTHER-SM': 'active' });
      },
    ));

  it('is renamed under the same ISIN, and keeps its name under another ISIN', () =>
    after([first, second({ ...acme, symbol: 'ACMENEW' }, { ...other, isin: isinOf(3) })], async (registry) => {
      const events = (await registry.store.after(0, 10_000)).filter(
        ({ data }) => (data as { validFrom?: string }).validFrom === '2026-01-08',
      );
      expect(events.map(({ type }) => type).sort()).toEqual([
        'BrokerTokenAssigned',
        'BrokerTokenAssigned',
        'BrokerTokenWithdrawn',
        'InstrumentRenamed',
        'IsinChanged',
      ]);
      expect(await statusOf(registry)).toEqual({ 'NSE:ACMENEW': 'active', 'NSE:OTHER': 'active' });
    }));

  it('is not delisted because a broker dropped it, nor by an older list than another one', () =>
    after(
      [
        ['nse', '2026-01-09', list([acme, other])],
        ['nse', '2026-01-06', list([acme, other])],
        ['kite', '2026-01-09', kiteCsv([{ token: 2885, symbol: 'ACME' }, ...spare])],
      ],
      async (registry) => {
        await send(registry, ['kite', '2026-01-12', kiteCsv(spare)]);
        await send(registry, ['nse', '2026-01-07', list([other])]);
        expect(await statusOf(registry)).toMatchObject({ 'NSE:ACME': 'active', 'NSE:OTHER': 'active' });
      },
    ));
});

const spare = Array.from({ length: 20 }, (_, n) => ({ token: 100 + n, symbol: `FILLER${n}` }));

it('takes a name that was known from later days back to the listing when an older list has another', async () => {
  const lists: Load[] = [
    ['nse', '2026-01-07', list([acme])],
    ['nse', '2026-01-08', list([{ ...acme, symbol: 'ACMENEW' }])],
  ];
  const names = (order: readonly Load[]) =>
    after(order, async (registry) => (await known(registry)).map(({ key, from, to }) => [key, from, to]));
  expect(await names(lists)).toEqual([
    ['NSE:ACME', '2008-10-06', '2026-01-08'],
    ['NSE:ACMENEW', '2026-01-08', null],
  ]);
  expect(await names(lists.toReversed())).toEqual(await names(lists));
});
