import { brokersByRank, keepersOfOldSymbols, makers, ownUnits } from './broker-habits';
import { isExchangeList } from './exchange-lists';
import type { Segment } from './segment';
import { at, type Timeline } from './timeline';
import { compareTexts, type Day } from './values';

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
export const statedFields = ['name', 'lotSize', 'tickSize', 'freezeQuantity'] as const;
export type StatedField = (typeof statedFields)[number];

export type Mapping = {
  readonly broker: string;
  readonly segment: Segment;
  readonly exchangeToken: string;
  readonly says: Timeline<Statement>;
};

/** What a broker says of one token, whenever it said it. */
export const mappingOf = (mappings: readonly Mapping[], { broker, segment, exchangeToken }: Omit<Mapping, 'says'>): Mapping | undefined =>
  mappings.find((one) => one.broker === broker && one.segment === segment && one.exchangeToken === exchangeToken);

/**
 * Whom to believe where sources differ: each rule leaves those that it finds best, until they say one thing.
 * `exchange`: an exchange's own file. `majority`: what most say, makers of one file counted once. `newest`: the newest change of mind,
 * because whoever changes a statement has learnt something. `preferred`: the best-ranked broker.
 */
const rules = ['exchange', 'majority', 'newest', 'preferred'] as const;
export type Rule = (typeof rules)[number];
export const survivorshipTable: Readonly<Record<StatedField, readonly Rule[]>> = {
  name: rules,
  lotSize: rules,
  tickSize: rules,
  freezeQuantity: rules,
};

function rank(broker: string, preferred: readonly string[] = []): string {
  const order = [...preferred, ...brokersByRank];
  return (order.indexOf(broker) + 1 || order.length + 1).toString().padStart(4, '0') + broker;
}

/** Whether the first is believed rather than the second, where neither has more to say for itself. */
export const isPreferred = (broker: string, to: string) => rank(broker) < rank(to);

const makerOf = (broker: string) => makers[broker] ?? broker;

/** A source whose field has a unit of its own in the segment has no voice there, whatever it says. */
export const hasOwnUnit = (field: StatedField, { broker, segment }: Pick<Mapping, 'broker' | 'segment'>) =>
  ownUnits.some(
    ({ brokers, segments, field: its }) =>
      its === field && brokers.some((one) => one === broker) && segments.some((one) => one === segment),
  );

type Value = string | number;
type Voice = { readonly broker: string; readonly value: Value; readonly says: Timeline<Statement>; readonly from: Day };
/** `only`: nobody says otherwise. */
export type Survivor<Field extends StatedField> = { readonly value: NonNullable<Statement[Field]>; readonly why: Rule | 'only' };

/**
 * The value that stands for the instrument on a day, and the rule that told it from the others; null when nobody says any. It depends on
 * what was said, not on the order in which files came.
 * @param preferred brokers that rank before the usual ones, the best first
 */
export function survivor<Field extends StatedField>(
  mappings: readonly Mapping[],
  day: Day,
  field: Field,
  preferred: readonly string[] = [],
): Survivor<Field> | null {
  let voices: readonly Voice[] = mappings.flatMap((mapping) => {
    const now = at(mapping.says, day);
    const value = now?.value[field] ?? null;
    if (!now || value === null || hasOwnUnit(field, mapping)) return [];
    return [{ broker: mapping.broker, value, says: mapping.says, from: now.from }];
  });
  let why: Rule | 'only' = 'only';
  for (const rule of survivorshipTable[field]) {
    if (isOneValue(voices)) break;
    voices = narrowed[rule](voices, field, preferred);
    why = rule;
  }
  const [voice] = voices;
  // The voices say what the field holds.
  return voice ? { value: voice.value as Survivor<Field>['value'], why } : null;
}

const isOneValue = (voices: readonly Voice[]) => voices.every(({ value }) => value === voices[0]?.value);

