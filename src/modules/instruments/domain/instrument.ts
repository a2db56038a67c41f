import { z } from 'zod';
import type { Decider, EventOf } from '../../../platform/event-store/decider';
import { CorporateAction } from './corporate-action';
import { Segment } from './segment';
import { mappingOf, type Mapping, type Statement } from './survivorship';
import { amend, clear, dayAfter, put, type Timeline } from './timeline';
import { Broker, Day, Decimal, InstrumentType, OptionType } from './values';

// What an instrument is.

/** What is true of an instrument for a while. Rupees and units; null is "nobody has said yet". */
export const Terms = z.object({
  key: z.string().min(3),
  symbol: z.string().min(1),
  name: z.string().nullable(),
  type: InstrumentType,
  isin: z.string().nullable(),
  series: z.string().nullable(),
  underlying: z.string().nullable(),
  expiry: Day.nullable(),
  strike: Decimal.nullable(),
  optionType: OptionType.nullable(),
  lotSize: z.int().positive().nullable(),
  tickSize: Decimal.nullable(),
  multiplier: Decimal.nullable(),
  freezeQuantity: z.int().positive().nullable(),
  suspended: z.boolean(),
  flags: z.record(z.string(), z.union([z.boolean(), z.string()])),
});
export type Terms = z.infer<typeof Terms>;

// What can happen to it.

const mayLack = { name: true, lotSize: true, tickSize: true, freezeQuantity: true } as const;
const mayLackAtFirst = {
  ...mayLack,
  isin: true,
  series: true,
  underlying: true,
  expiry: true,
  strike: true,
  optionType: true,
  multiplier: true,
} as const;

const From = z.object({ validFrom: Day });
const Span = From.extend({ validTo: Day.nullable() });
const Changed = Span.extend({ set: Terms.partial(), was: Terms.partial() });
const Reasoned = From.extend({ reason: z.string().optional() });
const Token = z.object({ broker: Broker, segment: Segment, exchangeToken: z.string(), token: z.string() });

export const instrumentEvents = {
  /** Also for an earlier beginning learnt later, and for a listing that comes back. */
  InstrumentListed: Terms.omit({ suspended: true, flags: true })
    .partial(mayLackAtFirst)
    .extend(Span.shape)
    .extend({ segment: Segment, securityId: z.uuid().nullable().optional(), isTest: z.boolean() }),
  /** An ISIN, a series, a name or a term that the first sources lacked. */
  IdentifierLearnt: Changed.extend({ securityId: z.uuid().optional() }),
  InstrumentRenamed: Changed,
  TermsAmended: Changed,
  /** With the corporate action where one explains all of the underlying's adjustments in the file. */
  ContractAdjusted: Changed.extend({ reason: z.string().optional(), corporateAction: CorporateAction.optional() }),
  ExpiryRescheduled: Changed,
  SeriesChanged: Changed,
  IsinChanged: Changed,
  FlagsChanged: Changed,
  /** Without an end: for good, or until it is resumed. */
  InstrumentSuspended: Reasoned.extend({ validTo: Day.optional() }),
  InstrumentResumed: Reasoned.extend({ validTo: Day.optional() }),
  InstrumentExpired: z.object({ expiry: Day, validFrom: Day }),
  /** By its brokers, who have all dropped it; else a person or the exchange said so. */
  InstrumentDelisted: Reasoned.extend({ by: z.literal('brokers').optional() }),
  BrokerTokenAssigned: Terms.pick({ symbol: true, ...mayLack })
    .partial(mayLack)
    .extend(Token.shape)
    .extend(Span.shape)
    .extend({ exchangeSymbol: z.string().nullable().optional() }),
  BrokerTokenWithdrawn: Token.extend(Span.shape),
};
export type InstrumentEvent = EventOf<typeof instrumentEvents>;

/**
 * What is not known is left out of an event, not said to be null: the log of a first load is an eighth smaller (203 MB, 177 MB).
 * Changes the object it is given: JSON leaves out what is undefined, and a copy of every event took a fiftieth of a first load.
 */
export function said<Data extends object>(data: Data): Data {
  for (const name in data) if (data[name] === null && name !== 'validTo') data[name] = undefined as Data[typeof name]; // may be absent
  return data;
}

// What a decision remembers: the whole timeline, because a fact about an earlier day must find its place in it.

export type Known = {
  readonly status: 'known';
  readonly segment: Segment;
  /** Shared by all listings of one security (by ISIN). */
  readonly securityId: string | null;
  readonly isTest: boolean;
  readonly terms: Timeline<Terms>;
  readonly mappings: readonly Mapping[];
  readonly expired: boolean;
  /** The reason, empty when none was given; null while it is not delisted. */
  readonly delisting: string | null;
  /** Whether it was its brokers who delisted it: any of them may bring it back. */
  readonly isDropped: boolean;
};
export type Instrument = { readonly status: 'unknown' } | Known;

