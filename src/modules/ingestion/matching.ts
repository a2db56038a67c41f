import type { PoolClient } from 'pg';
import { compareTexts, formatKey, type Day, type InstrumentType, type Segment } from '../instruments';
import { crowdedOut, together } from './domain/dump';
import type { DumpRow } from './domain/dump-row';
import type { Repeated, Repeats } from './domain/gates';
import type { Sibling, Underlying } from './domain/unseen';
import { siblings } from './siblings';

/**
 * Compares a file's rows with what is known. A row that says of its mapping exactly what is known is done with here; every other comes
 * out with the instruments it may mean, the likeliest first. Which of them it means is decided by `sameInstrument`.
 * The rows stay in the process: what the broker's mappings say is read past them once, in one pass that also finds the mappings whose
 * row is gone. Copying the rows into a table to join them there takes three times as long, and longer still to fetch them back.
 */
export type Match = {
  readonly row: DumpRow;
  /** The instrument that this broker's token means on the day. */
  readonly own: string | null;
  /** The instrument that another broker's token of the same number means on the day. */
  readonly peer: string | null;
  /** The contract that the token meant at any broker until it was dropped, where it is still alive and nobody has the token on the day. */
  readonly past: string | null;
  readonly candidates: readonly string[];
  /** Another row of the file has the better claim to the key. */
  readonly crowded: boolean;
  /** The day on which another instrument takes the key; null when it is free from here on. */
  readonly keyFreeUntil: Day | null;
  /** When nothing else can be meant: the listing that had the token until it was delisted. */
  readonly former: string | null;
  /** Of a row that says since when it is listed: all listings of its security in the segment. */
  readonly listings: readonly string[];
  /** Of the listings that ever had the row's ISIN. */
  readonly securityId: string | null;
};

export type Gone = { readonly instrument: string; readonly segment: Segment; readonly exchangeToken: string };

export type Comparison = {
  /** Rows that need a decision, those of one underlying together. */
  readonly changed: readonly DumpRow[];
  readonly own: ReadonlyMap<DumpRow, string>;
  /**
   * Share of the broker's open mappings in a segment, those due to expire left out, that the file has: of those on the day, or of those
   * on its eve where that is less. The eve is the same whatever this day's file has done already, so a run that is taken up again covers
   * what it covered; the day tells that a second, smaller file of it covers nothing.
   */
  readonly shares: ReadonlyMap<Segment, number>;
  /** Mappings of this broker that are open on the day and whose token is not in the file. */
  readonly absent: readonly Gone[];
  /** Rows whose token this broker had with the same terms, by segment and underlying. */
  readonly repeats: Repeats;
};

type Mapping = [
  /** On the day. */
  isOpen: boolean,
  /** On the day before, and of something that does not expire by the day. */
  wasOpen: boolean,
  /** Whether the contract has another key than when the broker last spoke of it. */
  hasNewKey: boolean,
  segment: Segment,
  exchangeToken: string,
  instrument: string,
  token: string,
  brokerSymbol: string,
  name: string | null,
  lotSize: number | null,
  tickSize: string | null,
  freezeQuantity: number | null,
  symbol: string | null,
  underlying: string | null,
  expiry: Day | null,
  strike: string | null,
  optionType: string | null,
  isin: string | null,
  series: string | null,
  multiplier: string | null,
  type: InstrumentType | null,
  exchangeSymbol: string | null,
  surveillance: string | null,
];

/**
 * The mappings of `$1` that are open on `$2`, or were on its eve, with the instrument's terms of the day. DECLARE takes no parameters.
 * An expiry that moved on this very day counts on the eve as it was.
 */
