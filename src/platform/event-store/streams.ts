import { Inject } from '@nestjs/common';
import { Stale } from '../errors';
import type { AnyEvent, Decider } from './decider';
import { EventStore, WrongExpectedVersion, type Append } from './event-store';
import type { Table } from './table';

export type Decide<State, Event> = (state: State) => readonly Event[];
export type Outcome = { readonly version: number; readonly position: number };

const attempts = 5;

/** Load, decide, append: the only way a command changes anything. */
export function Streams<State, Event extends AnyEvent>(decider: Decider<State, Event>, tables: readonly Table<State>[] = []) {
  const { category, initial, evolve } = decider;
  type Decided = { readonly id: string; readonly decide: Decide<State, Event>; readonly fresh?: boolean };
  type States = ReadonlyMap<string, { readonly version: number; readonly state: State }>;

  class BoundStreams {
    readonly decider = decider;
    readonly tables = tables;

    constructor(@Inject(EventStore) readonly store: EventStore) {}

    /** The states of these streams, folded from the log; `upTo` a position gives what was known then. */
    async states(ids: readonly string[], upTo?: number): Promise<Map<string, { version: number; state: State }>> {
      if (ids.length === 0) return new Map<never, never>();
      const events = await this.store.happened(
        ids.map((id) => `${category}-${id}`),
        upTo,
      );
      return new Map(
        ids.map((id) => {
          const history = (events.get(`${category}-${id}`) ?? []) as unknown as readonly Event[]; // the category's own events
          return [id, { version: history.length, state: history.reduce(evolve, initial) }];
        }),
      );
    }

    /**
     * One stream. A concurrent writer makes it decide again on the newer state, unless `expected` pins the version.
     * A command id that was carried out already decides nothing and gives the outcome of the first time.
     * @throws Stale when `expected` is given and no longer current
     */
    async change(id: string, decide: Decide<State, Event>, expected?: number): Promise<Outcome> {
      return this.again(async () => {
        const first = await this.store.carriedOut();
        if (first !== null) return this.outcomeAt(id, first);
        const before = (await this.states([id])).get(id) ?? { version: 0, state: initial };
        if (expected !== undefined && before.version !== expected)
          throw new Stale(
            `This is version ${before.version} now, not ${expected}. Read it again, then repeat the change with its new ETag.`,
          );
        const append = this.decided(id, before, decide);
        const { position, repeated } = await this.store.append(category, [append], tables);
        return repeated ? this.outcomeAt(id, position) : { version: append.after.version, position };
      });
    }

    /** What another writer was faster with is decided again. */
    private async again<T>(work: () => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt++)
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof WrongExpectedVersion) || attempt === attempts) throw error;
        }
    }

    private async outcomeAt(id: string, position: number): Promise<Outcome> {
      return { version: (await this.states([id], position)).get(id)?.version ?? 0, position };
    }

    /**
     * Thousands of streams in one transaction, by the same decisions. Keep it to about 5,000 events: single writers wait for its end.
     * `appends` is what was appended: nothing when the command id was carried out already.
     * @param known states that were read already: when one is no longer current, the append says so
     * @throws WrongExpectedVersion
     */
    async changeMany(
      changes: readonly Decided[],
      known?: States,
    ): Promise<{
      readonly position: number;
      readonly appends: readonly Append<State>[];
    }> {
      const first = await this.store.carriedOut();
      if (first !== null) return { position: first, appends: [] };
      const appends = await this.decideMany(changes, known);
      const { position, repeated } = await this.store.append(category, appends, tables);
      return { position, appends: repeated ? [] : appends };
    }

    /**
     * `changeMany` in transactions of so many streams. Where another writer was faster, the batch is decided again on what there is now.
     * @returns how many streams were changed, and where the log stood after the last batch; null when there was nothing to do
     */
    async changeInBatches(
      changes: readonly Decided[],
      size: number,
    ): Promise<{ readonly changed: number; readonly position: number | null }> {
      let changed = 0;
      let position: number | null = null;
      for (let first = 0; first < changes.length; first += size) {
        const done = await this.again(() => this.changeMany(changes.slice(first, first + size)));
        changed += done.appends.filter(({ events }) => events.length > 0).length;
        position = done.position;
      }
      return { changed, position };
    }

    /** What `changeMany` would append, without appending it. */
    async decideMany(changes: readonly Decided[], known: States = new Map()): Promise<readonly Append<State>[]> {
      const states = await this.states(changes.filter(({ id, fresh }) => !fresh && !known.has(id)).map(({ id }) => id));
      return changes.map(({ id, decide }) => this.decided(id, known.get(id) ?? states.get(id) ?? { version: 0, state: initial }, decide));
    }

    private decided(id: string, before: { version: number; state: State }, decide: Decide<State, Event>): Append<State> {
      const events = decide(before.state);
      return { id, events, before, after: { version: before.version + events.length, state: events.reduce(evolve, before.state) } };
    }
  }
  return BoundStreams;
}
