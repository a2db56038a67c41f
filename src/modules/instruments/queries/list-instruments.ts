import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, pageFrom, type Page } from '../../../platform/http/paging';
import { Moments, type Reading } from '../moments';
import { conditionsOf, orderOf, type InstrumentFilter, type Wanted } from './instrument-filter';
import { shown, type ShownInstrument } from './shown-instrument';
import type { Snapshot } from './snapshot';
import { assembled, Snapshots, type Found } from './snapshots';
import { underlyingsNamed } from './underlyings';

export class ListInstruments extends Query<Page<ShownInstrument>> {
  constructor(readonly filter: InstrumentFilter) {
    super();
  }
}

/** The order, and the sort value and the id of the last item: a page begins after it, whatever was written in between. */
const Cursor = z.tuple([z.string(), z.string(), z.uuid()]);
type Sorted = { readonly sort: string };
type Candidate = Sorted & {
  readonly id: string;
  readonly from: string;
  readonly to: string | null;
  readonly key: string;
  readonly terms: string;
};

@QueryHandler(ListInstruments)
export class ListInstrumentsHandler implements IQueryHandler<ListInstruments> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
    private readonly snapshots: Snapshots,
  ) {}

  async execute({ filter }: ListInstruments) {
    const reading = await this.moments.of(filter);
    const after = filter.cursor === undefined ? null : cursorOf(filter, filter.cursor);
    const underlyings = filter.underlying ? await underlyingsNamed(filter.underlying, this.snapshots, reading) : null;
    const wanted = { ...filter, underlyings };
    const rows =
      reading.position === null ? await this.live(wanted, reading, after) : await this.known(wanted, reading, reading.position, after);
    const page = pageFrom(rows, filter.limit, ({ sort, id }) => [filter.sort, sort, id]);
    return { ...page, items: page.items.map((row) => shown(row, reading.moment)) };
  }

  private live(filter: Wanted, reading: Reading, after: readonly string[] | null): Promise<(Found & Sorted)[]> {
    const { by, type, down } = orderOf(filter);
    const { where, values } = conditionsOf(filter, reading, false);
    if (after)
      where.push(`(${by}, t.instrument_id) ${down ? '<' : '>'} ($${values.push(after[0])}::${type}, $${values.push(after[1])}::uuid)`);
    const direction = down ? 'DESC' : 'ASC';
    const found = `SELECT row_number() OVER ()::int AS n, p.* FROM (
      SELECT t.instrument_id AS id, (${by})::text AS sort FROM registry.lot_sizes t JOIN registry.instruments i ON i.id = t.instrument_id
      WHERE ${where.join(' AND ')} ORDER BY ${by} ${direction}, t.instrument_id ${direction} LIMIT ${filter.limit + 1}) p`;
    const text = assembled(found, filter.include === 'brokers', 'f.sort,').replaceAll('$2::boolean', 'false');
    return this.database.query({ text, values });
  }

  /** Rows of any knowledge in order, each held against the fold of the log, until the page is full. Ties: several rows of one instrument share their place. */
  private async known(filter: Wanted, reading: Reading, position: number, after: readonly string[] | null): Promise<(Snapshot & Sorted)[]> {
    const page = new Map<string, Snapshot & Sorted>();
    for (let last = after; page.size <= filter.limit;) {
      const candidates = await this.candidates(filter, reading, last, filter.limit + 200);
      const folded = await this.snapshots.fold([...new Set(candidates.map(({ id }) => id))], { ...reading, asked: true }, position);
      const byId = new Map(folded.map((snapshot) => [snapshot.id, snapshot]));
      for (const { id, sort, ...row } of candidates) {
        const snapshot = byId.get(id);
        if (!snapshot || !isRow(snapshot, row) || (filter.broker && !snapshot.brokers?.some(({ broker }) => broker === filter.broker)))
          continue;
        page.set(id, { ...snapshot, sort, brokers: filter.include === 'brokers' ? snapshot.brokers : null });
      }
      const end = candidates.at(-1);
      if (!end || candidates.length < filter.limit + 200) break;
      last = [end.sort, end.id];
    }
    return [...page.values()];
  }

  private candidates(filter: Wanted, reading: Reading, after: readonly string[] | null, limit: number): Promise<Candidate[]> {
    const { by, type, down } = orderOf(filter);
    const { where, values } = conditionsOf(filter, reading, true);
    if (after)
      where.push(`(${by}, t.instrument_id) ${down ? '<' : '>'} ($${values.push(after[0])}::${type}, $${values.push(after[1])}::uuid)`);
    const direction = down ? 'DESC' : 'ASC';
    const columns =
      'instrument_id, valid_from, valid_to, segment, key, symbol, name, type, isin, series, underlying, expiry, strike, option_type, suspended';
    return this.database.query<Candidate>({
      text: `SELECT t.instrument_id AS id, (${by})::text AS sort, t.valid_from AS "from", t.valid_to AS "to", t.key,
                    jsonb_build_array(t.symbol, t.name, t.type, t.isin, t.series, t.underlying, t.expiry, t.strike::text, t.option_type, t.suspended)::text AS terms
             FROM (SELECT ${columns} FROM registry.lot_sizes UNION ALL SELECT ${columns} FROM registry.lot_sizes_history) t
             JOIN registry.instruments i ON i.id = t.instrument_id
             WHERE ${where.join(' AND ')} ORDER BY ${by} ${direction}, t.instrument_id ${direction} FETCH FIRST ${limit} ROWS WITH TIES`,
      values,
    });
  }
}

function cursorOf({ sort }: InstrumentFilter, cursor: string): readonly string[] {
  const [, value, id] = decodeCursor(
    Cursor.refine(([of]) => of === sort),
    cursor,
  );
  return [value, id];
}

/** Whether the row is what was known. */
const isRow = (instrument: Snapshot, { from, to, key, terms }: Omit<Candidate, 'id' | 'sort'>): boolean => {
  const { symbol, name, type, isin, series, underlying, expiry, strike, optionType, suspended } = instrument;
  return (
    instrument.from === from &&
    instrument.to === to &&
    instrument.key === key &&
    JSON.stringify(JSON.parse(terms)) ===
      JSON.stringify([symbol, name, type, isin, series, underlying, expiry, strike, optionType, suspended])
  );
};
