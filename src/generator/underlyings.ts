import type { Cycle } from './calendar';
import type { Contract, Listing, Market } from './listing';
import * as names from './names';
import type { Random } from './random';

/** What is traded on the made-up market's first day: the underlyings of contracts. */

export type Terms = Pick<Listing, 'lotSize' | 'tickSize' | 'multiplier' | 'freezeQuantity'>;

const monthly = (weekday: number): Cycle => ({ weekday, weeks: 0, months: 3, quarters: 0 });
const [tuesday, wednesday, thursday, friday] = [2, 3, 4, 5];
const kept = { multiplier: null, freezeQuantity: 1800 };

/** What contracts are written on, with those that are listed on it at first: strikes around a price, a step apart. Rupees. */
export type Underlying = {
  readonly segment: Market;
  readonly symbol: string;
  readonly on: Contract['on'];
  readonly cycle: Cycle;
  readonly terms: Terms;
  readonly price: number;
  readonly step: number;
};

const indexOptions: readonly Underlying[] = [
  ['NFO', 'NIFTY', { weekday: tuesday, weeks: 5, months: 3, quarters: 3 }, 65, 26_000, 50] as const,
  ['NFO', 'BANKNIFTY', monthly(tuesday), 30, 59_000, 100] as const,
  ['NFO', 'FINNIFTY', monthly(tuesday), 60, 27_500, 50] as const,
  ['NFO', 'MIDCPNIFTY', monthly(tuesday), 120, 13_800, 25] as const,
  ['BFO', 'SENSEX', { weekday: thursday, weeks: 4, months: 3, quarters: 3 }, 20, 85_000, 100] as const,
  ['BFO', 'BANKEX', monthly(thursday), 30, 66_000, 100] as const,
].map(([segment, symbol, cycle, lotSize, price, step]) => ({
  ...{ segment, symbol, cycle, price, step, on: 'index' },
  terms: { ...kept, lotSize, tickSize: '0.05' },
}));

const currency = (symbol: string, price: number): Underlying => ({
  ...{ segment: 'CDS', symbol, on: 'currency', price, step: 0.25, cycle: { weekday: friday, weeks: 4, months: 3, quarters: 0 } },
  terms: { lotSize: 1, tickSize: '0.0025', multiplier: '1000', freezeQuantity: 10_000 },
});

/** The multiplier is the lot in units of the price: 100 grams of gold that is priced for 10 are 10. */
const commodity = (symbol: string, lotSize: number, multiplier: string, tickSize: string, price: number, step: number): Underlying => ({
  ...{ segment: 'MCX', symbol, on: 'commodity', price, step, cycle: monthly(wednesday) },
  terms: { lotSize, tickSize, multiplier, freezeQuantity: 600 },
});
const metals = [
  commodity('GOLDM', 100, '10', '1', 138_000, 500),
  commodity('SILVERM', 5, '5', '1', 240_000, 1000),
  commodity('CRUDEOIL', 100, '100', '1', 5200, 50),
  commodity('NATURALGAS', 1250, '1250', '0.1', 310, 5),
  commodity('ZINC', 5, '5000', '0.05', 308, 2.5),
];

/** One after another, as many as are wanted: indices first, then made-up pairs and goods, or the shares of the exchange. */
export function* underlyingsIn(segment: Market, cash: readonly Listing[], random: Random): Generator<Underlying, void, undefined> {
  yield* indexOptions.filter((one) => one.segment === segment);
  if (segment === 'CDS') {
    yield currency('USDINR', 90);
    yield currency('JPYINR', 58);
    for (let n = 0; ; n++) yield currency(names.currencyPair(n), 50 + n);
  }
  if (segment === 'MCX') {
    yield* metals;
    for (let n = 0; ; n++) yield commodity(names.commoditySymbol(n), 10, '10', '1', 4000 + 100 * n, 50);
  }
  const home = segment === 'NFO' ? 'NSE' : 'BSE';
  for (const { symbol, segment: listed, kind } of cash.slice())
    if (listed === home && kind === 'EQUITY') {
      const [price, step] = random.pick([
        [250, 5],
        [800, 10],
        [1500, 20],
        [3600, 50],
      ] as const);
      const cycle = monthly(segment === 'NFO' ? tuesday : thursday);
      const terms = { ...kept, lotSize: 25 * (1 + random.below(60)), tickSize: '0.05' };
      yield { segment, symbol, on: 'share', cycle, price, step, terms };
    }
}