const mappings = `
  DECLARE mappings NO SCROLL CURSOR FOR
  SELECT b.valid_to IS NULL OR b.valid_to > $2,
         b.valid_from < $2 AND t.symbol IS NOT NULL AND coalesce($2 < CASE t.valid_from
           WHEN $2 THEN (SELECT e.expiry FROM registry.lot_sizes e WHERE e.instrument_id = b.instrument_id AND e.valid_to = $2)
           ELSE t.expiry END, true),
         t.valid_from > b.valid_from AND EXISTS (
           SELECT FROM registry.lot_sizes e WHERE e.instrument_id = b.instrument_id AND e.valid_from <= b.valid_from AND e.valid_to > b.valid_from AND e.key <> t.key
         ),
         b.segment, b.exchange_token, b.instrument_id, b.token, b.symbol, b.name, b.lot_size, b.tick_size, b.freeze_quantity,
         t.symbol, t.underlying, t.expiry, t.strike, t.option_type, t.isin, t.series, t.multiplier, t.type, b.exchange_symbol,
         t.flags->>'surveillance'
  FROM registry.broker_tokens b
  LEFT JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
  WHERE b.broker = $1 AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to >= $2)`;

type Share = { open: number; present: number };

function note(counts: Map<Segment, Share>, segment: Segment, isPresent: boolean) {
  const count = counts.get(segment) ?? { open: 0, present: 0 };
  count.open++;
  if (isPresent) count.present++;
  counts.set(segment, count);
}

/**
 * Reads in the transaction that the connection is in.
 * @param rowOf finds a row by its token
 */
export async function compare(
  connection: PoolClient,
  broker: string,
  day: Day,
  rows: readonly DumpRow[],
  rowOf: (segment: Segment, exchangeToken: string) => DumpRow | undefined,
): Promise<Comparison> {
  const own = new Map<DumpRow, string>();
  const unchanged = new Set<DumpRow>();
  const absent: Gone[] = [];
  const repeats = new Map<Segment, Map<string, Repeated>>();
  const [onDay, onEve] = [new Map<Segment, Share>(), new Map<Segment, Share>()];
  // The broker and the day are checked forms (see Broker, Day).
  // All of a broker's mappings are wanted, which is never a loop: PostgreSQL may not know yet how much a run has written that was cut off.
  await connection.query('SET LOCAL enable_nestloop = off');
  await connection.query(mappings.replaceAll('$1', `'${broker}'`).replaceAll('$2', `'${day}'::date`));
  await connection.query('SET LOCAL enable_nestloop = on');
  const fetch = () => connection.query<Mapping>({ text: 'FETCH 10000 FROM mappings', rowMode: 'array' });
  for (let next = fetch(); ;) {
    const { rows: some } = await next;
    if (some.length === 0) break;
    next = fetch();
    next.catch(() => undefined); // awaited in the next round
    for (const mapping of some) {
      const [isOpen, wasOpen, , segment, exchangeToken, instrument] = mapping;
      const row = rowOf(segment, exchangeToken);
      if (wasOpen) note(onEve, segment, row !== undefined);
      if (!isOpen) continue;
      if (row) noteRepeated(repeats, row, mapping);
      if (!row) absent.push({ instrument, segment, exchangeToken });
      else if (saysTheSame(row, mapping)) unchanged.add(row);
      else own.set(row, instrument);
      if (staysOpen(mapping, day)) note(onDay, segment, row !== undefined);
    }
  }
  await connection.query('CLOSE mappings');
  const shareOf = (count: Share | undefined) => (count ? count.present / count.open : 1);
  const known = new Set([...onDay.keys(), ...onEve.keys()]);
  const shares = new Map([...known].map((segment) => [segment, Math.min(shareOf(onDay.get(segment)), shareOf(onEve.get(segment)))]));
  const changed = together(unchanged.size === 0 ? rows : rows.filter((row) => !unchanged.has(row)));
  absent.sort((a, b) => compareTexts(a.segment, b.segment) || compareTexts(a.instrument, b.instrument));
  return { changed, own, absent, shares, repeats };
}

