import type { CorporateAction } from './corporate-action';
import type { Instrument, InstrumentEvent, Known, Terms } from './instrument';
import { instrument, said } from './instrument';
import { keyFor } from './key-for';
import { likelyTypeOfCash } from './series';
import { isExchangeList } from './exchange-lists';
import type { Segment } from './segment';
import { span } from './span';
import { mappingOf, statedFields, survivor, symbolSurvivor, type Statement } from './survivorship';
import { at, dayAfter, earliest, lastsUntil, next } from './timeline';
import type { Day, InstrumentType, OptionType } from './values';

/** What one broker's file says of one instrument on one day. Null: the file does not say. */
export type Observation = {
  readonly broker: string;
  readonly day: Day;
  /** The next day for which something newer was already known of the segment; null when this is the newest. It bounds what is learnt. */
  readonly until: Day | null;
  /** The same for this broker's own files: it bounds what its token means. Null: nothing newer of this broker is in. */
  readonly ownUntil: Day | null;
  readonly segment: Segment;
  readonly exchangeToken: string;
  readonly token: string;
  readonly brokerSymbol: string;
  readonly symbol: string;
  readonly name: string | null;
  readonly type: InstrumentType | null;
  readonly isin: string | null;
  readonly series: string | null;
  readonly underlying: string | null;
  /** What the registry calls the underlying until now, where the file proves that the two are one (see ingestion). */
  readonly underlyingBefore: string | null;
  readonly expiry: Day | null;
  readonly strike: string | null;
  readonly optionType: OptionType | null;
  readonly lotSize: number | null;
  readonly tickSize: string | null;
  readonly freezeQuantity: number | null;
  readonly multiplier: string | null;
  /** Why the exchange watches it; blank when it does not. */
  readonly surveillance?: string;
  /** Since when the exchange lists it; null where the source does not say, or the security had another listing. */
  readonly listedOn: Day | null;
  readonly isTest: boolean;
  readonly securityId: string | null;
  /** Another instrument has the better claim to the plain key: this one takes `KEY~token`. */
  readonly crowded: boolean;
  /** The day on which another instrument takes the key; null when it is free from here on. */
  readonly keyFreeUntil: Day | null;
  /** What explains how the file adjusts the contracts of this underlying. */
  readonly corporateAction: CorporateAction | null;
  /** Brokers to believe before the usual ones where sources differ. */
  readonly preferred?: readonly string[];
};

/** Fields of the terms that a row states outright. What brokers may state differently goes through survivorship. */
const identity = ['expiry', 'strike', 'symbol', 'series', 'isin', 'multiplier'] as const;

/** What a file's row changes about an instrument: nothing when all of it was known. */
export function observe(state: Instrument, seen: Observation): InstrumentEvent[] {
  const events: InstrumentEvent[] = [];
  let now = state;
  const happen = (more: readonly InstrumentEvent[]) => {
    events.push(...more);
    now = more.reduce(instrument.evolve, now);
  };
  const isListed = state.status === 'known' && at(state.terms, seen.day) !== undefined;
  happen(isListed ? identityEvents(state, seen) : [listing(state, seen)]);
  // evolve has listed it
  happen(mappingEvents(now as Known, seen));
  // What the first one says of a new instrument is what survives.
  if (state.status === 'known') {
    happen(statedEvents(now as Known, seen));
    happen(resumed(state, seen));
    happen(sinceListing(now as Known, seen));
  }
  happen(surveillanceEvents(now as Known, seen));
  return isListed ? merged(events) : events;
}

/** Listed for the first time, earlier than was known, or again after an absence. */
function listing(state: Instrument, seen: Observation): InstrumentEvent {
  const known = state.status === 'known' ? (next(state.terms, seen.day) ?? state.terms.at(-1)) : undefined;
  const terms = overlay(known?.value, seen);
  const end = earliest(terms.expiry && dayAfter(terms.expiry), seen.keyFreeUntil, known && known.from > seen.day ? known.from : null);
  const { suspended: _suspended, flags: _flags, ...rest } = terms;
  return {
    type: 'InstrumentListed',
    data: said({
      ...rest,
      segment: seen.segment,
      securityId: state.status === 'known' ? (state.securityId ?? seen.securityId) : seen.securityId,
      isTest: seen.isTest,
      validFrom: state.status === 'known' ? seen.day : (earliest(seen.listedOn, seen.day) ?? seen.day),
      validTo: end,
    }),
  };
}

