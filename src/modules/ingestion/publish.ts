import { WrongExpectedVersion } from '../../platform/event-store/event-store';
import {
  adjustUnseen,
  at,
  corporateActionOf,
  dayBefore,
  isExchangeList,
  leave,
  leaveUnseen,
  next,
  observe,
  sameInstrument,
  securityOf,
  withdraw,
  type AdjustedPair,
  type Day,
  type Instrument,
  type InstrumentEvent,
  type Instruments,
  type Observation,
  type Segment,
} from '../instruments';
import type { DumpRow } from './domain/dump-row';
import type { ChangeRow } from './domain/symbol-changes';
import { count, type Effect, type Published } from './domain/published';
import { unseen, type Action, type Sibling, type Underlying, type Unseen } from './domain/unseen';
import { newIds } from './new-ids';
import { mostPending, pendingChanges, type PendingChange } from './pending-changes';
import { underlyingOf, type Gone, type Match } from './matching';
import type { OtherNames } from './domain/underlying-names';

export type Refusal = { readonly line: number; readonly raw: string; readonly reason: string };

type Decide = (state: Instrument) => readonly InstrumentEvent[];
type Decision = { decide: Decide; match?: Match; change?: ChangeRow };

/** What is to be decided, by instrument. */
class Work extends Map<string, { readonly fresh: boolean; readonly decisions: Decision[] }> {
  add(id: string, decision: Decision, fresh = false) {
    const entry = this.get(id);
    if (entry) entry.decisions.push(decision);
    else this.set(id, { fresh, decisions: [decision] });
  }
}

/** Whose file of which day it is, and what is known around it. */
export type Circumstances = {
  readonly broker: string;
  readonly day: Day;
  /** Per segment the next day for which something newer is known. */
  readonly until: ReadonlyMap<Segment, Day>;
  /** The same of this broker's own files. */
  readonly ownUntil: ReadonlyMap<Segment, Day>;
  readonly otherNames: OtherNames;
  /** The file's row with the token. */
  readonly rowOf: (segment: Segment, exchangeToken: string) => DumpRow | undefined;
  /** Brokers to believe before the usual ones. */
  readonly preferred: readonly string[];
};

/** What the file says, applied to the instruments by their own decisions, in transactions of a few thousand events. */
export class Publisher {
  readonly refusals: Refusal[] = [];
  /** What would have been recorded, when it is only a rehearsal. */
  readonly pending: PendingChange[] = [];
  private readonly newId = newIds();

  constructor(
    private readonly instruments: Instruments,
    private readonly file: Circumstances,
    /** Decide, count and keep what would be recorded, but change nothing. */
    private readonly dry: boolean,
    /** Goes on from what the run had published before it was cut off. */
    readonly counts: Published,
  ) {}

  /**
   * Decides which instrument each row means, and what it changes. Rows of one underlying must come together: contracts may swap keys.
   * @param siblingsOf finds the options on underlyings
   */
  async rows(matches: readonly Match[], siblingsOf: (names: readonly Underlying[]) => Promise<readonly Sibling[]>): Promise<void> {
    const ids = matches.flatMap(({ candidates, former }) => (former === null ? candidates : [...candidates, former]));
    const known = await this.instruments.states([...new Set(ids)]);
    const stateOf = (id: string) => known.get(id)?.state;
    const work = new Work();
    // An instrument that a token means, this broker's or another's, is not taken for a row with another token: when a contract is
    // adjusted, a new one may be listed under its old key on the same day.
    const byToken = ({ own, peer, past }: Match) => own ?? peer ?? past;
    const told = matches.flatMap((match) => {
      const [id, seen] = [byToken(match), this.observation(match)];
      const state = id === null ? undefined : stateOf(id);
      return id !== null && this.means(state, seen) ? [{ id, seen, state }] : [];
    });
    const actions = corporateActions(told);
    const left = unseen(
      actions,
      actions.length > 0 ? await siblingsOf(actions) : [],
      matches.map(({ row }) => row),
      this.file.rowOf,
    );
    const settled = new Set([...told.map(({ id }) => id), ...left.keys()]);
    const meant = matches.flatMap((match) => {
      const seen = this.observation(match);
      let id = match.candidates.find(
        (candidate) => (candidate === byToken(match) || !settled.has(candidate)) && this.means(stateOf(candidate), seen),
      );
      const former = id === undefined && match.former !== null ? stateOf(match.former) : undefined;
      if (former && this.means(former, seen)) {
        // Brokers keep what is delisted; that it is back only the exchange can say.
        if (!isDropped(former) && !isExchangeList(this.file.broker)) {
          this.refuse(match, delisted(former));
          return [];
        }
        id = match.former ?? undefined;
      }
      // The day of listing is that of the security: a further listing of it, in another series, begins with the file.
      if (match.listings.some((listing) => listing !== id)) seen.listedOn = null;
      return [{ match, seen, id }];
    });
    for (const [id, one] of left) work.add(id, { decide: this.leftOut(one) });
    for (const { match, seen: row, id } of meant) {
      const corporateAction = actions.find(({ segment, underlying }) => segment === row.segment && underlying === row.underlying)?.action;
      const seen = corporateAction ? { ...row, corporateAction } : row;
      if (match.own !== null && match.own !== id) work.add(match.own, { decide: this.withdrawal(seen.segment, seen.exchangeToken) });
      work.add(id ?? this.newId(), { decide: (state) => observe(state, seen), match }, id === undefined);
    }
    await this.apply(work, known);
  }

