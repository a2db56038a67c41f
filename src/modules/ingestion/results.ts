import { Injectable } from '@nestjs/common';
import { insertRows } from '../../platform/database/bulk';
import { Database } from '../../platform/database/database';
import { venueOf } from '../calendar';
import type { Day } from '../instruments';
import type { RejectedRow } from './domain/dump-row';
import type { Finished } from './domain/run';

/** At most this many rejected rows are kept with their text. */
export const keptRejects = 10_000;

/** From here on a run changes what the planner should know of the tables. */
const manyRows = 5_000;

/** What is kept of a run beside what it published. */
@Injectable()
export class Results {
  constructor(private readonly database: Database) {}

  async keepRejects(id: string, rejects: readonly RejectedRow[]) {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM registry.ingestion_rejects WHERE run_id = $1', [id]);
      await insertRows(
        tx,
        'registry.ingestion_rejects',
        ['run_id', 'line', 'raw', 'reason'],
        rejects.slice(0, keptRejects).map((reject) => ({ run_id: id, ...reject })),
      );
    });
  }

  /** Summaries that are brought up to date once per run. */
  async summarise(id: string, broker: string, day: Day, { segments, gates }: Pick<Finished, 'segments' | 'gates'>) {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM registry.option_chains WHERE segment = ANY($1)', [segments]);
      await tx.query(
        `INSERT INTO registry.option_chains (segment, underlying, expiry, calls, puts, min_strike, max_strike, strikes)
         SELECT s.segment, s.underlying, s.expiry, sum(s.calls), sum(s.puts), min(s.strike), max(s.strike), count(*)
         FROM (
           SELECT t.segment, t.underlying, t.expiry, t.strike, count(*) FILTER (WHERE t.option_type = 'CE') AS calls,
                  count(*) FILTER (WHERE t.option_type = 'PE') AS puts
           FROM registry.lot_sizes t
           WHERE t.segment = ANY($1) AND t.strike IS NOT NULL AND t.underlying IS NOT NULL AND t.expiry >= $2 AND t.valid_from <= $2 AND t.valid_to > $2
           GROUP BY t.segment, t.underlying, t.expiry, t.strike
         ) s
         GROUP BY s.segment, s.underlying, s.expiry ON CONFLICT DO NOTHING`,
        [segments, day],
      );
      await tx.query('DELETE FROM registry.data_quality_checks WHERE run_id = $1', [id]);
      await insertRows(
        tx,
        'registry.data_quality_checks',
        ['run_id', 'broker', 'day', 'name', 'segment', 'outcome', 'measured', 'limit'],
        gates.map((gate) => ({
          run_id: id,
          broker,
          day,
          name: gate.name,
          segment: gate.segment ?? '',
          outcome: gate.outcome,
          measured: gate.measured,
          limit: gate.limit,
        })),
      );
      // The broker's contracts that are to expire on a day on which their venue is closed: one of file and calendar is wrong.
      await tx.query(
        `INSERT INTO registry.data_quality_checks (run_id, broker, day, name, segment, outcome, measured, "limit")
         SELECT $1, $2, $3, 'expiries_on_holidays', v.segment, CASE WHEN count(t.instrument_id) > 0 THEN 'failed' ELSE 'passed' END, count(t.instrument_id), 0
         FROM unnest($4::text[], $5::text[]) AS v (segment, venue)
         LEFT JOIN (registry.calendar_days c
           JOIN registry.lot_sizes t ON t.expiry = c.day AND t.valid_from <= $3 AND t.valid_to > $3
           JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id AND b.broker = $2 AND b.valid_from <= $3 AND b.valid_to > $3)
           ON c.venue = v.venue AND c.open IS NULL AND c.day >= $3 AND t.segment = v.segment
         WHERE EXISTS (SELECT FROM registry.calendar_days k WHERE k.venue = v.venue)
         GROUP BY v.segment`,
        [id, broker, day, segments, segments.map(venueOf)],
      );
    });
  }

  /** PostgreSQL would notice by itself within minutes; reads should not wait that long for good plans. */
  async refreshStatistics({ counts }: Pick<Finished, 'counts'>) {
    if (counts.listed + counts.tokensAssigned > manyRows) await this.database.query({ text: 'SELECT registry.refresh_statistics()' });
  }
}
