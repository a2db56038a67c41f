import type { Instrument, InstrumentEvent, Known, Terms } from './instrument';
import { span } from './life-cycle';
import { at, earliest } from './timeline';
import type { Day } from './values';

/** What an exchange's own list says of an instrument from a day on; `until` the day of the next list that is known. Nothing of what is not listed then. */

/** The flag is there, or is not. */
export function flag(state: Instrument, name: string, isSet: boolean, day: Day, until: Day | null): InstrumentEvent[] {
  const terms = termsOn(state, day);
  if (!terms || (terms.flags[name] === true) === isSet) return [];
  const { [name]: _was, ...others } = terms.flags;
  return [
    { type: 'FlagsChanged', data: within(state as Known, terms, { flags: isSet ? { ...others, [name]: true } : others }, day, until) },
  ];
}

/** The largest quantity of an order, where no broker says one: what brokers take counts more than what the exchange would. */
export function freeze(state: Instrument, freezeQuantity: number, day: Day, until: Day | null): InstrumentEvent[] {
  const terms = termsOn(state, day);
  if (!terms || terms.freezeQuantity === freezeQuantity) return [];
  const { mappings } = state as Known; // it has terms
  if (mappings.some(({ says }) => (at(says, day)?.value.freezeQuantity ?? null) !== null)) return [];
  return [{ type: 'TermsAmended', data: within(state as Known, terms, { freezeQuantity }, day, until) }];
}

const termsOn = (state: Instrument, day: Day) => (state.status === 'unknown' ? undefined : at(state.terms, day)?.value);

function within(state: Known, terms: Terms, set: Partial<Terms>, day: Day, until: Day | null) {
  const data = span(state, terms, set, day);
  return { ...data, validTo: earliest(data.validTo, until) };
}