function noteRepeated(repeats: Map<Segment, Map<string, Repeated>>, row: DumpRow, mapping: Mapping) {
  const [, , , segment, , , , , , lotSize, tickSize, , symbol, underlying, expiry, strike, optionType] = mapping;
  if (symbol !== row.symbol || expiry !== row.expiry || strike !== row.strike || optionType !== row.optionType) return;
  let groups = repeats.get(segment);
  if (!groups) repeats.set(segment, (groups = new Map<string, Repeated>()));
  let group = groups.get(underlying ?? '');
  if (!group) groups.set(underlying ?? '', (group = { rows: 0, lots: 0, ticks: 0 }));
  group.rows++;
  if (row.lotSize !== null && lotSize !== null && row.lotSize !== lotSize) group.lots++;
  if (row.tickSize !== null && tickSize !== null && row.tickSize !== tickSize) group.ticks++;
}

/** Whether the mapping is of something that does not expire by the day. */
const staysOpen = ([, , , , , , , , , , , , symbol, , expiry]: Mapping, day: Day) => symbol !== null && (expiry === null || expiry > day);

function saysTheSame(row: DumpRow, mapping: Mapping): boolean {
  const [, , hasNewKey, , , , token, brokerSymbol, name, lotSize, tickSize, freezeQuantity, ...terms] = mapping;
  const [symbol, underlying, expiry, strike, optionType, isin, series, multiplier, type, exchangeSymbol, surveillance] = terms;
  return (
    token === row.token &&
    // One broker writes the same contract differently in its formats (ZINC25AUG255PE, ZINC 255 PE 22 AUG 25).
    ((row.expiry !== null && !hasNewKey) || brokerSymbol === row.brokerSymbol) &&
    (row.name === null || row.name === name) &&
    (row.lotSize === null || row.lotSize === lotSize) &&
    (row.tickSize === null || row.tickSize === tickSize) &&
    (row.freezeQuantity === null || row.freezeQuantity === freezeQuantity) &&
    // A broker that keeps an old symbol says nothing new by it.
    (row.expiry === null ? exchangeSymbol : symbol) === row.symbol &&
    underlying === underlyingOf(row) &&
    expiry === row.expiry &&
    strike === row.strike &&
    optionType === row.optionType &&
    (row.surveillance === undefined || row.surveillance === (surveillance ?? '')) &&
    (row.isin === null || row.isin === isin) &&
    (row.series === null || row.series === series) &&
    (row.multiplier === null || row.multiplier === multiplier) &&
    !(row.type !== null && row.type !== type && (type === 'OTHER' || (type === 'EQUITY' && row.type !== 'OTHER')))
  );
}

export const underlyingOf = ({ expiry, symbol }: DumpRow) => (expiry === null ? null : symbol);

/**
 * The lookups of candidates beyond the broker's own mapping. `$1` broker, `$2` day, `$3` segments for which newer days are known, `$4` and on
 * the rows. Whether a row needs a lookup is asked around its LIMIT: asked inside, PostgreSQL prepares to sort for every row of the file.
 */
