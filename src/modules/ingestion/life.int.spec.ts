import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, describeWithData } from '../../../test/support/data';
import { freshDatabase } from '../../../test/support/database';
import { kiteCsv, option, type KiteRow } from '../../../test/support/kite';
import { registryOn } from '../../../test/support/registry';

/** The life of instruments over several files, on real dumps. */

type Registry = ReturnType<typeof registryOn>;

jest.setTimeout(600_000);

const renamed = ['fyers/2025-10-16_BSE_FO.csv.gz', 'angel/2025-10-29_instrument_list.json.gz'] as const;

describeWithData('contracts whose underlying is renamed, 15 to 29 October 2025', renamed, () => {
  const fyers = (registry: Registry, mode: 'full' | 'backfill') =>
    registry.load('fyers', dataFile(renamed[0]), '2025-10-15', { mode, segments: ['BFO'] });
  const angel = (registry: Registry) => registry.load('angel', dataFile(renamed[1]), '2025-10-29', { segments: ['BFO'] });

  /** How many contracts of TATAMOTORS are those of TMPV a fortnight later. */
  async function stayed({ database }: Registry) {
    const [found] = await database.query({
      text: `SELECT count(DISTINCT a.instrument_id) AS before, count(DISTINCT b.instrument_id) AS after
             FROM registry.lot_sizes a LEFT JOIN registry.lot_sizes b
               ON b.instrument_id = a.instrument_id AND b.valid_from = '2025-10-29' AND b.underlying = 'TMPV' AND b.key LIKE 'BFO:TMPV:%'
             WHERE a.segment = 'BFO' AND a.underlying = 'TATAMOTORS' AND a.valid_from = '2025-10-15' AND a.valid_to = '2025-10-29'`,
    });
    return found;
  }

  it('stay the same instruments', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      await fyers(registry, 'full');
      expect((await angel(registry)).counts.renamed).toBe(189);
      expect(await stayed(registry)).toEqual({ before: 189, after: 189 });
    } finally {
      await registry.close();
    }
  });

  it('stay so when the later file comes first', async () => {
    const registry = registryOn(await freshDatabase());
    try {
      await angel(registry);
      await fyers(registry, 'backfill');
      expect(await stayed(registry)).toEqual({ before: 189, after: 189 });
    } finally {
      await registry.close();
    }
  });
});

const stale = [
  'upstox/2025-08-20_complete.json.gz',
  'icici/2025-09-19_SecurityMaster.zip',
  'angel/2025-10-29_instrument_list.json.gz',
] as const;

describeWithData('the old symbols that ICICI keeps', stale, () => {
  it('rename nothing back, and a broker that keeps up still renames', async () => {
    const registry = registryOn(await freshDatabase());
    const load = (file: string, day: string) =>
      registry.load(file.split('/', 1)[0] ?? '', dataFile(file), day, { segments: ['NSE', 'BSE'] });
    try {
      await load(stale[0], '2025-08-20');
      const icici = await load(stale[1], '2025-09-19');
      // What ICICI says the next day it has said already.
      const again = await load(stale[1], '2025-09-20');
      const angel = await load(stale[2], '2025-10-29');
      expect([icici, again, angel].map(({ counts }) => counts.renamed)).toEqual([0, 0, 48]);
      const [tata] = await registry.database.query({
        text: `SELECT array_agg(t.symbol ORDER BY t.valid_from) AS symbols FROM registry.lot_sizes t
               WHERE t.segment = 'NSE' AND t.isin = 'INE155A01022' AND t.series = 'EQ'`,
      });
      expect(tata).toEqual({ symbols: ['TATAMOTORS', 'TMPV'] });
    } finally {
      await registry.close();
    }
  });
});

