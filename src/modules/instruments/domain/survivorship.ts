import { isExchangeList } from './exchange-lists';
import type { Segment } from './segment';
import { at, type Timeline } from './timeline';
import type { Day } from './values';

/** What a broker says of an instrument that another may say differently. Null: it does not say. */
export type Statement = {
  readonly token: string;
  readonly symbol: string;
  readonly name: string | null;
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  readonly freezeQuantity: number | null;
  /** The exchange's symbol as the broker gives it; null of a contract, which goes by its underlying. */
  readonly exchangeSymbol: string | null;
};
export type StatedField = 'name' | 'lotSize' | 'tickSize' | 'freezeQuantity';

export type Mapping = {
  readonly broker: string;
  readonly segment: Segment;
  readonly exchangeToken: string;
  readonly says: Timeline<Statement>;
};

/** Whom to believe when brokers differ from the start: the best first. Brokers not named come last, by name. */
const preference = ['upstox', 'shoonya', 'angel', 'nuvama', 'aliceblue', 'icici', 'kite', 'dhan', 'fyers'];
const rank = (broker: string) => (preference.indexOf(broker) + 1 || preference.length + 1).toString().padStart(2, '0') + broker;

/** Whether the first is believed rather than the second, where neither has more to say for itself. */
export const isPreferred = (broker: string, to: string) => rank(broker) < rank(to);

/** Dhan and Fyers give 1 for every MCX lot (domain knowledge measured on 34,067 rows); ICICI gives 1000 for currency. */
const unusable = (field: StatedField, { broker, segment }: Mapping) =>
  field === 'lotSize' &&
  (((broker === 'dhan' || broker === 'fyers') && (segment === 'MCX' || segment === 'NCO')) ||
    (broker === 'icici' && (segment === 'CDS' || segment === 'BCD')));

/**
 * The value that stands for the instrument on a day: what the exchange's own list says; else the newest *change* of mind wins, because a
 * broker that changes its statement has learnt something; where nobody changed, the best-ranked broker. It depends on what was said, not
 * on the order in which files came.
 */
export function surviving<Field extends StatedField>(mappings: readonly Mapping[], day: Day, field: Field): Statement[Field] | null {
  for (const { broker, says } of mappings) {
    const listed = isExchangeList(broker) ? at(says, day)?.value[field] : undefined;
    if (listed !== undefined && listed !== null) return listed;
  }
  let best: { value: Statement[Field]; changed: string; rank: string } | undefined;
  for (const mapping of mappings) {
    const now = at(mapping.says, day);
    const value = now?.value[field] ?? null;
    if (!now || value === null || unusable(field, mapping)) continue;
    const candidate = { value, changed: changedOn(mapping.says, now.from, field), rank: rank(mapping.broker) };
    if (!best || candidate.changed > best.changed || (candidate.changed === best.changed && candidate.rank < best.rank)) best = candidate;
  }
  return best?.value ?? null;
}

/** The day on which a broker came to say what it says in the period beginning at `from`; '' when it never said anything else. */
function changedOn(says: Timeline<Statement>, from: Day, field: StatedField): string {
  let index = says.findIndex((period) => period.from === from);
  const value = says[index]?.value[field];
  while (index > 0 && says[index - 1]?.value[field] === value) index--;
  const earlier = says[index - 1]?.value[field] ?? null;
  return earlier === null ? '' : (says[index]?.from ?? '');
}

/** Keeps the symbols of renamed companies: 378 of ICICI's of September 2025 were older than Upstox's of four weeks before. */
const keepsOldSymbols = (broker: string) => broker === 'icici';

/**
 * The symbol that stands on a day: the newest that a broker came to say, else what most say, else what the best-ranked says. Brokers who
 * keep old symbols are asked where nobody else says one. A symbol that was said before another comes back only with more than half of
 * the brokers who ever said the other, so that two brokers cannot turn it to and fro.
 */
export function survivingSymbol(mappings: readonly Mapping[], day: Day): string | null {
  const all = mappings.flatMap(({ broker, says }) => {
    const symbol = at(says, day)?.value.exchangeSymbol ?? null;
    return symbol === null ? [] : [{ broker, symbol, ever: symbolsUntil(says, day) }];
  });
  const current = all.filter(({ broker }) => !keepsOldSymbols(broker));
  const voices = current.length > 0 ? current : all;
  const claims = [...new Set(voices.map(({ symbol }) => symbol))].map((symbol) => {
    const own = voices.filter((voice) => voice.symbol === symbol);
    const since = own.map(({ ever }) => ever.at(-1)?.from ?? '').reduce((a, b) => (a > b ? a : b));
    return { symbol, since, voices: own.length, best: own.map(({ broker }) => rank(broker)).reduce((a, b) => (a < b ? a : b)) };
  });
  claims.sort((a, b) => compare(b.since, a.since) || b.voices - a.voices || compare(a.best, b.best));
  const spoken = voices.flatMap(({ ever }) => ever);
  const firstSaid = (symbol: string) => spoken.reduce((first, one) => (one.symbol === symbol && one.from < first ? one.from : first), day);
  const isWeakReturn = (symbol: string) =>
    spoken.some((later) => {
      if (firstSaid(later.symbol) <= firstSaid(symbol)) return false;
      const asked = voices.filter(({ ever }) => ever.some((one) => one.symbol === later.symbol));
      return asked.filter((voice) => voice.symbol === symbol).length * 2 <= asked.length;
    });
  return (claims.find(({ symbol }) => !isWeakReturn(symbol)) ?? claims[0])?.symbol ?? null;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What a broker said until a day: each symbol with the day on which it came to say it. */
function symbolsUntil(says: Timeline<Statement>, day: Day) {
  const said: { readonly symbol: string; readonly from: Day }[] = [];
  for (const { from, value } of says)
    if (from <= day && value.exchangeSymbol !== null && value.exchangeSymbol !== said.at(-1)?.symbol)
      said.push({ symbol: value.exchangeSymbol, from });
  return said;
}
