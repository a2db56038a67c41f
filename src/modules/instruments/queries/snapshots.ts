import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import type { Instrument } from '../domain/instrument';
import { at } from '../domain/timeline';
import { homesOfUnderlying, keysOfUnderlying } from '../domain/underlying';
import { segments } from '../domain/segment';
import { Instruments } from '../instruments';
import type { Reading } from '../moments';
import { everLookups, liveLookups, type Lookup } from './lookups';
import { dayShown, snapshotOf, type Snapshot } from './snapshot';

/** Columns of arrays, the question's number first: the values of a lookup. */
export type Questions = readonly (readonly unknown[])[];
export type Found<More = object> = Snapshot & { readonly n: number } & More;

/** The same as domain/underlying.ts, for a join. */
const homes = `CASE i.segment ${segments
  .filter((segment) => homesOfUnderlying(segment).length > 0)
  .map(
    (segment) =>
      `WHEN '${segment}' THEN ARRAY[${homesOfUnderlying(segment)
        .map((home) => `'${home}:' || t.underlying`)
        .join(', ')}]`,
  )
  .join(' ')} END`;

const mappings = `LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('broker', b.broker, 'token', b.token, 'exchangeToken', b.exchange_token, 'symbol', b.symbol, 'segment', b.segment,
             'lotSize', b.lot_size, 'tickSize', b.tick_size::text, 'freezeQuantity', b.freeze_quantity, 'validFrom', b.valid_from, 'validTo', b.valid_to)
             ORDER BY b.broker || b.exchange_token, b.segment) AS brokers
    FROM registry.broker_tokens b
    WHERE b.instrument_id = i.id AND b.valid_from <= shown.day AND (b.valid_to IS NULL OR b.valid_to > shown.day)
  ) b ON true`;

/**
 * The instruments that a CTE `found` (n, id, ...) names, as they stand on the day `$1`: the terms of the day, else the last before it, else,
 * when `$2` allows, the first after it. The one statement behind every read of what is known now.
 */
export const assembled = (found: string, brokers: boolean, more = '') => `WITH found AS (${found})
  SELECT f.n, ${more} i.id, v.version, i.segment, i.security_id AS "securityId", i.is_test AS "isTest", i.listed_from AS "listedFrom", i.listed_to AS "listedTo",
         t.valid_from AS "from", t.valid_to AS "to", t.key, t.symbol, t.name, t.type, t.isin, t.series, t.underlying, t.expiry, t.strike::text, t.option_type AS "optionType",
         t.lot_size AS "lotSize", t.tick_size::text AS "tickSize", t.multiplier::text, t.freeze_quantity AS "freezeQuantity", t.suspended, t.flags,
         u.id AS "underlyingId", u.key AS "underlyingKey", ${brokers ? `coalesce(b.brokers, '[]')` : 'NULL'} AS brokers
  FROM found f
  JOIN registry.instruments i ON i.id = f.id
  JOIN log.streams v ON v.stream = 'instrument-' || i.id
  CROSS JOIN LATERAL (
    SELECT t.* FROM registry.lot_sizes t WHERE t.instrument_id = i.id AND (t.valid_from <= $1::date OR $2::boolean)
    ORDER BY (t.valid_from <= $1::date) DESC, CASE WHEN t.valid_from <= $1::date THEN t.valid_from END DESC, t.valid_from LIMIT 1
  ) t
  CROSS JOIN LATERAL (SELECT CASE WHEN t.valid_to <= $1::date THEN t.valid_to - 1 ELSE greatest(t.valid_from, $1::date) END AS day) shown
  LEFT JOIN LATERAL (
    SELECT k.instrument_id AS id, k.key FROM registry.lot_sizes k
    WHERE t.underlying IS NOT NULL AND k.key = ANY(${homes}) AND k.valid_from <= shown.day AND (k.valid_to IS NULL OR k.valid_to > shown.day)
    ORDER BY length(k.key) DESC LIMIT 1
  ) u ON true
  ${brokers ? mappings : ''}
  ORDER BY f.n, t.key`;

/** For one question: plain values instead of arrays, so that PostgreSQL keeps one plan instead of planning each time. */
const forOne = (lookup: string) =>
  lookup.replace(/unnest\(([^)]*)\) AS q/, (_, values: string) => `(VALUES (${values.replaceAll('[]', '')})) AS q`);

const statements = new Map(
  Object.entries(liveLookups).flatMap(([lookup, text]) =>
    [true, false].flatMap((brokers) => [
      [nameOf(lookup, brokers, false), assembled(text, brokers)] as const,
      [nameOf(lookup, brokers, true), assembled(forOne(text), brokers)] as const,
    ]),
  ),
);

function nameOf(lookup: string, brokers: boolean, one: boolean) {
  return `${one ? 'instrument' : 'instruments'}-by-${lookup}${brokers ? '-with-brokers' : ''}`;
}

@Injectable()
export class Snapshots {
  constructor(
    private readonly database: Database,
    private readonly instruments: Instruments,
  ) {}

  /** The instruments that answer each question, in the order of the questions. `questions` are the columns of the lookup. */
  async find(lookup: Lookup, questions: Questions, reading: Reading, brokers = true): Promise<Found[]> {
    if (reading.position !== null) {
      const known = await this.findKnown(lookup, questions, reading, reading.position);
      return brokers ? known : known.map((snapshot) => ({ ...snapshot, brokers: null }));
    }
    const one = questions[0]?.length === 1;
    const name = nameOf(lookup, brokers, one);
    const values = one ? questions.map(([value]) => value) : questions;
    return this.database.query<Found>({ name, text: statements.get(name) ?? '', values: [reading.moment.day, !reading.asked, ...values] });
  }

