import { compareMappings, keysOfUnderlying, type BrokerMapping, type Day, type Segment, type Snapshot } from '../../instruments';
import { ByNumber, Table } from './table';
import { Texts } from './texts';
import { Values } from './values';

/** An instrument whose terms hold on the catalogue's day. What it is written on is looked up when it is shown. */
export type Listed = Omit<Snapshot, 'brokers' | 'underlyingId' | 'underlyingKey'>;

const nobody = -1;

/** Columns of an instrument that are numbers of values. */
const terms = [
  'segment',
  'securityId',
  'isTest',
  'listedFrom',
  'listedTo',
  'from',
  'to',
  'symbol',
  'name',
  'type',
  'isin',
  'series',
  'underlying',
  'expiry',
  'strike',
  'optionType',
  'lotSize',
  'tickSize',
  'multiplier',
  'freezeQuantity',
  'suspended',
] as const;
const statements = ['broker', 'segment', 'lotSize', 'tickSize', 'freezeQuantity', 'validFrom', 'validTo'] as const;
/** Columns of a mapping that are numbers of texts; by each of them it is found. */
const names = ['token', 'exchangeToken', 'symbol'] as const;
type Name = (typeof names)[number];
const next = { token: 'nextByToken', exchangeToken: 'nextByExchangeToken', symbol: 'nextBySymbol' } as const;

/**
 * Everything that is live on one day, as it stands at one position of the log, in columns of numbers and one blob of texts: about 700 bytes
 * for an instrument with four mappings. Changes are written first and shown all at once, so that no reader sees half of them.
 */
export class Catalogue {
  private readonly texts = new Texts();
  private readonly values = new Values();
  private readonly flags = new Values<Snapshot['flags']>();
  private readonly instruments = new Table([...terms, 'id', 'key', 'version', 'flags', 'mappings']);
  private readonly mappings = new Table([...statements, ...names, 'instrument', 'next', ...Object.values(next)]);
  /** Of the text of an id or of a key: the row of whoever has it. */
  private readonly holders = new ByNumber();
  /** Of a text: the first of the mappings that have it. */
  private readonly first = { token: new ByNumber(), exchangeToken: new ByNumber(), symbol: new ByNumber() };
  /** Of what is no contract, by the value of its symbol or its ISIN. */
  private readonly bySymbol = new Map<number, number[]>();
  private readonly byIsin = new Map<number, number[]>();
  /** Contracts by segment and underlying, then by expiry. */
  private readonly chains = new Map<string, Map<Day, number[]>>();
  private pending = new Map<string, number>();

  constructor(readonly day: Day) {}

  get size() {
    return this.instruments.size;
  }

  /** Mappings. */
  get tokens() {
    return this.mappings.size;
  }

  /** What it takes, links and lists of contracts included, roughly. */
  get bytes() {
    const heads = Object.values(this.first).reduce((sum, { bytes }) => sum + bytes, this.holders.bytes);
    return this.texts.bytes + this.values.bytes + this.instruments.bytes + this.mappings.bytes + heads + this.size * 16;
  }

  /** Texts for which no instrument or mapping stands any more take up more room than the others. */
  get isMostlyGarbage() {
    return this.texts.size > 10_000 && this.texts.size > 2 * (2 * this.size + 3 * this.tokens);
  }

  /** Written, and not shown before `publish`. */
  add(instrument: Listed) {
    const row = this.instruments.take();
    const { columns } = this.instruments;
    for (const term of terms) columns[term][row] = this.values.intern(instrument[term]);
    columns.id[row] = this.texts.intern(instrument.id);
    columns.key[row] = this.texts.intern(instrument.key);
    columns.version[row] = instrument.version;
    columns.flags[row] = this.flags.intern(instrument.flags, JSON.stringify(instrument.flags));
    columns.mappings[row] = nobody;
    this.pending.set(instrument.id, row);
  }

  /** Shown with the instrument; at once when that is shown already. Of an instrument that is not here: nothing. */
  map(id: string, mapping: BrokerMapping) {
    const waiting = this.pending.get(id);
    const row = waiting ?? this.holder('id', id);
    if (row === null) return;
    const at = this.mappings.take();
    const { columns } = this.mappings;
    for (const statement of statements) columns[statement][at] = this.values.intern(mapping[statement]);
    for (const name of names) columns[name][at] = this.texts.intern(mapping[name]);
    columns.instrument[at] = row;
    columns.next[at] = this.instruments.columns.mappings[row] ?? nobody;
    this.instruments.columns.mappings[row] = at;
    if (waiting === undefined) this.link(at);
  }

