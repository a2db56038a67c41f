/**
 * How instruments are found: each lookup is a SELECT of (n, id), n being the number of the question, over arrays of questions, so that one
 * statement answers one or ten thousand. `$1` is the day; the questions begin at `$3`.
 */
export type Lookup = 'id' | 'key' | 'name' | 'formerSymbol' | 'token' | 'tokenInSegment' | 'brokerSymbol' | 'contract';

/** A row's period holds on the day. */
export const covers = (row: string, day = '$1::date') =>
  `${row}.valid_from <= ${day} AND (${row}.valid_to IS NULL OR ${row}.valid_to > ${day})`;

const inSegments = (row: string) => `(q.segments = '' OR ${row}.segment = ANY(string_to_array(q.segments, ',')))`;

/**
 * What is known now. `$2` says that a key no longer or not yet held means its last holder, else its next, else what was once known by it:
 * a rename from the very day on which the key began leaves it no day.
 */
export const liveLookups: Readonly<Record<Lookup, string>> = {
  id: `SELECT q.n, q.id FROM unnest($3::int[], $4::uuid[]) AS q (n, id)`,
  key: `SELECT q.n, coalesce((
          SELECT k.instrument_id FROM registry.lot_sizes k WHERE k.key = q.value AND ($2::boolean OR (${covers('k')}))
          ORDER BY (k.valid_from <= $1::date) DESC, CASE WHEN k.valid_from <= $1::date THEN k.valid_from END DESC, k.valid_from LIMIT 1
        ), CASE WHEN $2::boolean THEN (
          SELECT k.instrument_id FROM registry.lot_sizes_history k WHERE k.key = q.value ORDER BY k.instrument_id DESC LIMIT 1
        ) END) AS id FROM unnest($3::int[], $4::text[]) AS q (n, value)`,
  name: `SELECT DISTINCT q.n, k.instrument_id AS id FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS q (n, kind, value, segments)
         JOIN registry.instrument_identifiers k ON k.value = q.value AND k.kind = q.kind AND ${inSegments('k')} AND ${covers('k')}`,
  /** In each segment whoever had the symbol last. */
  formerSymbol: `SELECT q.n, k.id FROM unnest($3::int[], $4::text[], $5::text[]) AS q (n, value, segments)
         CROSS JOIN LATERAL (
           SELECT k.instrument_id AS id, rank() OVER (PARTITION BY k.segment ORDER BY k.valid_to DESC) AS place
           FROM registry.instrument_identifiers k
           WHERE k.value = q.value AND k.kind = 'symbol' AND ${inSegments('k')} AND k.valid_to <= $1::date
         ) k WHERE k.place = 1`,
  token: `SELECT DISTINCT q.n, b.instrument_id AS id FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS q (n, broker, token, segments)
          JOIN registry.broker_tokens b ON b.token = q.token AND b.broker = q.broker AND ${inSegments('b')} AND ${covers('b')}`,
  tokenInSegment: `SELECT DISTINCT q.n, b.id FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS q (n, broker, token, segment)
          CROSS JOIN LATERAL (
            SELECT b.instrument_id AS id FROM registry.broker_tokens b
            WHERE b.token = q.token AND b.broker = q.broker AND b.segment = q.segment AND ${covers('b')}
            UNION ALL
            SELECT b.instrument_id FROM registry.broker_tokens b
            WHERE b.exchange_token = q.token AND b.segment = q.segment AND b.broker = q.broker AND ${covers('b')}
          ) b`,
  brokerSymbol: `SELECT DISTINCT q.n, b.instrument_id AS id FROM unnest($3::int[], $4::text[], $5::text[], $6::text[]) AS q (n, broker, symbol, segments)
                 JOIN registry.broker_tokens b ON b.symbol = q.symbol AND b.broker = q.broker AND ${inSegments('b')} AND ${covers('b')}`,
  contract: `SELECT q.n, t.id
             FROM unnest($3::int[], $4::text[], $5::text[], $6::date[], $7::numeric[], $8::text[]) AS q (n, segments, underlying, expiry, strike, option_type)
             CROSS JOIN LATERAL (
               SELECT t.instrument_id AS id FROM registry.lot_sizes t
               WHERE t.segment = ANY(string_to_array(q.segments, ',')) AND t.underlying = q.underlying AND t.expiry = q.expiry
                 AND (q.strike IS NULL OR t.strike = q.strike) AND (q.option_type IS NULL OR t.option_type = q.option_type)
                 AND ${covers('t', 'CASE WHEN $2::boolean THEN least($1::date, q.expiry) ELSE $1::date END')}
               ORDER BY t.key LIMIT 101
             ) t`,
};