  /** Whoever ever matched, as it was known at the position. The caller keeps those that match then; a key's holder is chosen here. */
  private async findKnown(lookup: Lookup, questions: Questions, reading: Reading, position: number): Promise<Found[]> {
    const rows = await this.ever(lookup, questions);
    const states = await this.statesOf(rows, position);
    const chosen =
      lookup === 'key'
        ? holders(rows, states, questions, reading)
        : lookup === 'formerSymbol'
          ? lastHolders(rows, states, questions, reading)
          : rows;
    const known = new Map((await this.shownOf(chosen, states, reading, position)).map((snapshot) => [snapshot.id, snapshot]));
    return chosen
      .flatMap(({ n, id }) => {
        const snapshot = known.get(id);
        return snapshot ? [{ ...snapshot, n }] : [];
      })
      .sort((a, b) => a.n - b.n || (a.key < b.key ? -1 : 1));
  }

  /** These instruments as they were known at the position; without those that were not. */
  async fold(ids: readonly string[], reading: Reading, position: number): Promise<Snapshot[]> {
    const rows = ids.map((id) => ({ id }));
    return this.shownOf(rows, await this.statesOf(rows, position), reading, position);
  }

  private ever(lookup: Lookup, questions: Questions) {
    return this.database.query<Candidate>({ name: `instruments-ever-by-${lookup}`, text: everLookups[lookup], values: [...questions] });
  }

  private async statesOf(rows: readonly { readonly id: string }[], position: number): Promise<States> {
    const ids = [...new Set(rows.map(({ id }) => id))];
    return ids.length === 0 ? new Map<never, never>() : this.instruments.states(ids, position);
  }

  private async shownOf(
    rows: readonly { readonly id: string }[],
    states: States,
    { moment, asked }: Reading,
    position: number,
  ): Promise<Snapshot[]> {
    const snapshots = [...new Set(rows.map(({ id }) => id))].flatMap((id) => {
      const known = states.get(id);
      const snapshot = known?.state.status === 'known' && snapshotOf(id, known.version, known.state, moment.day, !asked);
      return snapshot ? [snapshot] : [];
    });
    const keys = [
      ...new Set(snapshots.flatMap(({ segment, underlying }) => (underlying === null ? [] : keysOfUnderlying(segment, underlying)))),
    ];
    if (keys.length === 0) return snapshots;
    const candidates = await this.ever('key', [keys.map((_, n) => n), keys]);
    const numberOf = new Map(keys.map((key, n) => [key, n]));
    const held = byQuestion(candidates);
    const holding = await this.statesOf(candidates, position);
    return snapshots.map((snapshot) => {
      const day = dayShown(snapshot, moment.day);
      for (const key of snapshot.underlying === null ? [] : keysOfUnderlying(snapshot.segment, snapshot.underlying))
        for (const { id } of held.get(numberOf.get(key) ?? -1) ?? []) {
          const state = holding.get(id)?.state;
          if (state?.status === 'known' && at(state.terms, day)?.value.key === key)
            return { ...snapshot, underlyingId: id, underlyingKey: key };
        }
      return snapshot;
    });
  }
}

/** `superseded`, of a key: the version from which on a period that had it has it no longer. */
type Candidate = { readonly n: number; readonly id: string; readonly superseded?: number | null };
type States = ReadonlyMap<string, { readonly version: number; readonly state: Instrument }>;

function byQuestion(rows: readonly Candidate[]): ReadonlyMap<number, readonly Candidate[]> {
  const result = new Map<number, Candidate[]>();
  for (const row of rows) {
    const some = result.get(row.n);
    if (some) some.push(row);
    else result.set(row.n, [row]);
  }
  return result;
}

/** Of those that ever had the symbol, whoever had it last before the day, in each segment. */
function lastHolders(
  rows: readonly Candidate[],
  states: States,
  [numbers = [], symbols = []]: Questions,
  { moment: { day } }: Reading,
): Candidate[] {
  const candidates = byQuestion(rows);
  return numbers.flatMap((n, index) => {
    const ends = (candidates.get(n as number) ?? []).flatMap((row) => {
      const state = states.get(row.id)?.state;
      if (state?.status !== 'known') return [];
      const last = state.terms.findLast(
        ({ to, value }) => to !== null && to <= day && value.symbol === symbols[index] && value.expiry === null,
      );
      return last?.to ? [{ row, segment: state.segment, to: last.to }] : [];
    });
    return ends.filter(({ segment, to }) => !ends.some((other) => other.segment === segment && other.to > to)).map(({ row }) => row);
  });
}

/**
 * Of those that ever had the key, the holder: on the day, else, when no moment was named, the last before it, else the first after it,
 * else the newest of those that were known by it already, though no day is left to it.
 */
function holders(
  rows: readonly Candidate[],
  states: States,
  [numbers = [], keys = []]: Questions,
  { moment: { day }, asked }: Reading,
): Candidate[] {
  // the first column of every lookup is the question's number
  const candidates = byQuestion(rows);
  return numbers.flatMap((n, index) => {
    const rowsOfKey = candidates.get(n as number) ?? [];
    const periods = rowsOfKey.flatMap((row) => {
      const state = states.get(row.id)?.state;
      if (state?.status !== 'known') return [];
      return state.terms.filter(({ value }) => value.key === keys[index]).map(({ from, to }) => ({ row, from, to }));
    });
    periods.sort((a, b) => (a.from < b.from ? -1 : 1));
    const last = periods.findLast(({ from }) => from <= day);
    const holder = asked ? (last && (last.to === null || last.to > day) ? last : undefined) : (last ?? periods[0]);
    if (holder) return [holder.row];
    const former = asked ? [] : rowsOfKey.filter(({ id, superseded }) => superseded && superseded <= (states.get(id)?.version ?? 0));
    return former.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, 1);
  });
}