  /** From here on what was added stands for what had these ids. @param changed ids of whatever is not as it was, also where nothing was added for it */
  publish(changed: Iterable<string> = []) {
    for (const id of changed) {
      const row = this.holder('id', id);
      if (row !== null) this.remove(row);
    }
    for (const row of this.pending.values()) this.show(row);
    this.pending = new Map();
  }

  /** What was added and not published is as if it had never been. */
  discard() {
    for (const row of this.pending.values()) this.free(row);
    this.pending = new Map();
  }

  /** Who has this id, or this key, now. */
  holder(by: 'id' | 'key', name: string): number | null {
    const text = this.texts.find(name);
    const row = text === nobody ? nobody : this.holders.get(text);
    return row !== nobody && this.instruments.columns[by][row] === text ? row : null;
  }

  /** Instruments of which a broker's mapping has the text; in these segments, when some are given. */
  mapped(name: Name, broker: string, text: string, segments: readonly Segment[] | null): number[] {
    const rows: number[] = [];
    const [number, at] = [this.texts.find(text), this.values.find(broker)];
    if (number === nobody || at === nobody) return rows;
    const { columns } = this.mappings;
    for (let row = this.first[name].get(number); row !== nobody; row = columns[next[name]][row] ?? nobody) {
      if (columns.broker[row] !== at) continue;
      const instrument = columns.instrument[row] ?? nobody;
      const isWanted = segments === null || segments.includes(this.values.get(columns.segment[row] ?? nobody));
      if (isWanted && !rows.includes(instrument)) rows.push(instrument);
    }
    return rows;
  }

  /** What is no contract and has this symbol or this ISIN. */
  named(kind: 'symbol' | 'isin', text: string): readonly number[] {
    return (kind === 'symbol' ? this.bySymbol : this.byIsin).get(this.values.find(text)) ?? [];
  }

  /** Contracts of a segment on an underlying, by expiry. */
  contracts(segment: Segment, underlying: string): ReadonlyMap<Day, readonly number[]> {
    return this.chains.get(`${segment}:${underlying}`) ?? new Map<never, never>();
  }

  segmentOf(row: number): Segment {
    return this.values.get(this.instruments.columns.segment[row] ?? nobody);
  }

  /** Every row there is, in no order. */
  *rows(): Generator<number> {
    for (const rows of this.bySymbol.values()) yield* rows;
    for (const chain of this.chains.values()) for (const rows of chain.values()) yield* rows;
  }

  snapshot(row: number, brokers = true): Snapshot {
    const { columns } = this.instruments;
    const { values } = this;
    const segment = values.get<Segment>(columns.segment[row] ?? nobody);
    const underlying = values.get<string | null>(columns.underlying[row] ?? nobody);
    const home = underlying === null ? null : this.underlying(segment, underlying);
    return {
      id: this.texts.get(columns.id[row] ?? nobody),
      version: columns.version[row] ?? 0,
      segment,
      securityId: values.get(columns.securityId[row] ?? nobody),
      isTest: values.get(columns.isTest[row] ?? nobody),
      listedFrom: values.get(columns.listedFrom[row] ?? nobody),
      listedTo: values.get(columns.listedTo[row] ?? nobody),
      from: values.get(columns.from[row] ?? nobody),
      to: values.get(columns.to[row] ?? nobody),
      key: this.texts.get(columns.key[row] ?? nobody),
      symbol: values.get(columns.symbol[row] ?? nobody),
      name: values.get(columns.name[row] ?? nobody),
      type: values.get(columns.type[row] ?? nobody),
      isin: values.get(columns.isin[row] ?? nobody),
      series: values.get(columns.series[row] ?? nobody),
      underlying,
      expiry: values.get(columns.expiry[row] ?? nobody),
      strike: values.get(columns.strike[row] ?? nobody),
      optionType: values.get(columns.optionType[row] ?? nobody),
      lotSize: values.get(columns.lotSize[row] ?? nobody),
      tickSize: values.get(columns.tickSize[row] ?? nobody),
      multiplier: values.get(columns.multiplier[row] ?? nobody),
      freezeQuantity: values.get(columns.freezeQuantity[row] ?? nobody),
      suspended: values.get(columns.suspended[row] ?? nobody),
      flags: this.flags.get(columns.flags[row] ?? nobody),
      underlyingId: home === null ? null : this.texts.get(columns.id[home] ?? nobody),
      underlyingKey: home === null ? null : this.texts.get(columns.key[home] ?? nobody),
      brokers: brokers ? this.mappingsOf(row) : null,
    };
  }