const candidates = `
  SELECT concat_ws(' ', s.own, peer.id, past.id, CASE WHEN s.series IS NOT NULL THEN listed.id END, held.id, listed.id, later.id, renamed.id, holder.id) AS candidates,
         peer.id AS peer, past.id AS past,
         CASE WHEN holder.id IS DISTINCT FROM coalesce(later.id, s.own) THEN holder.since END AS "keyFreeUntil", former.id AS former, security.id AS "securityId",
         CASE WHEN s.has_listing_day THEN ARRAY(
           SELECT i.instrument_id::text FROM registry.instrument_identifiers i WHERE i.value = s.isin AND i.kind = 'isin' AND i.segment = s.segment
         ) END AS listings
  FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[]) WITH ORDINALITY
    AS s (own, segment, exchange_token, key, isin, series, has_listing_day, n)
  LEFT JOIN LATERAL (
    -- Another broker's token of the same number on the day. Numbers of indices are each broker's own.
    SELECT b.instrument_id AS id FROM registry.broker_tokens b
    WHERE s.own IS NULL AND right(s.segment, 5) <> 'INDEX' AND b.exchange_token = s.exchange_token AND b.segment = s.segment AND b.broker <> $1
      AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)
    ORDER BY b.valid_from DESC, b.broker LIMIT 1
  ) peer ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    -- It may have been adjusted since: its key tells nothing.
    SELECT b.instrument_id AS id FROM registry.broker_tokens b
    JOIN registry.lot_sizes t ON t.instrument_id = b.instrument_id AND t.valid_from <= $2 AND t.valid_to > $2
    WHERE b.exchange_token = s.exchange_token AND b.segment = s.segment AND b.valid_to <= $2
    ORDER BY b.valid_to DESC, b.broker LIMIT 1
  ) found WHERE s.key LIKE '%:%:%' AND s.own IS NULL AND peer.id IS NULL OFFSET 0) past ON true
  LEFT JOIN LATERAL (
    SELECT t.instrument_id AS id FROM registry.lot_sizes t
    WHERE t.key = s.key AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2) LIMIT 1
  ) held ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    SELECT i.instrument_id AS id FROM registry.instrument_identifiers i
    JOIN registry.lot_sizes t ON t.instrument_id = i.instrument_id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
    WHERE i.value = s.isin AND i.kind = 'isin' AND i.segment = s.segment AND t.isin = s.isin AND t.series IS NOT DISTINCT FROM coalesce(s.series, t.series)
    -- A broker that keeps a dead token may have made two of one listing: the row is of the one that has its key.
    ORDER BY t.key = s.key DESC, i.instrument_id LIMIT 1
  ) found WHERE s.isin IS NOT NULL AND peer.id IS NULL AND s.own IS NULL OFFSET 0) listed ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    SELECT b.instrument_id AS id FROM registry.broker_tokens b
    WHERE b.exchange_token = s.exchange_token AND b.segment = s.segment AND b.valid_from > $2 AND (b.broker = $1 OR right(s.segment, 5) <> 'INDEX')
    ORDER BY b.valid_from, b.broker LIMIT 1
  ) found WHERE s.segment = ANY($3) AND s.own IS NULL OFFSET 0) later ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    -- The listing that is known from a later day only, maybe under a newer symbol.
    SELECT t.instrument_id AS id FROM registry.instrument_identifiers i
    JOIN registry.lot_sizes t ON t.instrument_id = i.instrument_id AND t.valid_from > $2 AND t.isin = s.isin AND t.series = s.series
    WHERE i.value = s.isin AND i.kind = 'isin' AND i.segment = s.segment
    ORDER BY t.valid_from, t.instrument_id LIMIT 1
  ) found WHERE s.segment = ANY($3) AND s.own IS NULL AND s.isin IS NOT NULL OFFSET 0) renamed ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    SELECT t.instrument_id AS id, t.valid_from AS since FROM registry.lot_sizes t
    WHERE t.key = s.key AND t.valid_from > $2 AND t.instrument_id IS DISTINCT FROM held.id ORDER BY t.valid_from LIMIT 1
  ) found WHERE s.segment = ANY($3) OFFSET 0) holder ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    -- A listing that was delisted: two of key, ISIN and token agree.
    SELECT i.id FROM (
      SELECT b.instrument_id AS id FROM registry.broker_tokens b
      WHERE b.exchange_token = s.exchange_token AND b.segment = s.segment AND b.valid_to <= $2
      UNION SELECT t.instrument_id FROM registry.lot_sizes t WHERE t.key = s.key AND t.valid_to <= $2
    ) c
    JOIN registry.instruments i ON i.id = c.id AND i.delisting IS NOT NULL AND i.listed_to <= $2
    JOIN registry.lot_sizes t ON t.instrument_id = i.id AND t.valid_to = i.listed_to AND t.expiry IS NULL
    WHERE (t.key = s.key)::int + coalesce(t.isin = s.isin, false)::int + (EXISTS (
        SELECT FROM registry.broker_tokens b WHERE b.instrument_id = i.id AND b.exchange_token = s.exchange_token
      ))::int > 1
    ORDER BY i.listed_to DESC, i.id LIMIT 1
  ) found WHERE s.key NOT LIKE '%:%:%' AND s.own IS NULL AND peer.id IS NULL AND held.id IS NULL AND listed.id IS NULL OFFSET 0) former ON true
  LEFT JOIN LATERAL (SELECT * FROM (
    SELECT i.security_id AS id FROM registry.instrument_identifiers k JOIN registry.instruments i ON i.id = k.instrument_id
    WHERE k.value = s.isin AND k.kind = 'isin' AND i.security_id IS NOT NULL ORDER BY i.listed_from, i.id LIMIT 1
  ) found WHERE s.isin IS NOT NULL AND s.own IS NULL OFFSET 0) security ON true
  ORDER BY s.n`;