  /** The tokens that are gone from the file stop meaning their instruments. */
  async gone(mappings: readonly Gone[]): Promise<void> {
    const work = new Work();
    for (const { instrument, segment, exchangeToken } of mappings)
      work.add(instrument, { decide: this.withdrawal(segment, exchangeToken) });
    await this.apply(work);
  }

  /**
   * The listings that are gone from the exchange's own list.
   * @param moved those whose security is listed in another series now
   */
  async left(listings: readonly Gone[], moved: ReadonlySet<string>, run: string): Promise<void> {
    const { broker, day } = this.file;
    const work = new Work();
    for (const { instrument, segment, exchangeToken } of listings) {
      const hasMoved = moved.has(instrument);
      const reason = `${hasMoved ? 'moved to another series' : 'no longer listed'}, by the list ${broker} of ${day} (ingestion ${run})`;
      const leaving = { list: broker, segment, exchangeToken, day, until: this.file.ownUntil.get(segment) ?? null };
      work.add(instrument, { decide: (state) => leave(state, leaving, { hasMoved, reason }) });
    }
    await this.apply(work);
  }

  /** Changes of symbols, each decided for the instruments that it may be of. */
  async changes(changes: readonly { readonly id: string; readonly row: ChangeRow; readonly decide: Decide }[]): Promise<void> {
    const work = new Work();
    for (const { id, row, decide } of changes) work.add(id, { decide, change: row });
    await this.apply(work);
  }

  private refuse({ row }: Match, reason: string) {
    this.refusals.push({ line: row.line, raw: `${row.segment} ${row.exchangeToken} ${row.brokerSymbol}`, reason });
  }

  private withdrawal(segment: Segment, exchangeToken: string) {
    const { broker, day, ownUntil } = this.file;
    return (state: Instrument) => withdraw(state, broker, segment, exchangeToken, day, ownUntil.get(segment) ?? null);
  }

  private leftOut({ segment, action, successor }: Unseen): Decide {
    const { day, until } = this.file;
    const end = until.get(segment) ?? null;
    return (state) => (successor === null ? adjustUnseen(state, action, day, end) : leaveUnseen(state, successor, day, end));
  }

  private observation({ row, crowded, keyFreeUntil, securityId }: Match): Observation & { listedOn: Day | null } {
    const { broker, day, until, ownUntil, otherNames, preferred } = this.file;
    const underlying = underlyingOf(row);
    const other = underlying === null ? undefined : otherNames.get(row.segment)?.get(underlying);
    const oldName = other?.isNews === false ? other.known : null;
    return {
      ...row,
      symbol: oldName ?? row.symbol,
      underlying: oldName ?? underlying,
      underlyingBefore: oldName === null ? (other?.known ?? null) : null,
      broker,
      day,
      until: until.get(row.segment) ?? null,
      ownUntil: ownUntil.get(row.segment) ?? null,
      securityId: securityId ?? securityOf(row.isin),
      listedOn: row.listedOn ?? null,
      crowded,
      keyFreeUntil,
      corporateAction: null,
      preferred,
    };
  }

  private means(state: Instrument | undefined, seen: Observation): boolean {
    if (state === undefined || state.status === 'unknown') return false;
    const period = at(state.terms, seen.day) ?? next(state.terms, seen.day) ?? state.terms.at(-1);
    return period !== undefined && sameInstrument(period.value, seen);
  }

