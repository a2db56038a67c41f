import { fund, indexSegment, loan, noContract } from './cash';
import { expiriesOn, nextTradingDay, plusDays, tradingDayFrom, isTradingDay, type Cycle } from './calendar';
import { indexNames, markets, type Contract, type Day, type Listing, type Market } from './listing';
import * as names from './names';
import { Random } from './random';
import { emptyTally, type Tally } from './tally';
import { underlyingsIn, type Terms, type Underlying } from './underlyings';

export type Size = { readonly instruments: number; readonly seed: number; readonly start: Day };

/** Prices are counted in ten thousandths of a rupee: sums and halves of them are exact. */
const rupee = 10_000;
const priced = (units: number) => String(units / rupee);
const units = (price: string) => Math.round(Number(price) * rupee);

/** All contracts on one underlying in one segment. */
type Chain = {
  readonly segment: Market;
  readonly symbol: string;
  readonly on: Contract['on'];
  readonly cycle: Cycle;
  terms: Terms;
  /** Strikes are `origin` and every `step` from there. */
  origin: number;
  step: number;
  /** The strike nearest to the price, in steps from the origin. */
  at: number;
  /** By the day for which they were first listed: an expiry that moves is still that one. */
  readonly expiries: Map<Day, Contract[]>;
};

/** Parts of all contracts, in hundredths; the rest is in NFO. */
const shares: readonly (readonly [Market, number])[] = [
  ['BFO', 25],
  ['MCX', 8],
  ['CDS', 4],
];
/** First tokens, far enough apart: BSE's codes have six digits. */
const firstTokens: Readonly<Record<Market, number>> = {
  ...{ NSE: 3001, BSE: 500_001, NFO: 35_001, BFO: 800_001, CDS: 1001, MCX: 430_001 },
  ...{ NSE_INDEX: 1, BSE_INDEX: 1 },
};

/** Days after expiry on which a token may be used again (the shortest gap seen in real files). */
const reuseAfter = 2;

/** A market that does not exist, day after day. The same size and seed give the same market. */
export class MadeUpMarket {
  day: Day;
  tally: Tally;
  private readonly random: Random;
  private readonly nextToken = { ...firstTokens };
  private readonly freed: Record<string, { readonly from: Day; readonly token: number }[]> = {};
  private cash: Listing[] = [];
  private readonly chains: Chain[] = [];
  private companies = 0;
  private days = 0;
  /** Symbols and ISINs of what has changed today: once is enough. */
  private readonly touched = new Set<string>();
  /** Strikes on either side of the price. */
  private readonly half: number;
  /** How many underlyings an event of a day touches. */
  private readonly many: number;

  constructor({ instruments, seed, start }: Size) {
    this.random = new Random(seed);
    this.day = tradingDayFrom(start);
    this.tally = emptyTally(this.day);
    // in a small market many short chains: one split must not be a twentieth of it, which looks like a mistake
    this.half = instruments < 3000 ? 1 : Math.min(40, Math.floor(Math.sqrt(instruments) / 12));
    this.many = 1 + Math.floor(instruments / 40_000);
    this.listIndices(Math.floor(instruments / 5000));
    this.listCash(Math.round(0.15 * instruments) - this.cash.length);
    this.listContracts(instruments - this.cash.length);
    this.count();
  }

  /** All that is listed on the day, segment by segment. */
  *listings(): Generator<Listing, void, undefined> {
    const bySegment = new Map<Market, Listing[]>(markets.map((segment) => [segment, []]));
    for (const listing of this.cash) bySegment.get(listing.segment)?.push(listing);
    for (const { segment, expiries } of this.chains) for (const contracts of expiries.values()) bySegment.get(segment)?.push(...contracts);
    for (const listings of bySegment.values()) yield* listings;
  }

  /** The next trading day: what had expired is gone, the next expiries are there, and one thing or another has happened. */
  advance(): Tally {
    this.day = nextTradingDay(this.day);
    this.tally = emptyTally(this.day);
    this.days++;
    this.touched.clear();
    this.expire();
    const events = [() => this.split(), () => this.reschedule(), () => this.rename(), () => this.moveSeries(), () => this.payDividend()];
    for (let n = 0; n < this.many; n++) events[(this.days - 1) % events.length]?.();
    for (const chain of this.chains) {
      this.listExpiries(chain);
      if (this.random.percent(20)) this.drift(chain);
    }
    for (let n = 0; n < this.many; n++) this.listShare(this.random.percent(40));
    this.delist();
    this.count();
    return this.tally;
  }

  private count() {
    this.tally.instruments = this.cash.length;
    for (const { expiries } of this.chains) for (const contracts of expiries.values()) this.tally.instruments += contracts.length;
  }

  // What there is at first.

