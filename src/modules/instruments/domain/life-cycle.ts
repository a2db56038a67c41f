import { NotFound, Refused } from '../../../platform/errors';
import { adjustedBy, type CorporateAction } from './corporate-action';
import { isExchangeList } from './exchange-lists';
import { instrument, said, type Instrument, type InstrumentEvent, type Known, type Terms } from './instrument';
import { keyFor } from './key-for';
import type { Segment } from './segment';
import { span } from './span';
import { mappingOf } from './survivorship';
import { at, dayAfter, dayBefore, later } from './timeline';
import type { Day } from './values';

/** Decisions that a person or a clock takes, where no file says it. */

export type Registration = Omit<Terms, 'key' | 'suspended' | 'flags'> & {
  readonly segment: Segment;
  readonly validFrom: Day;
  readonly securityId: string | null;
};

export function register(state: Instrument, { validFrom, segment, securityId, ...terms }: Registration): InstrumentEvent[] {
  if (state.status === 'known') throw new Refused('This instrument is registered already.');
  const key = keyFor(segment, terms, null);
  const validTo = terms.expiry && dayAfter(terms.expiry);
  return [{ type: 'InstrumentListed', data: said({ ...terms, key, segment, securityId, isTest: false, validFrom, validTo }) }];
}

/** The token stops meaning this instrument at this broker: [from, until), until null for good. */
export function withdraw(
  state: Instrument,
  broker: string,
  segment: Segment,
  exchangeToken: string,
  from: Day,
  until: Day | null,
): InstrumentEvent[] {
  if (state.status === 'unknown') return [];
  const mapping = mappingOf(state.mappings, { broker, segment, exchangeToken });
  const open = mapping && at(mapping.says, from);
  if (!open) return [];
  const validTo = until === null || (open.to !== null && open.to <= until) ? open.to : until;
  return [{ type: 'BrokerTokenWithdrawn', data: { broker, segment, exchangeToken, token: open.value.token, validFrom: from, validTo } }];
}

/**
 * The exchange's own list of the day, which had the listing, no longer has it: it is delisted from that day. Only suspended when the
 * security has moved to another series, which may last for weeks. A list that is older than another one (`until`) ends nothing.
 */
export function leave(
  state: Instrument,
  { list, segment, exchangeToken, day, until }: Leaving,
  { hasMoved, reason }: { readonly hasMoved: boolean; readonly reason: string },
): InstrumentEvent[] {
  const withdrawn = withdraw(state, list, segment, exchangeToken, day, until);
  const now = withdrawn.reduce(instrument.evolve, state);
  if (withdrawn.length === 0 || until !== null || now.status === 'unknown') return withdrawn;
  // under another ISIN, or in another list
  if (now.mappings.some(({ broker, says }) => isExchangeList(broker) && at(says, day))) return withdrawn;
  if (!at(now.terms, day)) return withdrawn;
  if (hasMoved) return [...withdrawn, ...suspend(now, reason, day)];
  return [...withdrawn, ...delist(now, reason, endingOn(now, day))];
}

type Leaving = {
  readonly list: string;
  readonly segment: Segment;
  readonly exchangeToken: string;
  readonly day: Day;
  readonly until: Day | null;
};

/** Records, once, that a contract's last day is over. */
export function expire(state: Instrument, today: Day): InstrumentEvent[] {
  if (state.status === 'unknown' || state.expired) return [];
  const expiry = state.terms.at(-1)?.value.expiry;
  return expiry && expiry < today ? [{ type: 'InstrumentExpired', data: { expiry, validFrom: dayAfter(expiry) } }] : [];
}

type Amendable = 'name' | 'lotSize' | 'tickSize' | 'multiplier' | 'freezeQuantity' | 'flags';
export type Amendment = { readonly [Field in Amendable]?: Terms[Field] | undefined };

export function amendTerms(state: Instrument, wanted: Amendment, day: Day): InstrumentEvent[] {
  const { known, terms } = living(state, day);
  const { flags, ...rest } = wanted;
  const set = differing(terms, rest);
  const events: InstrumentEvent[] = [];
  if (Object.keys(set).length > 0) events.push({ type: 'TermsAmended', data: span(known, terms, set, day) });
  if (flags && JSON.stringify(flags) !== JSON.stringify(terms.flags))
    events.push({ type: 'FlagsChanged', data: span(known, terms, { flags }, day) });
  return events;
}

export function rename(state: Instrument, symbol: string, day: Day): InstrumentEvent[] {
  const { known, terms } = living(state, day);
  if (terms.expiry) throw new Refused('A contract is named by its terms and cannot be renamed.');
  if (terms.symbol === symbol) return [];
  const set = { symbol, key: keyFor(known.segment, { ...terms, symbol }, null) };
  return [{ type: 'InstrumentRenamed', data: span(known, terms, set, day) }];
}

export type Adjustment = {
  readonly strike?: string | undefined;
  readonly lotSize?: number | undefined;
  readonly reason?: string | undefined;
};

/** A corporate action gives an option another strike, and any contract another lot. */
export function adjust(state: Instrument, { strike, lotSize, reason }: Adjustment, day: Day): InstrumentEvent[] {
  const { known, terms } = living(state, day);
  if (!terms.expiry) throw new Refused('Only a contract (future or option) can be adjusted.');
  if (strike !== undefined && terms.strike === null) throw new Refused('A future has no strike to adjust.');
  const set = differing(terms, { strike, lotSize });
  if (Object.keys(set).length === 0) return [];
  const key = keyFor(known.segment, { ...terms, ...set }, null);
  const data = span(known, terms, { ...set, ...(key === terms.key ? {} : { key }) }, day);
  return [{ type: 'ContractAdjusted', data: { ...data, ...because(reason) } }];
}