/** A listing is older than the first file that had it: until then its terms are taken to be what the exchange's list first says of it. */
function sinceListing({ segment, securityId, isTest, terms: [first] }: Known, seen: Observation): InstrumentEvent[] {
  if (!first || seen.listedOn === null || seen.listedOn >= first.from) return [];
  const { symbol, series, isin } = first.value;
  const {
    suspended: _suspended,
    flags: _flags,
    ...terms
  } = overlay(undefined, { ...seen, symbol, series: series ?? seen.series, isin: isin ?? seen.isin });
  const data = { ...terms, segment, securityId, isTest, validFrom: seen.listedOn, validTo: first.from };
  return [{ type: 'InstrumentListed', data: said(data) }];
}

/** It was suspended when it left the exchange's list for another series, and is in the list again. */
function resumed(before: Known, { broker, segment, exchangeToken, day }: Observation): InstrumentEvent[] {
  const period = at(before.terms, day);
  if (!period?.value.suspended || !isExchangeList(broker)) return [];
  const own = mappingOf(before.mappings, { broker, segment, exchangeToken });
  if (own && at(own.says, day)) return [];
  const end = before.terms.find(({ from, value }) => from > day && !value.suspended)?.from;
  return [
    { type: 'InstrumentResumed', data: { reason: `in the list ${broker} of ${day} again`, validFrom: day, ...(end && { validTo: end }) } },
  ];
}

/**
 * The exchange's own list names the listing: a broker that lags behind does not rename it. One that has changed its mind does: it has
 * learnt of something newer.
 */
function isNamedByExchange(state: Known, { broker, brokerSymbol, segment, exchangeToken, day }: Observation): boolean {
  if (isExchangeList(broker) || !state.mappings.some((one) => isExchangeList(one.broker) && at(one.says, day))) return false;
  const own = mappingOf(state.mappings, { broker, segment, exchangeToken });
  const before = own && at(own.says, day)?.value.symbol;
  return before === undefined || before === brokerSymbol;
}

/** What is known, with what the row says laid over it. */
function overlay(terms: Terms | undefined, seen: Observation): Terms {
  const base = {
    symbol: seen.symbol,
    name: seen.name ?? terms?.name ?? null,
    type: seen.type ?? terms?.type ?? likelyTypeOfCash(seen.isin),
    isin: seen.isin ?? terms?.isin ?? null,
    series: seen.series ?? terms?.series ?? null,
    underlying: seen.underlying ?? terms?.underlying ?? null,
    expiry: seen.expiry ?? terms?.expiry ?? null,
    strike: seen.strike ?? terms?.strike ?? null,
    optionType: seen.optionType ?? terms?.optionType ?? null,
    lotSize: seen.lotSize ?? terms?.lotSize ?? null,
    tickSize: seen.tickSize ?? terms?.tickSize ?? null,
    multiplier: seen.multiplier ?? terms?.multiplier ?? null,
    freezeQuantity: seen.freezeQuantity ?? terms?.freezeQuantity ?? null,
    suspended: terms?.suspended ?? false,
    flags: terms?.flags ?? {},
  };
  return { ...base, key: keyFor(seen.segment, base, seen.crowded ? seen.exchangeToken : null) };
}