/** The row and everything that it ever was. */
const ever = (table: string, columns: string, where: string) =>
  `SELECT ${columns} FROM registry.${table} r WHERE ${where} UNION SELECT ${columns} FROM registry.${table}_history r WHERE ${where}`;

/** Whoever ever matched, for questions about what was known: the fold of the log then says who does. */
export const everLookups: Readonly<Record<Lookup, string>> = {
  id: `SELECT q.n, q.id FROM unnest($1::int[], $2::uuid[]) AS q (n, id)`,
  /** With the version that first took the key from a period, when there was one. */
  key: `SELECT q.n, k.id, k.superseded FROM unnest($1::int[], $2::text[]) AS q (n, value)
        CROSS JOIN LATERAL (
          SELECT k.id, min(k.superseded) AS superseded FROM (
            SELECT r.instrument_id AS id, NULL::integer AS superseded FROM registry.lot_sizes r WHERE r.key = q.value
            UNION ALL
            SELECT r.instrument_id, r.superseded_version FROM registry.lot_sizes_history r WHERE r.key = q.value
          ) k GROUP BY k.id
        ) k`,
  name: `SELECT q.n, k.id FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS q (n, kind, value, segments)
         CROSS JOIN LATERAL (${ever('instrument_identifiers', 'r.instrument_id AS id', 'r.value = q.value AND r.kind = q.kind')}) k`,
  formerSymbol: `SELECT DISTINCT q.n, k.id FROM unnest($1::int[], $2::text[], $3::text[]) AS q (n, value, segments)
         CROSS JOIN LATERAL (${ever('instrument_identifiers', 'r.instrument_id AS id, r.segment', "r.value = q.value AND r.kind = 'symbol'")}) k
         WHERE ${inSegments('k')}`,
  token: `SELECT q.n, b.id FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS q (n, broker, token, segments)
          CROSS JOIN LATERAL (${ever('broker_tokens', 'r.instrument_id AS id', 'r.token = q.token AND r.broker = q.broker')}) b`,
  tokenInSegment: `SELECT q.n, b.id FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS q (n, broker, token, segment)
          CROSS JOIN LATERAL (
            ${ever('broker_tokens', 'r.instrument_id AS id', 'r.token = q.token AND r.segment = q.segment AND r.broker = q.broker')}
            UNION
            ${ever('broker_tokens', 'r.instrument_id AS id', 'r.exchange_token = q.token AND r.segment = q.segment AND r.broker = q.broker')}
          ) b`,
  brokerSymbol: `SELECT q.n, b.id FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS q (n, broker, symbol, segments)
                 CROSS JOIN LATERAL (${ever('broker_tokens', 'r.instrument_id AS id', 'r.symbol = q.symbol AND r.broker = q.broker')}) b`,
  contract: `SELECT q.n, t.id
             FROM unnest($1::int[], $2::text[], $3::text[], $4::date[], $5::numeric[], $6::text[]) AS q (n, segments, underlying, expiry, strike, option_type)
             CROSS JOIN LATERAL (${ever(
               'lot_sizes',
               'r.instrument_id AS id',
               `r.segment = ANY(string_to_array(q.segments, ',')) AND r.underlying = q.underlying AND r.expiry = q.expiry
                AND (q.strike IS NULL OR r.strike = q.strike) AND (q.option_type IS NULL OR r.option_type = q.option_type)`,
             )}) t`,
};
