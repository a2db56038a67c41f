import type { PoolClient } from 'pg';
import type { Day } from '../instruments';
import type { Sibling, Underlying } from './domain/unseen';

/** The options on these underlyings that live on the eve of the day and on the day, with all the tokens that they ever had. */
export async function siblings(connection: PoolClient, day: Day, names: readonly Underlying[]): Promise<readonly Sibling[]> {
  const { rows } = await connection.query<Sibling>(
    `SELECT t.instrument_id AS id, t.segment, t.underlying, t.expiry, t.strike, t.option_type AS "optionType",
            ARRAY(SELECT DISTINCT b.exchange_token FROM registry.broker_tokens b WHERE b.instrument_id = t.instrument_id AND b.segment = t.segment) AS tokens
     FROM unnest($1::text[], $2::text[]) AS n (segment, underlying)
     JOIN registry.lot_sizes t ON t.segment = n.segment AND t.underlying = n.underlying AND t.expiry >= $3
       AND t.valid_from < $3 AND t.valid_to >= $3 AND t.strike IS NOT NULL
     ORDER BY t.instrument_id`,
    [names.map(({ segment }) => segment), names.map(({ underlying }) => underlying), day],
  );
  return rows;
}