/**
 * A corporate action adjusts every contract of its underlying, also one that the file which shows it has left out. What a file of the day has
 * said of the contract itself stands. @param until the next day for which something newer is known; null when there is none
 */
export function adjustUnseen(state: Instrument, action: CorporateAction, day: Day, until: Day | null): InstrumentEvent[] {
  if (state.status === 'unknown') return [];
  const [eve, now] = [at(state.terms, dayBefore(day))?.value, at(state.terms, day)?.value];
  if (!now?.strike || eve?.strike !== now.strike) return [];
  const set = differing(now, adjustedBy(action, now.strike, now.lotSize));
  const key = keyFor(state.segment, { ...now, ...set }, null);
  const bound = until !== null && at(state.terms, until) ? until : null;
  return [{ type: 'ContractAdjusted', data: { ...span(state, now, { ...set, key }, day, bound), corporateAction: action } }];
}

/** Another contract has what an action made of its key: the exchange has withdrawn it. What is older than something known ends nothing. */
export function leaveUnseen(state: Instrument, successor: string, day: Day, until: Day | null): InstrumentEvent[] {
  if (state.status === 'unknown' || until !== null || !at(state.terms, day) || !at(state.terms, dayBefore(day))) return [];
  const reason = `Withdrawn when its underlying was adjusted: token ${successor} has the strike that it would have had.`;
  return [{ type: 'InstrumentDelisted', data: { reason, by: 'brokers', validFrom: day } }];
}

export function suspend(state: Instrument, reason: string | undefined, day: Day): InstrumentEvent[] {
  const { known, terms } = living(state, day);
  return terms.suspended ? [] : [{ type: 'InstrumentSuspended', data: { ...because(reason), ...until(known, terms, day) } }];
}

export function resume(state: Instrument, reason: string | undefined, day: Day): InstrumentEvent[] {
  const { known, terms } = living(state, day);
  return terms.suspended ? [{ type: 'InstrumentResumed', data: { ...because(reason), ...until(known, terms, day) } }] : [];
}

const because = (reason: string | undefined) => (reason ? { reason } : {});

/** Until the next suspension or resumption that is known already: a late fact overwrites none. */
function until(known: Known, was: Terms, day: Day) {
  const { validFrom, validTo } = span(known, was, { suspended: !was.suspended }, day);
  return validTo === null ? { validFrom } : { validFrom, validTo };
}

/** Each name that the instrument has keeps a day at least: what ends when it begins is on no day at all. */
export function delist(state: Instrument, reason: string | undefined, day: Day): InstrumentEvent[] {
  if (state.status === 'known' && state.delisting !== null) return [];
  const { known, terms } = living(state, day);
  const before = known.terms.find(({ to }) => to === day)?.value.key;
  const isNewOn = known.terms.some(({ from }) => from === day) && before !== terms.key;
  if (isNewOn)
    throw new Refused(
      `${before ? `${before} becomes ${terms.key}` : `${terms.key} begins`} on ${day}, and a delisting from that day would leave it none: ` +
        `delist it from ${dayAfter(day)} on (validFrom), the first day on which it is no longer listed.`,
    );
  return [{ type: 'InstrumentDelisted', data: { ...because(reason), validFrom: day } }];
}

/** A broker that had a listing: the day from which its files lack it, and how many of them have come since. */
export type Drop = { readonly broker: string; readonly since: Day; readonly files: number };

/**
 * A listing that all of its brokers, two at least, have left out of so many of their files ends on the first day on which none had it.
 * One broker never suffices: it may have stopped offering the share.
 */
export function delistDropped(state: Instrument, drops: readonly Drop[], files: number): InstrumentEvent[] {
  if (state.status === 'unknown' || state.delisting !== null || drops.length < 2) return [];
  const since = drops.map((drop) => drop.since).reduce(later);
  const had = new Set(state.mappings.map(({ broker }) => broker));
  const isAgreed = drops.every((drop) => drop.files >= files) && [...had].every((name) => drops.some(({ broker }) => broker === name));
  const isStillHad = state.mappings.some(({ says }) => says.some(({ to }) => to === null || to > since));
  const terms = at(state.terms, since);
  if (!isAgreed || isStillHad || !terms || terms.value.expiry !== null) return [];
  const reason = `No longer at ${drops.map(({ broker }) => broker).join(', ')}: missing from ${files} files of each or more.`;
  return [{ type: 'InstrumentDelisted', data: { reason, by: 'brokers', validFrom: endingOn(state, since) } }];
}

/** The first day without it, where nobody is asked: what begins on that very day keeps it. */
const endingOn = ({ terms }: Known, day: Day) => (terms.some(({ from }) => from === day) ? dayAfter(day) : day);

function living(state: Instrument, day: Day): { known: Known; terms: Terms } {
  if (state.status === 'unknown') throw new NotFound('No such instrument.');
  const period = at(state.terms, day);
  if (!period) {
    const last = state.terms.at(-1);
    throw new Refused(
      last?.to && last.to <= day
        ? `This instrument ended: it was last valid on the day before ${last.to}.`
        : `This instrument is not listed on ${day}; it begins on ${state.terms[0]?.from}.`,
    );
  }
  return { known: state, terms: period.value };
}

const differing = (terms: Terms, wanted: { readonly [Field in keyof Terms]?: Terms[Field] | undefined }): Partial<Terms> =>
  Object.fromEntries(Object.entries(wanted).filter(([field, value]) => value !== undefined && terms[field as keyof Terms] !== value));
