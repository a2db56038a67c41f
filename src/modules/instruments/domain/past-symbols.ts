import { isExchangeList } from './exchange-lists';
import { instrument, said, type Instrument, type InstrumentEvent, type Known, type Terms } from './instrument';
import { keyFor } from './key-for';
import { at, dayBefore } from './timeline';
import type { Day } from './values';

/** An exchange tells that a security had one symbol until the eve of a day, and another one from then on. */
export type SymbolChange = { readonly from: string; readonly to: string; readonly day: Day };

/**
 * Puts a change of symbol at its day. What is known from later days only was assumed for the days before, and gets the former symbol; what
 * was seen some days late gets the new one from its day. Nothing, where the registry has it so already, or where another name is known
 * around that day: then the change is another security's. Of several changes the newest comes first.
 */
export function renamedOn(state: Instrument, change: SymbolChange): InstrumentEvent[] {
  if (state.status === 'unknown') return [];
  const after = at(state.terms, change.day);
  if (after?.value.symbol === change.from) return seenLate(state, after.value, change);
  const earlier = after ? [] : knownEarlier(state, change);
  const known = earlier.reduce<Instrument>(instrument.evolve, state);
  const formerly = known.status === 'known' ? calledFormerly(known, change) : [];
  return formerly.length > 0 ? [...earlier, ...formerly] : [];
}

function seenLate(state: Known, was: Terms, { to, day }: SymbolChange): InstrumentEvent[] {
  const next = state.terms.find(({ from, value }) => from > day && value.symbol !== was.symbol);
  if (next && next.value.symbol !== to) return [];
  return [renaming(state, was, { ...was, symbol: to }, day, next?.from ?? null)];
}

/** Brokers do not say since when it is listed: it was there, at least, on the eve of its renaming. An exchange's list has said it. */
function knownEarlier({ terms: [first], mappings, segment, securityId, isTest }: Known, { to, day }: SymbolChange): InstrumentEvent[] {
  if (!first || first.from <= day || first.value.symbol !== to) return [];
  if (mappings.length === 0 || mappings.some(({ broker }) => isExchangeList(broker))) return [];
  const { suspended: _suspended, flags: _flags, ...terms } = first.value;
  const data = { ...terms, segment, securityId, isTest, validFrom: dayBefore(day), validTo: first.from };
  return [{ type: 'InstrumentListed', data: said(data) }];
}

function calledFormerly(state: Known, { from: old, to, day }: SymbolChange): InstrumentEvent[] {
  const eve = dayBefore(day);
  const [before, after] = [at(state.terms, eve)?.value, at(state.terms, day)?.value];
  if (before?.symbol !== to || after?.symbol !== to) return [];
  if (state.mappings.some(({ broker, says }) => isExchangeList(broker) && at(says, eve)?.value.symbol === to)) return [];
  const begin = runOf(state, before, eve);
  const end = state.terms.find(({ from, value }) => from > day && value.symbol !== to)?.from ?? null;
  const former = { ...before, symbol: old };
  return [
    { ...renaming(state, before, former, begin, day), type: 'IdentifierLearnt' },
    renaming(state, former, { ...former, symbol: to }, day, end),
  ];
}

/** Since when, without a gap, it had the symbol and the series that it has on the day. */
function runOf({ terms }: Known, { symbol, series }: Terms, day: Day): Day {
  let begin = day;
  for (const { from, to, value } of terms.toReversed())
    if (from <= begin && (to === null || to >= begin) && value.symbol === symbol && value.series === series) begin = from;
  return begin;
}

type Renamed = Extract<InstrumentEvent, { type: 'InstrumentRenamed' }>;

function renaming({ segment }: Known, was: Terms, now: Terms, validFrom: Day, validTo: Day | null): Renamed {
  const named = (terms: Terms) => ({ symbol: terms.symbol, key: keyFor(segment, terms, null) });
  return { type: 'InstrumentRenamed', data: { validFrom, validTo, set: named(now), was: named(was) } };
}