const narrowed: Readonly<Record<Rule, (voices: readonly Voice[], field: StatedField, preferred: readonly string[]) => readonly Voice[]>> = {
  exchange: (voices) => best(voices, ({ broker }) => (isExchangeList(broker) ? 1 : 0)),
  majority: (voices) => {
    const sayers = (value: Value) => new Set(voices.flatMap((voice) => (voice.value === value ? makerOf(voice.broker) : []))).size;
    const counts = new Map([...new Set(voices.map(({ value }) => value))].map((value) => [value, sayers(value)]));
    return best(voices, ({ value }) => counts.get(value) ?? 0);
  },
  newest: (voices, field) => best(voices, ({ says, from }) => changedOn(says, from, field)),
  preferred: (voices, _field, preferred) => {
    const placed = voices.map((voice) => ({ voice, place: rank(voice.broker, preferred) }));
    return placed
      .sort((a, b) => compareTexts(a.place, b.place))
      .slice(0, 1)
      .map(({ voice }) => voice);
  },
};

function best<Mark extends number | string>(voices: readonly Voice[], markOf: (voice: Voice) => Mark): readonly Voice[] {
  const marks = voices.map(markOf);
  const most = marks.reduce((a, b) => (a > b ? a : b));
  return voices.filter((_, n) => marks[n] === most);
}

/** The day on which a broker came to say what it says in the period beginning at `from`; '' when it never said anything else. */
function changedOn(says: Timeline<Statement>, from: Day, field: StatedField): string {
  let index = says.findIndex((period) => period.from === from);
  const value = says[index]?.value[field];
  while (index > 0 && says[index - 1]?.value[field] === value) index--;
  const earlier = says[index - 1]?.value[field] ?? null;
  return earlier === null ? '' : (says[index]?.from ?? '');
}

/**
 * The symbol that stands on a day: the newest that a broker came to say, else what most say, else what the best-ranked says. Brokers who
 * keep old symbols are asked where nobody else says one. A symbol that was said before another comes back only with more than half of
 * the brokers who ever said the other, so that two brokers cannot turn it to and fro.
 */
export function symbolSurvivor(
  mappings: readonly Mapping[],
  day: Day,
  preferred: readonly string[] = [],
): { readonly value: string; readonly why: Rule | 'only' } | null {
  const all = mappings.flatMap(({ broker, says }) => {
    const symbol = at(says, day)?.value.exchangeSymbol ?? null;
    return symbol === null ? [] : [{ broker, symbol, ever: symbolsUntil(says, day) }];
  });
  const current = all.filter(({ broker }) => !keepersOfOldSymbols.includes(broker));
  const voices = current.length > 0 ? current : all;
  const claims = [...new Set(voices.map(({ symbol }) => symbol))].map((symbol) => {
    const own = voices.filter((voice) => voice.symbol === symbol);
    const since = own.map(({ ever }) => ever.at(-1)?.from ?? '').reduce((a, b) => (a > b ? a : b));
    return { symbol, since, voices: own.length, best: own.map(({ broker }) => rank(broker, preferred)).reduce((a, b) => (a < b ? a : b)) };
  });
  claims.sort((a, b) => compareTexts(b.since, a.since) || b.voices - a.voices || compareTexts(a.best, b.best));
  const spoken = voices.flatMap(({ ever }) => ever);
  const firstSaid = (symbol: string) => spoken.reduce((first, one) => (one.symbol === symbol && one.from < first ? one.from : first), day);
  const isWeakReturn = (symbol: string) =>
    spoken.some((later) => {
      if (firstSaid(later.symbol) <= firstSaid(symbol)) return false;
      const asked = voices.filter(({ ever }) => ever.some((one) => one.symbol === later.symbol));
      return asked.filter((voice) => voice.symbol === symbol).length * 2 <= asked.length;
    });
  const won = claims.find(({ symbol }) => !isWeakReturn(symbol)) ?? claims[0];
  if (!won) return null;
  const rival = claims.find((claim) => claim !== won);
  return { value: won.symbol, why: !rival ? 'only' : claims[0] === won ? symbolRule(won, rival) : 'majority' };
}

type Claim = { readonly since: string; readonly voices: number };
const symbolRule = (won: Claim, rival: Claim): Rule =>
  won.since !== rival.since ? 'newest' : won.voices !== rival.voices ? 'majority' : 'preferred';

/** What a broker said until a day: each symbol with the day on which it came to say it. */
function symbolsUntil(says: Timeline<Statement>, day: Day) {
  const said: { readonly symbol: string; readonly from: Day }[] = [];
  for (const { from, value } of says)
    if (from <= day && value.exchangeSymbol !== null && value.exchangeSymbol !== said.at(-1)?.symbol)
      said.push({ symbol: value.exchangeSymbol, from });
  return said;
}