  private underlying(segment: Segment, symbol: string): number | null {
    for (const key of keysOfUnderlying(segment, symbol)) {
      const row = this.holder('key', key);
      if (row !== null) return row;
    }
    return null;
  }

  /** In the order in which SQL gives them. */
  private mappingsOf(row: number): BrokerMapping[] {
    const result: BrokerMapping[] = [];
    const { columns } = this.mappings;
    const { texts, values } = this;
    for (let at = this.instruments.columns.mappings[row] ?? nobody; at !== nobody; at = columns.next[at] ?? nobody)
      result.push({
        broker: values.get(columns.broker[at] ?? nobody),
        token: texts.get(columns.token[at] ?? nobody),
        exchangeToken: texts.get(columns.exchangeToken[at] ?? nobody),
        symbol: texts.get(columns.symbol[at] ?? nobody),
        segment: values.get(columns.segment[at] ?? nobody),
        lotSize: values.get(columns.lotSize[at] ?? nobody),
        tickSize: values.get(columns.tickSize[at] ?? nobody),
        freezeQuantity: values.get(columns.freezeQuantity[at] ?? nobody),
        validFrom: values.get(columns.validFrom[at] ?? nobody),
        validTo: values.get(columns.validTo[at] ?? nobody),
      });
    return result.length < 2 ? result : result.sort(compareMappings);
  }

  private show(row: number) {
    const { columns } = this.instruments;
    this.holders.set(columns.id[row] ?? nobody, row);
    this.holders.set(columns.key[row] ?? nobody, row);
    for (const [rows, at] of this.listsOf(row)) {
      const list = rows.get(at);
      if (list) list.push(row);
      else rows.set(at, [row]);
    }
    for (let at = columns.mappings[row] ?? nobody; at !== nobody; at = this.mappings.columns.next[at] ?? nobody) this.link(at);
  }

  private remove(row: number) {
    const { columns } = this.instruments;
    this.holders.set(columns.id[row] ?? nobody, nobody);
    this.holders.set(columns.key[row] ?? nobody, nobody);
    for (const [rows, at] of this.listsOf(row)) {
      const left = rows.get(at)?.filter((one) => one !== row) ?? [];
      if (left.length > 0) rows.set(at, left);
      else rows.delete(at);
    }
    for (let at = columns.mappings[row] ?? nobody; at !== nobody; at = this.mappings.columns.next[at] ?? nobody) this.unlink(at);
    this.free(row);
  }

  private free(row: number) {
    for (let at = this.instruments.columns.mappings[row] ?? nobody; at !== nobody;) {
      const following = this.mappings.columns.next[at] ?? nobody;
      this.mappings.giveBack(at);
      at = following;
    }
    this.instruments.giveBack(row);
  }

  /** The lists in which an instrument stands: by symbol and ISIN, or with the other contracts of its expiry. */
  private listsOf(row: number): (readonly [Map<unknown, number[]>, unknown])[] {
    const { columns } = this.instruments;
    const expiry = this.values.get<Day | null>(columns.expiry[row] ?? nobody);
    const isin = columns.isin[row] ?? nobody;
    if (expiry !== null) return [[this.chainOf(row), expiry]];
    const bySymbol = [this.bySymbol, columns.symbol[row]] as const;
    return this.values.get(isin) === null ? [bySymbol] : [bySymbol, [this.byIsin, isin]];
  }

  private chainOf(row: number): Map<Day, number[]> {
    const name = `${this.segmentOf(row)}:${this.values.get<string>(this.instruments.columns.underlying[row] ?? nobody)}`;
    const known = this.chains.get(name);
    if (known) return known;
    const chain = new Map<Day, number[]>();
    this.chains.set(name, chain);
    return chain;
  }

  private link(at: number) {
    const { columns } = this.mappings;
    for (const name of names) {
      const text = columns[name][at] ?? nobody;
      columns[next[name]][at] = this.first[name].get(text);
      this.first[name].set(text, at);
    }
  }

  private unlink(at: number) {
    const { columns } = this.mappings;
    for (const name of names) {
      const text = columns[name][at] ?? nobody;
      const after = columns[next[name]];
      const following = after[at] ?? nobody;
      let before = this.first[name].get(text);
      if (before === at) this.first[name].set(text, following);
      else {
        while (after[before] !== at) before = after[before] ?? nobody;
        after[before] = following;
      }
    }
  }
}
