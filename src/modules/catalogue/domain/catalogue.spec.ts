import fc from 'fast-check';
import { contractTerms, shareTerms } from '../../../../test/support/examples';
import type { BrokerMapping, Snapshot } from '../../instruments';
import { Catalogue } from './catalogue';

const id = (n: number) => `0198a1b2-3c4d-7e5f-8a6b-00000000000${n}`;
const life = {
  securityId: null,
  isTest: false,
  listedFrom: '2026-01-01',
  listedTo: null,
  from: '2026-01-05',
  to: null,
  version: 1,
} as const;
const unresolved = { underlyingId: null, underlyingKey: null, brokers: [] };
const mapping: BrokerMapping = {
  broker: 'kite',
  token: '738561',
  exchangeToken: '2885',
  symbol: 'RELIANCE',
  segment: 'NSE',
  lotSize: 1,
  tickSize: '0.05',
  freezeQuantity: null,
  validFrom: '2026-01-01',
  validTo: null,
};
const share: Snapshot = { ...shareTerms, ...life, ...unresolved, id: id(1), segment: 'NSE' };
const option: Snapshot = {
  ...contractTerms,
  ...life,
  ...unresolved,
  id: id(2),
  segment: 'NFO',
  flags: { ban: true, surveillance: 'ASM-1' },
};

function put(catalogue: Catalogue, instruments: readonly Snapshot[], changed: readonly string[] = []) {
  for (const instrument of instruments) {
    catalogue.add(instrument);
    for (const mapping of instrument.brokers ?? []) catalogue.map(instrument.id, mapping);
  }
  catalogue.publish(changed);
  return catalogue;
}
const catalogueOf = (...instruments: Snapshot[]) => put(new Catalogue('2026-01-07'), instruments);
const idsOf = (catalogue: Catalogue, rows: Iterable<number>) => [...rows].map((row) => catalogue.snapshot(row).id).sort();