  /**
   * One transaction. When the database finds that two instruments would hold one token or one key at once, the work is halved until
   * the rows at fault are alone; those are refused with the reason, the others go in.
   */
  private async apply(work: Work, known?: Awaited<ReturnType<Instruments['states']>>, attempt = 1): Promise<void> {
    if (work.size === 0) return;
    const effects: Effect[] = [];
    const changes = [...work].map(([id, { fresh, decisions }]) => ({
      id,
      fresh,
      decide: (state: Instrument) => {
        let all: readonly InstrumentEvent[] = [];
        let now = state;
        decisions.forEach(({ decide, match }, n) => {
          const events = decide(now);
          effects.push({ isRow: match !== undefined, before: now, events });
          if (n < decisions.length - 1) now = events.reduce(this.instruments.decider.evolve, now);
          all = n === 0 ? events : [...all, ...events];
        });
        return all;
      },
    }));
    try {
      if (this.dry) {
        for (const append of await this.instruments.decideMany(changes, known))
          if (this.pending.length < mostPending) this.pending.push(...pendingChanges(append));
      } else await this.instruments.changeMany(changes, known);
    } catch (error) {
      // Somebody changed one of them by hand at this moment: decide again on what it is now.
      if (error instanceof WrongExpectedVersion && attempt < 5) return this.apply(work, undefined, attempt + 1);
      if (!isExclusion(error)) throw error;
      return this.applyApart(work, error);
    }
    for (const effect of effects) count(this.counts, effect);
  }

  private async applyApart(work: Work, error: ExclusionError): Promise<void> {
    const entries = [...work];
    if (entries.length > 1) {
      const middle = Math.ceil(entries.length / 2);
      await this.apply(new Work(entries.slice(0, middle)));
      return this.apply(new Work(entries.slice(middle)));
    }
    const matches = entries.flatMap(([, { decisions }]) => decisions.flatMap(({ match }) => match ?? []));
    const [id, { fresh }] = entries[0] as [string, { fresh: boolean }]; // there is exactly one
    const claim = error.constraint === 'one_holder_per_key' && matches.length === 1 ? matches[0] : undefined;
    const again = (match: Match) => {
      const seen = this.observation(match);
      return this.apply(new Work([[id, { fresh, decisions: [{ decide: (state: Instrument) => observe(state, seen), match }] }]]));
    };
    if (claim?.row.listedOn !== undefined) {
      // Since its listing another one had this key for a while: it is known from the day on.
      const { listedOn: _, ...row } = claim.row;
      return again({ ...claim, row });
    }
    if (claim && !claim.crowded && claim.row.expiry === null) return again({ ...claim, crowded: true });
    const what = error.constraint === 'one_holder_per_key' ? 'key' : 'token';
    const reason = `Its ${what} belongs to another instrument at the same time: ${error.detail ?? 'no detail'}`;
    for (const match of matches) this.refuse(match, reason);
    // One change may be of several listings: it is one row of the file.
    for (const { change } of entries.flatMap(([, { decisions }]) => decisions))
      if (change && !this.refusals.some(({ line }) => line === change.line))
        this.refusals.push({ line: change.line, raw: change.raw, reason });
  }
}

const isDropped = (former: Instrument) => former.status === 'known' && former.isDropped;

const delisted = (former: Instrument) =>
  `It was delisted (${(former.status === 'known' && former.delisting) || 'no reason was given'}): what a broker still has of it is left out until the exchange's list has it again.`;

/** What the rows that mean a contract by its token tell of each underlying. */
function corporateActions(rows: readonly { readonly seen: Observation; readonly state: Instrument | undefined }[]): readonly Action[] {
  const adjusted = new Map<string, Underlying & { readonly pairs: AdjustedPair[] }>();
  for (const { seen, state } of rows) {
    if (seen.strike === null || seen.underlying === null || state?.status !== 'known') continue;
    // On the eve, and not as another file of the day has changed it: this one tells of the same action.
    const terms = at(state.terms, dayBefore(seen.day))?.value;
    if (!terms?.strike || terms.strike === seen.strike) continue;
    const name = `${seen.segment} ${seen.underlying}`;
    const pair: AdjustedPair = { strike: [terms.strike, seen.strike], lotSize: [terms.lotSize, seen.lotSize] };
    const known = adjusted.get(name);
    if (known) known.pairs.push(pair);
    else adjusted.set(name, { segment: seen.segment, underlying: seen.underlying, pairs: [pair] });
  }
  return [...adjusted.values()].flatMap(({ segment, underlying, pairs }) => {
    const action = corporateActionOf(pairs);
    return action ? [{ segment, underlying, action }] : [];
  });
}

type ExclusionError = Error & { readonly code: '23P01'; readonly constraint?: string; readonly detail?: string };
const isExclusion = (error: unknown): error is ExclusionError => error instanceof Error && 'code' in error && error.code === '23P01';