/** Renamed, adjusted, rescheduled, another ISIN or series; or only learnt, where nobody had said it before. */
function identityEvents(state: Known, seen: Observation): InstrumentEvent[] {
  const period = at(state.terms, seen.day);
  if (!period) return [];
  const was = period.value;
  const learnt: Partial<Terms> = {};
  const events: InstrumentEvent[] = [];
  const set: Partial<Record<(typeof identity)[number], string>> = {};
  const eve = eveOf(state, period.from, seen.day);
  for (const field of identity) {
    // An exchange's own list need not ask the brokers.
    const isVoted = field === 'symbol' && seen.expiry === null && !isExchangeList(seen.broker);
    const says = isVoted ? symbolNow(state, seen, was.symbol) : seen[field];
    if (says === null || says === was[field]) continue;
    // Another file of the same day changed this already, and this one still says what held before: the change stands.
    if (!isVoted && eve && eve[field] === says) continue;
    if (field === 'symbol' && isNamedByExchange(state, seen)) continue;
    if (was[field] === null) learnt[field] = says;
    else set[field] = says;
  }
  if (seen.type !== null && tellsMore(seen.type, was.type)) learnt.type = seen.type;
  // A contract has its underlying's symbol: the two change together.
  const renamed: Partial<Terms> = set.symbol ? { symbol: set.symbol, ...(was.expiry && { underlying: seen.underlying }) } : {};
  const after = { ...was, ...learnt, ...set, ...renamed };
  const key = keyFor(seen.segment, after, seen.crowded ? seen.exchangeToken : null);
  if (key !== was.key && Object.keys(set).length === 0) learnt.key = key;
  // Nobody has told of an earlier day: what held then was taken from later days, and this row is nearer.
  const isFirst = seen.listedOn !== null && !state.mappings.some(({ says }) => says[0] && says[0].from <= seen.day);
  const change = (type: ChangeType, fields: Partial<Terms>): InstrumentEvent => ({
    type,
    data: { ...fromFile(state, seen, was, fields), ...(isFirst && { validFrom: period.from }) },
  });
  if (set.expiry)
    events.push(change('ExpiryRescheduled', { expiry: set.expiry, key: keyFor(seen.segment, { ...was, expiry: set.expiry }, null) }));
  if (set.strike) {
    const because = seen.corporateAction && { corporateAction: seen.corporateAction };
    events.push({ type: 'ContractAdjusted', data: { ...fromFile(state, seen, was, { strike: set.strike, key }), ...because } });
  }
  if (set.symbol) events.push(change('InstrumentRenamed', { ...renamed, key }));
  if (set.series) events.push(change('SeriesChanged', { series: set.series, key }));
  if (set.isin) events.push(change('IsinChanged', { isin: set.isin }));
  if (set.multiplier) events.push(change('TermsAmended', { multiplier: set.multiplier }));
  if (Object.keys(learnt).length > 0) {
    const data = fromFile(state, seen, was, learnt);
    const security = state.securityId === null && seen.securityId !== null ? { securityId: seen.securityId } : {};
    events.push({ type: 'IdentifierLearnt', data: { ...data, ...security } });
  }
  return events;
}

/** The symbol after what this row says. A row that says nothing new renames nothing, also where a person has decided otherwise. */
function symbolNow(state: Known, seen: Observation, was: string): string {
  const isUndisputed = state.mappings.every(({ says }) => says.every(({ value }) => (value.exchangeSymbol ?? was) === was));
  if (seen.symbol === was && isUndisputed) return was;
  const stated = mappingEvents(state, seen).reduce<Instrument>(instrument.evolve, state) as Known; // no event makes it unknown
  const now = symbolSurvivor(stated.mappings, seen.day, seen.preferred)?.value;
  return now === undefined || now === symbolSurvivor(state.mappings, seen.day, seen.preferred)?.value ? was : now;
}

const exchangeSymbolOf = ({ expiry, symbol }: Observation) => (expiry === null ? symbol : null);

/** EQUITY is what a listing is taken for until a source can tell; what is more particular stays, whoever came first. */
const tellsMore = (type: InstrumentType, than: InstrumentType) =>
  type !== than && (than === 'OTHER' || (than === 'EQUITY' && type !== 'OTHER'));

type ChangeType = 'ExpiryRescheduled' | 'InstrumentRenamed' | 'SeriesChanged' | 'IsinChanged' | 'TermsAmended';

/** From the day of the file on; of a file that came late, until the day for which something newer was known already. */
const fromFile = (state: Known, { day, until }: Observation, was: Terms, set: Partial<Terms>) =>
  span(state, was, set, day, until !== null && at(state.terms, until) ? until : null);

/** What held on the eve, when something else holds since the very day: another file of the day has changed it. */
const eveOf = ({ terms }: Known, from: Day, day: Day) => (from === day ? terms.find(({ to }) => to === day)?.value : undefined);