  private listIndices(themes: number) {
    const all = [
      ...Object.entries(indexNames).map(([symbol, name]) => ({ symbol, name, segment: indexSegment(symbol) })),
      { symbol: 'INDIAVIX', name: 'India VIX', segment: 'NSE_INDEX' as const },
      ...Array.from({ length: themes }, (_, n) => ({
        ...{ symbol: `NIFTYTHEME${n + 10}`, name: `Nifty Theme ${n + 10}`, segment: 'NSE_INDEX' as const },
      })),
    ];
    for (const index of all) this.add({ ...index, ...noContract, kind: 'INDEX', ...nothingSaid, isin: null, series: null });
  }

  /** A quarter of the shares are on both exchanges; one listing in twelve on NSE is a loan of a state, one in forty a fund. */
  private listCash(count: number) {
    const before = this.cash.length;
    for (let n = 0; this.cash.length - before < count; n++) {
      if (n % 12 === 11) this.add(loan(n));
      else if (n % 40 === 20) this.add(fund(n));
      else if (n % 5 < 2) this.listShare(true);
      else this.listShare(false);
    }
    // the last one may have been on both
    this.cash.length = before + count;
    this.tally.listed = this.cash.length;
  }

  private listShare(onNse: boolean) {
    const n = this.companies++;
    const symbol = names.shareSymbol(n);
    const said = { lotSize: 1, tickSize: this.random.pick(['0.01', '0.05', '0.1']), multiplier: null, freezeQuantity: 100_000 };
    this.touched.add(names.shareIsin(n));
    const company = { ...noContract, ...said, kind: 'EQUITY' as const, symbol, name: names.companyName(symbol), isin: names.shareIsin(n) };
    if (onNse) this.add({ ...company, segment: 'NSE', series: n % 9 === 8 ? 'SM' : 'EQ' });
    if (!onNse || n % 2 === 0) this.add({ ...company, segment: 'BSE', series: this.random.pick(['A', 'B', 'X', 'XT']) });
  }

  /** Every segment has its part, filled with one underlying after another; the last one has what is left. */
  private listContracts(count: number) {
    let rest = count;
    for (const [segment, hundredths] of shares) {
      const part = Math.round((count * hundredths) / 100);
      this.fill(segment, part);
      rest -= part;
    }
    this.fill('NFO', rest);
  }

  private fill(segment: Market, count: number) {
    const underlyings = underlyingsIn(segment, this.cash, this.random);
    for (let left = count; left > 0;) {
      const next = underlyings.next();
      if (next.done) throw new Error(`There are too few shares to write ${count} contracts on in ${segment}.`);
      const chain = this.open(next.value);
      this.listExpiries(chain, left);
      for (const contracts of chain.expiries.values()) left -= contracts.length;
    }
  }

  private open({ price, step, ...underlying }: Underlying): Chain {
    const chain = { ...underlying, origin: 0, step: step * rupee, at: Math.round(price / step), expiries: new Map<Day, Contract[]>() };
    this.chains.push(chain);
    return chain;
  }

  // What happens.

  private expire() {
    for (const { segment, expiries } of this.chains)
      for (const [first, contracts] of expiries) {
        const expiry = contracts[0]?.expiry;
        if (expiry === undefined || expiry >= this.day) continue;
        (this.freed[segment] ??= []).push(...contracts.map(({ token }) => ({ from: plusDays(expiry, reuseAfter), token })));
        this.tally.expired += contracts.length;
        // the day stays: an expiry that was brought forward is not listed again
        expiries.set(first, []);
      }
  }

  private listExpiries(chain: Chain, most = Infinity) {
    let left = most;
    const taken = new Set([...chain.expiries.values()].map((contracts) => contracts[0]?.expiry));
    for (const { day, isMonthly } of expiriesOn(this.day, chain.cycle)) {
      // or another expiry has moved here
      if (chain.expiries.has(day) || taken.has(day)) continue;
      const contracts: Contract[] = [];
      if (isMonthly && left > 0) contracts.push(this.contract(chain, day, null, null));
      for (let n = -this.half; n <= this.half; n++)
        for (const side of ['CE', 'PE'] as const)
          if (contracts.length < left) contracts.push(this.contract(chain, day, chain.origin + (chain.at + n) * chain.step, side));
      chain.expiries.set(day, contracts);
      left -= contracts.length;
    }
  }

  /** The price moves by a strike: there is a new one at one end, and the old ones stay. */
  private drift(chain: Chain) {
    const by = this.random.percent(50) || chain.at <= this.half + 1 ? 1 : -1;
    chain.at += by;
    this.addStrike(chain, chain.origin + (chain.at + by * this.half) * chain.step, [...chain.expiries.keys()]);
  }

  private addStrike(chain: Chain, strike: number, firsts: readonly Day[]) {
    for (const first of firsts) {
      const contracts = chain.expiries.get(first) ?? [];
      const expiry = contracts[0]?.expiry;
      if (expiry === undefined || contracts.some((one) => one.strike === priced(strike))) continue;
      for (const side of ['CE', 'PE'] as const) contracts.push(this.contract(chain, expiry, strike, side));
    }
  }