describe('the catalogue', () => {
  it('gives back what was put', () => {
    const known = { ...share, brokers: [mapping, { ...mapping, broker: 'upstox', token: 'NSE_EQ|INE002A01018' }] };
    const catalogue = catalogueOf(known, option);
    expect(catalogue.snapshot(catalogue.holder('key', 'NSE:RELIANCE') ?? -1)).toEqual(known);
    expect(catalogue.snapshot(catalogue.holder('id', option.id) ?? -1)).toEqual(option);
    expect(catalogue.snapshot(catalogue.holder('id', option.id) ?? -1, false)).toEqual({ ...option, brokers: null });
  });

  it('knows what a contract is written on as soon as that is there', () => {
    const catalogue = catalogueOf(option);
    const index = { ...share, id: id(3), key: 'NSE_INDEX:NIFTY', symbol: 'NIFTY', segment: 'NSE_INDEX', isin: null, series: null } as const;
    put(catalogue, [index]);
    expect(catalogue.snapshot(catalogue.holder('id', option.id) ?? -1)).toMatchObject({
      underlyingId: id(3),
      underlyingKey: 'NSE_INDEX:NIFTY',
    });
  });

  it('shows nothing before it is published', () => {
    const catalogue = catalogueOf(share);
    catalogue.add({ ...share, key: 'NSE:RIL', symbol: 'RIL' });
    catalogue.map(share.id, mapping);
    expect(catalogue.holder('key', 'NSE:RIL')).toBeNull();
    expect(catalogue.mapped('token', 'kite', '738561', null)).toEqual([]);
    catalogue.publish([share.id]);
    expect(catalogue.holder('key', 'NSE:RELIANCE')).toBeNull();
    expect(idsOf(catalogue, catalogue.mapped('token', 'kite', '738561', null))).toEqual([share.id]);
  });

  it('forgets what was discarded', () => {
    const catalogue = catalogueOf(share);
    catalogue.add({ ...share, key: 'NSE:RIL', symbol: 'RIL' });
    catalogue.map(share.id, mapping);
    catalogue.discard();
    catalogue.publish();
    expect([catalogue.size, catalogue.tokens]).toEqual([1, 0]);
    expect(catalogue.holder('key', 'NSE:RELIANCE')).not.toBeNull();
    expect(catalogue.holder('key', 'NSE:RIL')).toBeNull();
  });

  it('maps nothing to what it does not have', () => {
    const catalogue = catalogueOf(share);
    catalogue.map(id(9), mapping);
    expect(catalogue.tokens).toBe(0);
  });

  it('lets two instruments swap their tokens', () => {
    const [a, b] = [
      { ...share, brokers: [mapping] },
      { ...option, brokers: [{ ...mapping, token: '2', exchangeToken: '3' }] },
    ];
    const catalogue = catalogueOf(a, b);
    put(
      catalogue,
      [
        { ...a, brokers: b.brokers },
        { ...b, brokers: a.brokers },
      ],
      [a.id, b.id],
    );
    expect(idsOf(catalogue, catalogue.mapped('token', 'kite', '738561', null))).toEqual([b.id]);
    expect(idsOf(catalogue, catalogue.mapped('exchangeToken', 'kite', '3', ['NSE']))).toEqual([a.id]);
    expect(catalogue.mapped('exchangeToken', 'kite', '3', ['NFO'])).toEqual([]);
  });

  // Few different names, so that instruments take each other's all the time.
  const few = (...names: string[]) => fc.constantFrom(...names);
  const instruments = fc
    .uniqueArray(
      fc.record({
        n: fc.nat(5),
        isContract: fc.boolean(),
        symbol: few('A', 'B', 'C'),
        isin: fc.option(few('INE002A01018', 'INE002A01026')),
        expiry: few('2026-01-27', '2026-02-24'),
        brokers: fc.array(
          fc.record({ broker: few('kite', 'upstox'), token: few('1', '2', '3'), exchangeToken: few('1', '2'), symbol: few('A', 'B') }),
        ),
      }),
      { selector: ({ n }) => n },
    )
    .map((all) =>
      all.map(({ n, isContract, symbol, isin, expiry, brokers }): Snapshot => {
        const own = { id: id(n), key: `${isContract ? 'NFO' : 'NSE'}:${symbol}:${n}`, symbol };
        const said = brokers.map((names, at) => ({ ...mapping, ...names, exchangeToken: `${names.exchangeToken}${at}` }));
        return isContract ? { ...option, ...own, underlying: symbol, expiry, brokers: said } : { ...share, ...own, isin, brokers: said };
      }),
    );

  it('finds after any changes exactly what stands', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ put: instruments, gone: fc.array(fc.nat(5).map(id)) })), (changes) => {
        const catalogue = new Catalogue('2026-01-07');
        const model = new Map<string, Snapshot>();
        for (const { put: some, gone } of changes) {
          const changed = [...gone, ...some.map((one) => one.id)];
          put(catalogue, some, changed);
          for (const one of changed) model.delete(one);
          for (const one of some) model.set(one.id, one);
        }
        const all = [...model.values()];
        const whose = (is: (one: Snapshot) => boolean | undefined) =>
          all
            .filter(is)
            .map((one) => one.id)
            .sort();
        expect(catalogue.size).toBe(all.length);
        expect(idsOf(catalogue, catalogue.rows())).toEqual(whose(() => true));
        for (const one of all) {
          const { brokers, ...rest } = catalogue.snapshot(catalogue.holder('key', one.key) ?? -1);
          expect(rest).toEqual({ ...one, brokers: undefined });
          expect(brokers).toEqual(expect.arrayContaining([...(one.brokers ?? [])]));
          expect(brokers).toHaveLength(one.brokers?.length ?? 0);
        }
        for (const n of [0, 1, 2, 3, 4, 5]) if (!model.has(id(n))) expect(catalogue.holder('id', id(n))).toBeNull();
        for (const symbol of ['A', 'B', 'C']) {
          expect(idsOf(catalogue, catalogue.named('symbol', symbol))).toEqual(whose((one) => one.expiry === null && one.symbol === symbol));
          for (const [expiry, rows] of catalogue.contracts('NFO', symbol))
            expect(idsOf(catalogue, rows)).toEqual(whose((one) => one.expiry === expiry && one.underlying === symbol));
          expect([...catalogue.contracts('NFO', symbol).keys()].sort()).toEqual(
            [...new Set(all.flatMap((one) => (one.underlying === symbol && one.expiry ? one.expiry : [])))].sort(),
          );
        }
        for (const isin of ['INE002A01018', 'INE002A01026'])
          expect(idsOf(catalogue, catalogue.named('isin', isin))).toEqual(whose((one) => one.expiry === null && one.isin === isin));
        for (const broker of ['kite', 'upstox'])
          for (const text of ['1', '2', '3', '10', '21', 'A', 'B'])
            for (const name of ['token', 'exchangeToken', 'symbol'] as const)
              expect(idsOf(catalogue, catalogue.mapped(name, broker, text, null))).toEqual(
                whose(({ brokers }) => brokers?.some((mapping) => mapping.broker === broker && mapping[name] === text)),
              );
      }),
    ));

  it('takes up no more room when the same instruments change again and again', () => {
    const catalogue = catalogueOf({ ...share, brokers: [mapping] });
    const { bytes } = catalogue;
    for (let version = 2; version < 5_000; version++) put(catalogue, [{ ...share, version, brokers: [mapping] }], [share.id]);
    expect(catalogue.bytes).toBe(bytes);
    expect(catalogue.isMostlyGarbage).toBe(false);
  });

  it('says when most of its texts belong to nobody any more', () => {
    const catalogue = catalogueOf(share);
    for (let n = 0; n < 11_000; n++) put(catalogue, [{ ...share, key: `NSE:S${n}` }], [share.id]);
    expect(catalogue.isMostlyGarbage).toBe(true);
  });
});