describe('a contract that two brokers have and that is adjusted', () => {
  const token = 41_001;
  const upstox = (strike: string) => [
    'instrument_key,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,option_type,exchange',
    `NSE_FO|${token},${token},GAIL26JAN${strike}CE,,0,2026-01-27,${strike},0.05,3150,OPTSTK,CE,NSE_FO`,
  ];
  const files = {
    kite: (strike: string) => kiteCsv([option(token, 'GAIL', '2026-01-27', strike, 'CE', 3150)]),
    upstox: (strike: string) => `${upstox(strike).join('\n')}\n`,
  };

  it.each([[['kite', 'upstox']], [['upstox', 'kite']]] as const)('has its new symbol at both, when they come as %s', async (brokers) => {
    const registry = registryOn(await freshDatabase());
    const folder = mkdtempSync(join(tmpdir(), 'adjusted-'));
    try {
      for (const [day, strike] of [
        ['2026-01-05', '180'],
        ['2026-01-06', '175'],
      ] as const)
        for (const broker of brokers) {
          const file = join(folder, `${broker}-${day}.csv`);
          writeFileSync(file, files[broker](strike));
          await registry.load(broker, file, day);
        }
      const symbols = await registry.database.query({
        text: `SELECT broker, symbol, valid_from::text AS since FROM registry.broker_tokens ORDER BY broker, valid_from`,
      });
      expect(symbols).toEqual(
        ['kite', 'upstox'].flatMap((broker) => [
          { broker, symbol: 'GAIL26JAN180CE', since: '2026-01-05' },
          { broker, symbol: 'GAIL26JAN175CE', since: '2026-01-06' },
        ]),
      );
    } finally {
      await registry.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a contract that is adjusted on the day on which another broker first has it', () => {
  it('is not taken for the new one that is listed under its old key', async () => {
    const registry = registryOn(await freshDatabase());
    const folder = mkdtempSync(join(tmpdir(), 'first-'));
    const load = (broker: string, day: string, rows: readonly KiteRow[]) => {
      const file = join(folder, `${broker}-${day}.csv`);
      writeFileSync(file, kiteCsv(rows));
      return registry.load(broker, file, day);
    };
    const put = (token: number, strike: string) => option(token, 'IOC', '2026-01-27', strike, 'PE', 4875);
    try {
      await load('kite', '2026-01-05', [put(103_925, '180')]);
      // Tokens of the same numbers at another broker: Upstox's are those of the exchange, too.
      const upstox = join(folder, 'upstox.csv');
      const row = (token: number, strike: string) =>
        `NSE_FO|${token},${token},IOC26JAN${strike}PE,,0,2026-01-27,${strike},0.05,4875,OPTSTK,PE,NSE_FO`;
      writeFileSync(
        upstox,
        `instrument_key,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,instrument_type,option_type,exchange\n${row(106_019, '180')}\n${row(103_925, '175')}\n`,
      );
      await registry.load('upstox', upstox, '2026-01-06');
      const { counts } = await load('kite', '2026-01-06', [put(103_925, '175'), put(106_019, '180')]);
      expect(counts.rejected).toBe(0);
      const held = await registry.database.query({
        text: `SELECT b.broker, b.exchange_token AS token, t.key FROM registry.broker_tokens b
               JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= '2026-01-06' AND t.valid_to > '2026-01-06'
               WHERE b.valid_from <= '2026-01-06' AND b.valid_to > '2026-01-06' ORDER BY 1, 2`,
      });
      const [adjusted, fresh] = ['NFO:IOC:2026-01-27:175:PE', 'NFO:IOC:2026-01-27:180:PE'];
      expect(held).toEqual(
        ['kite', 'upstox'].flatMap((broker) => [
          { broker, token: '103925', key: adjusted },
          { broker, token: '106019', key: fresh },
        ]),
      );
    } finally {
      await registry.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a share whose face value is split, and which is moved to another series and back', () => {
  const [before, after] = ['INE002A01018', 'INE002A01026'];
  const share = (token: string, symbol: string, series: string, isin: string) => ({
    ...{
      segment: 'NSE_EQ',
      exchange: 'NSE',
      name: symbol,
      instrument_key: `NSE_EQ|${isin}`,
      lot_size: 1,
      tick_size: 5,
      freeze_quantity: 100000,
    },
    ...{ isin, instrument_type: series, exchange_token: token, trading_symbol: symbol, short_name: symbol, security_type: 'NORMAL' },
  });
  const others = Array.from({ length: 9 }, (_, n) => share(String(9000 + n), `OTHER${n}`, 'EQ', `INE00${n}B01010`));

  it('keeps its listings, each with its token, as one security', async () => {
    const registry = registryOn(await freshDatabase());
    const folder = mkdtempSync(join(tmpdir(), 'life-'));
    const load = (day: string, row: object) => {
      const file = join(folder, `${day}.json`);
      writeFileSync(file, JSON.stringify([row, ...others]));
      return registry.load('upstox', file, day);
    };
    try {
      await load('2026-01-05', share('2885', 'MOVED', 'EQ', before));
      await load('2026-01-06', share('2885', 'MOVED', 'EQ', after));
      await load('2026-01-07', share('2886', 'MOVED', 'BE', after));
      await load('2026-01-08', share('2885', 'MOVED', 'EQ', after));
      const tokens = await registry.database.query({
        text: `SELECT b.exchange_token AS token, b.valid_from AS "from", b.valid_to AS "to", t.key, t.isin,
                      dense_rank() OVER (ORDER BY i.id) AS listing, dense_rank() OVER (ORDER BY i.security_id) AS security
               FROM registry.broker_tokens b JOIN registry.instruments i ON i.id = b.instrument_id
               JOIN registry.lot_sizes t ON t.instrument_id = i.id AND t.valid_from <= b.valid_from AND (t.valid_to IS NULL OR t.valid_to > b.valid_from)
               WHERE b.exchange_token IN ('2885', '2886') ORDER BY b.valid_from`,
      });
      const plain = { token: '2885', key: 'NSE:MOVED', listing: 1, security: 1 };
      expect(tokens).toEqual([
        { ...plain, from: '2026-01-05', to: '2026-01-06', isin: before },
        { ...plain, from: '2026-01-06', to: '2026-01-07', isin: after },
        { token: '2886', key: 'NSE:MOVED-BE', listing: 2, security: 1, from: '2026-01-07', to: '2026-01-08', isin: after },
        { ...plain, from: '2026-01-08', to: null, isin: after },
      ]);
      const history = await registry.database.query({
        text: `SELECT e.type, e.data->>'validFrom' AS "from" FROM log.events e
               WHERE e.stream = (SELECT 'instrument-' || b.instrument_id FROM registry.broker_tokens b WHERE b.exchange_token = '2885' LIMIT 1) ORDER BY e.position`,
      });
      expect(history).toEqual([
        { type: 'InstrumentListed', from: '2026-01-05' },
        { type: 'BrokerTokenAssigned', from: '2026-01-05' },
        { type: 'IsinChanged', from: '2026-01-06' },
        { type: 'BrokerTokenAssigned', from: '2026-01-06' },
        { type: 'BrokerTokenWithdrawn', from: '2026-01-07' },
        { type: 'BrokerTokenAssigned', from: '2026-01-08' },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
      await registry.close();
    }
  });
});

describe('a listing that brokers drop', () => {
  const shares = (...more: KiteRow[]) => [...Array.from({ length: 9 }, (_, n) => ({ token: 100 + n, symbol: `STAYS${n}` })), ...more];
  const gone = { token: 77, symbol: 'GONE' };
  let registry: Registry;
  const folder = mkdtempSync(join(tmpdir(), 'dropped-'));
  beforeEach(async () => void (registry = registryOn(await freshDatabase(), 'follow', { INSTRUMENT_REGISTRY_DELISTING_FILES: '3' })));
  afterEach(() => registry.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  const kite = (day: string, ...more: KiteRow[]) => {
    const file = join(folder, 'kite.csv');
    writeFileSync(file, kiteCsv(shares(...more)));
    return registry.load('kite', file, day);
  };
  const shoonya = (day: string, ...more: KiteRow[]) => {
    const file = join(folder, 'NSE_symbols.txt');
    const rows = shares(...more).map(({ token, symbol }) => `NSE,${token},1,${symbol},${symbol}-EQ,EQ,0.05,`);
    writeFileSync(file, ['Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,', ...rows, ''].join('\n'));
    return registry.load('shoonya', file, day);
  };
  const events = () =>
    registry.database.query({
      text: `SELECT e.type, e.data->>'validFrom' AS "from" FROM log.events e
             WHERE e.type IN ('InstrumentDelisted', 'InstrumentListed')
               AND e.stream IN (SELECT 'instrument-' || b.instrument_id FROM registry.broker_tokens b WHERE b.exchange_token = '77') ORDER BY e.position`,
    });
  const listed = { type: 'InstrumentListed', from: '2026-01-05' };

  it('stays listed while one of them has it', async () => {
    await kite('2026-01-05', gone);
    await shoonya('2026-01-05', gone);
    for (const day of ['2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09']) {
      await kite(day);
      await shoonya(day, gone);
    }
    expect(await events()).toEqual([listed]);
  });

  it('stays listed where only one ever had it', async () => {
    await kite('2026-01-05', gone);
    await shoonya('2026-01-05');
    for (const day of ['2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09']) await kite(day);
    expect(await events()).toEqual([listed]);
  });

  it('is delisted from the first day on which none has it, and listed again when it comes back', async () => {
    await kite('2026-01-05', gone);
    await shoonya('2026-01-05', gone);
    for (const day of ['2026-01-06', '2026-01-07', '2026-01-08']) await kite(day);
    for (const day of ['2026-01-07', '2026-01-08']) await shoonya(day);
    expect(await events()).toEqual([listed]);
    expect((await shoonya('2026-01-09')).counts.delisted).toBe(1);
    expect(await events()).toEqual([listed, { type: 'InstrumentDelisted', from: '2026-01-07' }]);
    await kite('2026-01-12', gone);
    expect(await events()).toEqual([
      listed,
      { type: 'InstrumentDelisted', from: '2026-01-07' },
      { type: 'InstrumentListed', from: '2026-01-12' },
    ]);
  });
});