/** The broker's token means this instrument from the day on, and no other token of it in the segment does. */
function mappingEvents(state: Known, seen: Observation): InstrumentEvent[] {
  const { broker, segment, exchangeToken, day, ownUntil: until } = seen;
  const events: InstrumentEvent[] = [];
  for (const other of state.mappings) {
    const open = other.broker === broker && other.segment === segment && other.exchangeToken !== exchangeToken && at(other.says, day);
    if (open)
      events.push({
        type: 'BrokerTokenWithdrawn',
        data: {
          broker,
          segment,
          exchangeToken: other.exchangeToken,
          token: open.value.token,
          validFrom: day,
          validTo: earliest(until, open.to) === open.to ? open.to : until,
        },
      });
  }
  const own = mappingOf(state.mappings, seen);
  const current = own && at(own.says, day);
  const says: Statement = {
    token: seen.token,
    symbol: seen.brokerSymbol,
    name: seen.name ?? current?.value.name ?? null,
    lotSize: seen.lotSize ?? current?.value.lotSize ?? null,
    tickSize: seen.tickSize ?? current?.value.tickSize ?? null,
    freezeQuantity: seen.freezeQuantity ?? current?.value.freezeQuantity ?? null,
    exchangeSymbol: exchangeSymbolOf(seen),
  };
  const isRenamed = seen.expiry === null || (current && at(state.terms, current.from)?.value.key !== at(state.terms, day)?.value.key);
  if (current && same(says, current.value, isRenamed ?? false)) return events;
  const life = lastsUntil(state.terms, day);
  const end = current ? earliest(current.to, until) : earliest(next(own?.says ?? [], day)?.from ?? until, life);
  events.push({ type: 'BrokerTokenAssigned', data: said({ broker, segment, exchangeToken, ...says, validFrom: day, validTo: end }) });
  return events;
}

/**
 * A broker writes one contract differently in its formats, so its symbol for a contract counts only when the contract has another key than
 * when the broker last spoke, whoever told of that first.
 */
const same = (a: Statement, b: Statement, renamed: boolean) =>
  (Object.keys(a) as (keyof Statement)[]).every((field) => a[field] === b[field] || (field === 'symbol' && !renamed));

/** What survives of what all brokers say, where that is not what the terms show. */
function statedEvents(state: Known, seen: Observation): InstrumentEvent[] {
  const period = at(state.terms, seen.day);
  if (!period) return [];
  const learnt: Partial<Terms> = {};
  const amended: Partial<Terms> = {};
  for (const field of statedFields) {
    const value = survivor(state.mappings, seen.day, field, seen.preferred)?.value;
    if (value === undefined || value === period.value[field]) continue;
    Object.assign(period.value[field] === null ? learnt : amended, { [field]: value });
  }
  const events: InstrumentEvent[] = [];
  if (Object.keys(amended).length > 0) events.push({ type: 'TermsAmended', data: fromFile(state, seen, period.value, amended) });
  if (Object.keys(learnt).length > 0) events.push({ type: 'IdentifierLearnt', data: fromFile(state, seen, period.value, learnt) });
  return events;
}

/** Watched by the exchange from the day on, for another reason, or no longer. Of two files of one day the first to change it stands. */
function surveillanceEvents(state: Known, seen: Observation): InstrumentEvent[] {
  const period = at(state.terms, seen.day);
  if (seen.surveillance === undefined || !period) return [];
  const { surveillance: was = '', ...others } = period.value.flags;
  if (was === seen.surveillance) return [];
  const eve = eveOf(state, period.from, seen.day);
  if (eve && (eve.flags['surveillance'] ?? '') === seen.surveillance) return [];
  const flags = seen.surveillance === '' ? others : { ...others, surveillance: seen.surveillance };
  return [{ type: 'FlagsChanged', data: fromFile(state, seen, period.value, { flags }) }];
}

/** A new lot that comes with a new strike belongs to the adjustment; what was learnt at once is learnt once. */
function merged(events: readonly InstrumentEvent[]): InstrumentEvent[] {
  const result: InstrumentEvent[] = [];
  for (const event of events) {
    const into = result.findIndex(
      (earlier) =>
        (earlier.type === event.type && event.type === 'IdentifierLearnt') ||
        (earlier.type === 'ContractAdjusted' && event.type === 'TermsAmended'),
    );
    const target = result[into];
    if (target && 'set' in target.data && 'set' in event.data && target.data.validTo === event.data.validTo)
      result[into] = {
        ...target,
        data: { ...target.data, set: { ...target.data.set, ...event.data.set }, was: { ...target.data.was, ...event.data.was } },
      } as InstrumentEvent; // the same type with more fields set
    else result.push(event);
  }
  return result;
}