export const instrument: Decider<Instrument, InstrumentEvent> = {
  category: 'instrument',
  initial: { status: 'unknown' },
  evolve(state, event) {
    if (event.type === 'InstrumentListed') return listed(state, event.data);
    if (state.status === 'unknown') return state;
    switch (event.type) {
      case 'IdentifierLearnt':
        return { ...changed(state, event.data), securityId: event.data.securityId ?? state.securityId };
      case 'InstrumentRenamed':
      case 'TermsAmended':
      case 'ContractAdjusted':
      case 'SeriesChanged':
      case 'IsinChanged':
      case 'FlagsChanged':
        return changed(state, event.data);
      case 'ExpiryRescheduled':
        return rescheduled(changed(state, event.data), event.data.was.expiry, event.data.set.expiry, event.data.validTo);
      case 'InstrumentSuspended':
        return {
          ...state,
          terms: amend(state.terms, event.data.validFrom, event.data.validTo ?? null, (terms) => ({ ...terms, suspended: true })),
        };
      case 'InstrumentResumed':
        return {
          ...state,
          terms: amend(state.terms, event.data.validFrom, event.data.validTo ?? null, (terms) => ({ ...terms, suspended: false })),
        };
      case 'InstrumentExpired':
        return { ...state, expired: true };
      case 'InstrumentDelisted':
        return {
          ...state,
          delisting: event.data.reason ?? '',
          isDropped: event.data.by === 'brokers',
          terms: clear(state.terms, event.data.validFrom, null),
          mappings: state.mappings.map((mapping) => ({ ...mapping, says: clear(mapping.says, event.data.validFrom, null) })),
        };
      case 'BrokerTokenAssigned':
        return mapped(state, event.data, (says) => put(says, event.data.validFrom, event.data.validTo, statementOf(event.data)));
      case 'BrokerTokenWithdrawn':
        return mapped(state, event.data, (says) => clear(says, event.data.validFrom, event.data.validTo));
    }
  },
};

type DataOf<Type extends InstrumentEvent['type']> = Extract<InstrumentEvent, { type: Type }>['data'];

// Member by member: the rest of a destructured object, a hundred thousand times over, is what a first load then waits for.
const termsOf = (data: DataOf<'InstrumentListed'>): Terms => ({
  key: data.key,
  symbol: data.symbol,
  name: data.name ?? null,
  type: data.type,
  isin: data.isin ?? null,
  series: data.series ?? null,
  underlying: data.underlying ?? null,
  expiry: data.expiry ?? null,
  strike: data.strike ?? null,
  optionType: data.optionType ?? null,
  lotSize: data.lotSize ?? null,
  tickSize: data.tickSize ?? null,
  multiplier: data.multiplier ?? null,
  freezeQuantity: data.freezeQuantity ?? null,
  suspended: false,
  flags: {},
});

const statementOf = (data: DataOf<'BrokerTokenAssigned'>): Statement => ({
  token: data.token,
  symbol: data.symbol,
  name: data.name ?? null,
  lotSize: data.lotSize ?? null,
  tickSize: data.tickSize ?? null,
  freezeQuantity: data.freezeQuantity ?? null,
  exchangeSymbol: data.exchangeSymbol ?? null,
});

function listed(state: Instrument, data: DataOf<'InstrumentListed'>): Known {
  const { segment, securityId, isTest, validFrom: from, validTo: to } = data;
  const value = termsOf(data);
  if (state.status === 'known') {
    // an earlier beginning, learnt later, does not bring it back
    const isOver = state.terms.some((period) => period.to !== null && to !== null && to <= period.to);
    return { ...state, terms: put(state.terms, from, to, value), delisting: isOver ? state.delisting : null };
  }
  return {
    status: 'known',
    segment,
    securityId: securityId ?? null,
    isTest,
    terms: [{ from, to, value }],
    mappings: [],
    expired: false,
    delisting: null,
    isDropped: false,
  };
}

const changed = (state: Known, { validFrom, validTo, set }: DataOf<'TermsAmended'>): Known => ({
  ...state,
  // A parsed partial never holds undefined: zod leaves absent fields out.
  terms: amend(state.terms, validFrom, validTo, (terms) => ({ ...terms, ...(set as Partial<Terms>) })),
});

/** The life of a contract, and the mappings that were to end with it, follow its expiry. */
function rescheduled(state: Known, was: Day | null | undefined, expiry: Day | null | undefined, validTo: Day | null): Known {
  const last = state.terms.at(-1);
  if (!was || !expiry || !last || validTo !== null) return state;
  const [before, after] = [dayAfter(was), dayAfter(expiry)];
  return {
    ...state,
    terms: [...clear(state.terms, last.from, null), { ...last, to: after }],
    mappings: state.mappings.map((mapping) => ({
      ...mapping,
      says: mapping.says.map((period) => (period.to === before ? { ...period, to: after } : period)),
    })),
  };
}

function mapped(
  state: Known,
  { broker, segment, exchangeToken }: Pick<Mapping, 'broker' | 'segment' | 'exchangeToken'>,
  change: (says: Mapping['says']) => Mapping['says'],
): Known {
  const before = mappingOf(state.mappings, { broker, segment, exchangeToken });
  const mapping = { broker, segment, exchangeToken, says: change(before?.says ?? []) };
  return { ...state, mappings: before ? state.mappings.map((one) => (one === before ? mapping : one)) : [...state.mappings, mapping] };
}
