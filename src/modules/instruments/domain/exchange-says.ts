import type { Instrument, InstrumentEvent, Known } from './instrument';
import { span } from './span';
import { at } from './timeline';
import type { Day } from './values';

/** What an exchange's own list says of an instrument from a day on; `until` the day of the next list that is known. Nothing of what is not listed then. */

/** The flag is there, or is not. */
export function flag(state: Instrument, name: string, isSet: boolean, day: Day, until: Day | null): InstrumentEvent[] {
  const terms = termsOn(state, day);
  if (!terms || (terms.flags[name] === true) === isSet) return [];
  const { [name]: _was, ...others } = terms.flags;
  return [{ type: 'FlagsChanged', data: span(state as Known, terms, { flags: isSet ? { ...others, [name]: true } : others }, day, until) }];
}

/** The largest quantity of an order, where no broker says one: what brokers take counts more than what the exchange would. */
export function freeze(state: Instrument, freezeQuantity: number, day: Day, until: Day | null): InstrumentEvent[] {
  const terms = termsOn(state, day);
  if (!terms || terms.freezeQuantity === freezeQuantity) return [];
  const { mappings } = state as Known; // it has terms
  if (mappings.some(({ says }) => (at(says, day)?.value.freezeQuantity ?? null) !== null)) return [];
  return [{ type: 'TermsAmended', data: span(state as Known, terms, { freezeQuantity }, day, until) }];
}

const termsOn = (state: Instrument, day: Day) => (state.status === 'unknown' ? undefined : at(state.terms, day)?.value);
