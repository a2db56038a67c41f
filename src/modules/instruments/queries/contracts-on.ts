import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database';
import { Invalid, NotFound, Refused } from '../../../platform/errors';
import { indexSymbol } from '../domain/index-aliases';
import { canonicalSymbol, parseKey } from '../domain/key';
import { segmentFacts, Segment } from '../domain/segment';
import { closedAt } from '../domain/status';
import { dayAfter } from '../domain/timeline';
import { segmentsOn } from '../domain/underlying';
import type { Day } from '../domain/values';
import type { Reading } from '../moments';
import { lookupOf } from './get-snapshot';
import { covers } from './lookups';
import { derivatives } from './question';
import type { Snapshot } from './snapshot';
import { assembled, Snapshots } from './snapshots';

/** All contracts of one segment that are written on one symbol. */
export type Underlying = { readonly symbol: string; readonly segment: Segment };

type Candidate = Pick<Underlying, 'symbol'> & { readonly segments: readonly Segment[] };
export type ExpiryCount = { readonly expiry: Day; readonly contracts: number; readonly options: number };

/** Contracts by what they are written on, as they stand at a moment and were known then. */
@Injectable()
export class ContractsOn {
  constructor(
    private readonly database: Database,
    private readonly snapshots: Snapshots,
  ) {}

  /**
   * @param name key, id or symbol of the underlying; a symbol may be written as its index is called (`Nifty 50`)
   * @param segment where the contracts are, or where the underlying is listed
   * @throws NotFound where nothing is written on it; Refused where contracts of several segments are
   */
  async underlying(name: string, segment: Segment | undefined, reading: Reading): Promise<Underlying> {
    if (name.includes('\0')) throw new NotFound('No key, no id and no symbol has a NUL character.');
    const candidates = await this.candidates(name, reading);
    const wanted = segment && (segmentFacts[segment].kind === 'derivatives' ? [segment] : segmentsOn(segment));
    if (wanted?.length === 0)
      throw new Invalid(`segment: no contracts are written on what is in ${segment}.`, [
        { path: 'segment', message: `No contracts are written on what is in ${segment}.` },
      ]);
    const asked = candidates.map((one) => ({ ...one, segments: one.segments.filter((each) => !wanted || wanted.includes(each)) }));
    const found = await this.thatHaveContracts(asked, reading);
    const [only, second] = found;
    if (!only)
      throw new NotFound(
        `No contract ${segment ? `of ${segment} ` : ''}is written on ${name} on ${reading.moment.day}${reading.position === null ? '' : ' as it was known then'}.`,
      );
    if (second)
      throw new Refused(
        `Contracts on ${name} are in several segments: say which with segment=${found.map((one) => one.segment).join(' or segment=')}.`,
      );
    return only;
  }

  /** The expiries that are still ahead at the moment, in order. */
  async expiries(underlying: Underlying, reading: Reading): Promise<ExpiryCount[]> {
    if (reading.position !== null) return countedByExpiry(await this.known([underlying], null, reading, reading.position));
    return this.database.query<ExpiryCount>({
      name: 'expiries-of-underlying',
      text: `SELECT t.expiry, count(*)::int AS contracts, count(t.strike)::int AS options FROM registry.lot_sizes t
             WHERE t.segment = $2 AND t.underlying = $3 AND t.expiry >= $4 AND ${covers('t')} GROUP BY t.expiry ORDER BY t.expiry`,
      values: [reading.moment.day, underlying.segment, underlying.symbol, firstAhead(underlying.segment, reading)],
    });
  }

  /** The options of one expiry. */
  async options(underlying: Underlying, expiry: Day, reading: Reading, brokers: boolean): Promise<readonly Snapshot[]> {
    if (reading.position !== null) {
      const all = await this.known([underlying], expiry, reading, reading.position);
      return all.filter(({ strike }) => strike !== null);
    }
    const found = `SELECT 0 AS n, t.instrument_id AS id FROM registry.lot_sizes t
      WHERE t.segment = $3 AND t.underlying = $4 AND t.expiry = $5 AND t.strike IS NOT NULL AND ${covers('t')}`;
    return this.database.query<Snapshot>({
      name: `options-of-underlying${brokers ? '-with-brokers' : ''}`,
      text: assembled(found, brokers),
      values: [reading.moment.day, false, underlying.segment, underlying.symbol, expiry],
    });
  }