  /** Only of NFO, where a chain is a small part of the segment. */
  private shareChain(): Chain | undefined {
    const chains = this.chains.filter(
      ({ segment, on, symbol, step }) => segment === 'NFO' && on === 'share' && step >= rupee && !this.touched.has(symbol),
    );
    const chain = chains.length === 0 ? undefined : this.random.pick(chains);
    if (chain) this.touched.add(chain.symbol);
    return chain;
  }

  private change(chain: Chain, to: (contract: Contract) => Partial<Contract>) {
    for (const [first, contracts] of chain.expiries)
      chain.expiries.set(
        first,
        contracts.map((one) => ({ ...one, ...to(one) })),
      );
  }

  /** One share becomes two: half the strike, twice the lot. */
  private split() {
    const chain = this.shareChain();
    if (!chain) return;
    chain.origin /= 2;
    chain.step /= 2;
    chain.terms = { ...chain.terms, lotSize: 2 * (chain.terms.lotSize ?? 1) };
    this.change(chain, ({ strike, lotSize }) => {
      this.tally[strike === null ? 'relotted' : 'adjusted']++;
      return { strike: strike && priced(units(strike) / 2), lotSize: 2 * (lotSize ?? 1) };
    });
  }

  /** Strikes fall by the dividend, and the round one at the price is listed anew under the name that another has just left. */
  private payDividend() {
    const chain = this.shareChain();
    if (!chain) return;
    // even, so that it can be halved
    const dividend = 2 * Math.floor(chain.step / 8);
    const round = chain.origin + chain.at * chain.step;
    chain.origin -= dividend;
    this.change(chain, ({ strike }) => {
      if (strike === null) return {};
      this.tally.adjusted++;
      return { strike: priced(units(strike) - dividend) };
    });
    this.addStrike(chain, round, [...chain.expiries.keys()]);
  }

  /** An expiry moves to the trading day before, or after where contracts of another end on that day. */
  private reschedule() {
    const chain = this.random.pick(this.chains);
    if (this.touched.has(chain.symbol)) return;
    this.touched.add(chain.symbol);
    const days = new Set([...chain.expiries.values()].flatMap((contracts) => contracts[0]?.expiry ?? []));
    for (const [first, contracts] of chain.expiries) {
      const was = contracts[0]?.expiry;
      if (was === undefined || was < plusDays(this.day, 10)) continue;
      const expiry = [-1, -2, -3, 1, 2, 3]
        .map((by) => plusDays(was, by))
        .find((day) => isTradingDay(day) && !days.has(day) && !chain.expiries.has(day));
      if (expiry === undefined) continue;
      chain.expiries.set(
        first,
        contracts.map((one) => ({ ...one, expiry })),
      );
      this.tally.rescheduled += contracts.length;
      return;
    }
  }

  /** A company on which no contracts are written, on whichever exchanges it is. */
  private someCompany(fits: (listing: Listing) => boolean): Listing | undefined {
    const written = new Set(this.chains.map(({ symbol }) => symbol));
    const some = this.cash.filter(
      (one) => one.kind === 'EQUITY' && !written.has(one.symbol) && !this.touched.has(one.isin ?? '') && fits(one),
    );
    const share = some.length === 0 ? undefined : this.random.pick(some);
    if (share?.isin) this.touched.add(share.isin);
    return share;
  }

  private rename() {
    const isin = this.someCompany(() => true)?.isin;
    const symbol = names.shareSymbol(this.companies++);
    this.cash = this.cash.map((one) => {
      if (isin === undefined || one.isin !== isin) return one;
      this.tally.renamed++;
      return { ...one, symbol, name: names.companyName(symbol) };
    });
  }

  private moveSeries() {
    const share = this.someCompany(({ segment, series }) => segment === 'NSE' && series === 'EQ');
    if (!share) return;
    this.cash = this.cash.filter((one) => one !== share);
    this.add({ ...share, series: 'BE' });
    this.tally.moved++;
  }

  private delist() {
    const share = this.someCompany(({ segment }) => segment === 'BSE');
    if (!share) return;
    this.cash = this.cash.filter((one) => one !== share);
    this.tally.delisted++;
  }

  // One instrument.

  private add(listing: Omit<Listing, 'token'>) {
    this.cash.push({ ...listing, token: this.nextToken[listing.segment]++ });
    this.tally.listed++;
  }

  private contract({ segment, symbol, on, terms }: Chain, expiry: Day, strike: number | null, optionType: 'CE' | 'PE' | null): Contract {
    this.tally.listed++;
    return {
      ...{ segment, symbol, on, ...terms, expiry, strike: strike === null ? null : priced(strike), optionType },
      ...{ token: this.token(segment), kind: optionType === null ? 'FUTURE' : 'OPTION', name: null, isin: null, series: null },
    };
  }

  private token(segment: Market): number {
    const [oldest] = this.freed[segment] ?? [];
    if (oldest && oldest.from <= this.day && this.random.percent(75)) {
      this.freed[segment]?.shift();
      this.tally.reused++;
      return oldest.token;
    }
    return this.nextToken[segment]++;
  }
}

const nothingSaid = { lotSize: null, tickSize: null, multiplier: null, freezeQuantity: null } as const;
