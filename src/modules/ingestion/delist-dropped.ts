import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { delistDropped, exchangeLists, Instruments, type Day, type Drop, type Instrument, type Segment } from '../instruments';

/**
 * Listings of `$1` that are open on `$3` and that no broker has any more, with who had them; `$2` is the broker whose file this is. Of
 * what an exchange's own list has or had, the list decides.
 */
const dropped = `
  WITH files AS (
    SELECT g.broker, g.segment, g.day FROM registry.good_files g WHERE NOT g.is_sample AND g.day <= $3 AND g.segment = ANY($1)
    UNION SELECT $2, c.segment, $3 FROM unnest($1::text[]) AS c (segment)
  )
  SELECT d.instrument_id AS id, jsonb_agg(jsonb_build_object('broker', d.broker, 'since', d.since, 'files', f.files) ORDER BY d.broker) AS drops
  FROM (
    SELECT t.instrument_id, t.segment, b.broker, max(b.valid_to) AS since
    FROM registry.lot_sizes t JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id
    WHERE t.segment = ANY($1) AND t.expiry IS NULL AND t.valid_from <= $3 AND t.valid_to IS NULL
      AND NOT EXISTS (
        SELECT FROM registry.broker_tokens o
        WHERE o.instrument_id = t.instrument_id AND (o.valid_to IS NULL OR o.valid_to > $3 OR o.broker = ANY($5))
      )
    GROUP BY t.instrument_id, t.segment, b.broker
  ) d
  CROSS JOIN LATERAL (SELECT count(*) AS files FROM files f WHERE f.broker = d.broker AND f.segment = d.segment AND f.day >= d.since) f
  GROUP BY d.instrument_id HAVING count(*) > 1 AND min(f.files) >= $4`;

/** Delists shares, funds and bonds that every broker who had them has dropped. Contracts end by their expiry, and indices by nobody's word. */
@Injectable()
export class DelistDropped {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly instruments: Instruments,
  ) {}

  /** At the end of a broker's file of a day; the segments are those that it covers. How many were delisted. */
  async after(broker: string, day: Day, covered: readonly Segment[]): Promise<number> {
    const segments = covered.filter((segment) => segment === 'NSE' || segment === 'BSE');
    if (segments.length === 0) return 0;
    const files = this.config.delistingFiles;
    const found = await this.database.query<{ id: string; drops: Drop[] }>({
      text: dropped,
      values: [segments, broker, day, files, exchangeLists],
    });
    const changes = found.map(({ id, drops }) => ({ id, decide: (state: Instrument) => delistDropped(state, drops, files) }));
    return (await this.instruments.changeInBatches(changes, this.config.ingestionBatchSize)).changed;
  }
}
