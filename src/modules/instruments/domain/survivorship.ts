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