  private async candidates(name: string, reading: Reading): Promise<Candidate[]> {
    const by = lookupOf(name);
    if (by === null) {
      const symbols = [canonicalSymbol(name), indexSymbol('NSE_INDEX', name), indexSymbol('BSE_INDEX', name)];
      return [...new Set(symbols)].flatMap((symbol) => (symbol === null ? [] : { symbol, segments: derivatives }));
    }
    // `MCX:GOLDM` is nobody's key where no file has such a row, and says all the same what is meant
    const key = by === 'key' ? parseKey(name) : null;
    const own = Segment.safeParse(key?.segment);
    if (key && key.expiry === null && own.success && segmentFacts[own.data].kind === 'derivatives')
      return [{ symbol: key.symbol, segments: [own.data] }];
    const [found] = await this.snapshots.find(by, [[0], [name]], reading, false);
    if (!found) throw new NotFound(`No instrument has the ${by} ${name}${reading.asked ? ` on ${reading.moment.day}` : ''}.`);
    if (found.expiry !== null)
      throw new NotFound(`${found.key} is a contract: nothing is written on it. Ask for ${found.underlying ?? found.symbol}.`);
    const isReference = segmentFacts[found.segment].kind === 'derivatives';
    return [{ symbol: found.symbol, segments: isReference ? [found.segment] : segmentsOn(found.segment) }];
  }

  private async thatHaveContracts(candidates: readonly Candidate[], reading: Reading): Promise<Underlying[]> {
    const pairs = candidates.flatMap(({ symbol, segments }) => segments.map((segment) => ({ symbol, segment })));
    if (pairs.length === 0) return [];
    if (reading.position !== null) {
      const known = await this.known(pairs, null, reading, reading.position);
      return pairs.filter((pair) => known.some((one) => one.segment === pair.segment && one.underlying === pair.symbol));
    }
    return this.database.query<Underlying>({
      name: 'segments-of-underlying',
      text: `SELECT p.symbol, p.segment FROM unnest($2::text[], $3::text[]) AS p (symbol, segment)
             WHERE EXISTS (SELECT FROM registry.lot_sizes t WHERE t.segment = p.segment AND t.underlying = p.symbol AND t.expiry >= $1 AND ${covers('t')})
             ORDER BY p.segment`,
      values: [reading.moment.day, pairs.map(({ symbol }) => symbol), pairs.map((one) => one.segment)],
    });
  }

  /** Whatever was once said to be such a contract, held against the fold of the log. */
  private async known(pairs: readonly Underlying[], expiry: Day | null, reading: Reading, position: number): Promise<Snapshot[]> {
    const day = reading.moment.day;
    const ids = await this.database.query<{ id: string }>({
      name: 'contracts-ever-on-underlying',
      text: ['lot_sizes', 'lot_sizes_history']
        .map(
          (table) => `SELECT t.instrument_id AS id FROM registry.${table} t
             WHERE (t.segment, t.underlying) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND t.expiry >= $3 AND t.valid_from <= $3
               AND ($4::date IS NULL OR t.expiry = $4)`,
        )
        .join(' UNION '),
      values: [pairs.map((one) => one.segment), pairs.map(({ symbol }) => symbol), day, expiry],
    });
    const folded = await this.snapshots.fold(
      ids.map(({ id }) => id),
      { ...reading, asked: true },
      position,
    );
    return folded.filter(
      (one) =>
        pairs.some(({ symbol, segment }) => one.segment === segment && one.underlying === symbol) &&
        one.expiry !== null &&
        one.expiry >= firstAhead(one.segment, reading) &&
        (expiry === null || one.expiry === expiry) &&
        one.from <= day &&
        (one.to === null || one.to > day),
    );
  }
}

/** Trading in what expires on the day ends at the segment's close. */
function firstAhead(segment: Segment, { moment }: Reading): Day {
  if (!closedAt(moment.time).includes(segment)) return moment.day;
  return dayAfter(moment.day);
}

function countedByExpiry(contracts: readonly Snapshot[]): ExpiryCount[] {
  const counts = new Map<Day, { contracts: number; options: number }>();
  for (const { expiry, strike } of contracts) {
    if (expiry === null) continue;
    const count = counts.get(expiry) ?? { contracts: 0, options: 0 };
    counts.set(expiry, { contracts: count.contracts + 1, options: count.options + (strike === null ? 0 : 1) });
  }
  return [...counts].map(([expiry, count]) => ({ expiry, ...count })).sort((a, b) => (a.expiry < b.expiry ? -1 : 1));
}