type Candidates = Pick<Match, 'candidates' | 'peer' | 'past' | 'keyFreeUntil' | 'former' | 'listings' | 'securityId'>;
const none: Candidates = { candidates: [], peer: null, past: null, keyFreeUntil: null, former: null, listings: [], securityId: null };

/** As PostgreSQL gives it: to take an array apart takes longer than to split a text. */
type Found = Omit<Candidates, 'candidates' | 'listings'> & { readonly candidates: string; readonly listings: readonly string[] | null };

/** Finds what rows may mean, as it was when the transaction began that the connection is in: not each other. */
export class Matching {
  private constructor(
    private readonly connection: PoolClient,
    private readonly broker: string,
    private readonly day: Day,
    private readonly own: ReadonlyMap<DumpRow, string>,
    private readonly crowded: ReadonlySet<DumpRow>,
    /** Segments of which anything is known: there is nothing to look for in the others. */
    private readonly known: ReadonlySet<Segment>,
    /** Segments for which newer days are known. */
    private readonly backdated: readonly Segment[],
  ) {}

  static async of(
    connection: PoolClient,
    broker: string,
    day: Day,
    rows: readonly DumpRow[],
    own: ReadonlyMap<DumpRow, string>,
    backdated: readonly Segment[],
  ): Promise<Matching> {
    const segments = [...new Set(rows.map(({ segment }) => segment))];
    const { rows: known } = await connection.query<{ segment: Segment }>(
      `SELECT s.segment FROM unnest($1::text[]) AS s (segment) WHERE EXISTS (SELECT FROM registry.lot_sizes t WHERE t.segment = s.segment)`,
      [segments],
    );
    return new Matching(connection, broker, day, own, crowdedOut(rows, formatKey), new Set(known.map(({ segment }) => segment)), backdated);
  }

  async matches(rows: readonly DumpRow[]): Promise<Match[]> {
    const found = await this.candidates(rows.filter(({ segment }) => this.known.has(segment)));
    return rows.map((row) => ({ row, own: this.own.get(row) ?? null, crowded: this.crowded.has(row), ...(found.get(row) ?? none) }));
  }

  /** See `siblings`. */
  siblings(names: readonly Underlying[]): Promise<readonly Sibling[]> {
    return siblings(this.connection, this.day, names);
  }

  private async candidates(rows: readonly DumpRow[]): Promise<ReadonlyMap<DumpRow, Candidates>> {
    if (rows.length === 0) return new Map();
    const { rows: found } = await this.connection.query<Found>({
      name: 'ingestion-candidates', // planned once: that takes as long as finding the candidates of some hundred rows
      text: candidates,
      values: [
        this.broker,
        this.day,
        this.backdated,
        rows.map((row) => this.own.get(row) ?? null),
        rows.map(({ segment }) => segment),
        rows.map(({ exchangeToken }) => exchangeToken),
        rows.map(formatKey),
        rows.map(({ isin }) => isin),
        rows.map(({ series }) => series),
        rows.map(({ listedOn }) => listedOn !== undefined),
      ],
    });
    const result = new Map<DumpRow, Candidates>();
    rows.forEach((row, n) => {
      const one = found[n] as Found; // as many as were asked for
      result.set(row, {
        ...one,
        candidates: one.candidates === '' ? none.candidates : one.candidates.split(' '),
        listings: one.listings ?? none.listings,
      });
    });
    return result;
  }
}
