import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { earliest, flag, freeze, Instruments, type Day, type Instrument, type InstrumentEvent } from '../instruments';
import { referenceFiles, type FileName } from './files';
import { ReferenceLists } from './reference-lists';

type Due = { readonly id: string; readonly quantity?: number; readonly isBanned?: boolean };
type Decide = (due: Due, until: Day | null) => (state: Instrument) => InstrumentEvent[];
type Effect = { readonly due: string; readonly decide: (day: Day) => Decide };

/** At most so many instruments in one transaction. */
const batch = 2_500;

/**
 * NSE's contracts that live on `$2`, with what the list `$1` says of their underlyings on that day. Expiry: the index has it.
 * `also`: underlyings of which the list no longer says anything on any day.
 */
const contracts = (table: string, said: string, also = '') => `
  SELECT t.instrument_id AS id, ${said} FROM (SELECT DISTINCT f.underlying FROM registry.${table} f WHERE f.list = $1${also}) u
  JOIN registry.lot_sizes t ON t.segment = 'NFO' AND t.underlying = u.underlying AND t.expiry >= $2::date
    AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
  LEFT JOIN registry.${table} f ON f.list = $1 AND f.subject = u.underlying AND f.valid_from <= $2 AND (f.valid_to IS NULL OR f.valid_to > $2)`;

/** A correction that takes back the only ban of an underlying leaves no row of it. */
const flagged = `
    UNION SELECT t.underlying FROM registry.lot_sizes t WHERE t.segment = 'NFO' AND t.expiry >= $2::date AND t.flags -> 'ban' = 'true'`;

/** Which contracts are not yet as the list says, and what puts them right. */
const effects: Readonly<Partial<Record<FileName, Effect>>> = {
  'nse-ban-list': {
    due: `${contracts('banned_underlyings', 'f.list IS NOT NULL AS "isBanned"', flagged)}
      WHERE (f.list IS NOT NULL) <> coalesce(t.flags -> 'ban' = 'true', false)`,
    decide:
      (day) =>
      ({ isBanned = false }, until) =>
      (state) =>
        flag(state, 'ban', isBanned, day, until),
  },
  'nse-freeze-quantities': {
    due: `${contracts('freeze_quantities', 'f.quantity')}
      WHERE f.quantity IS DISTINCT FROM t.freeze_quantity AND f.quantity IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry.broker_tokens b WHERE b.instrument_id = t.instrument_id AND b.freeze_quantity IS NOT NULL
          AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2))`,
    decide:
      (day) =>
      ({ quantity = 0 }, until) =>
      (state) =>
        freeze(state, quantity, day, until),
  },
};

/**
 * Brings contracts to what a list says of their underlyings on its day, by the instruments' own decisions. It compares, so that it may be
 * done again: after a crash, or for contracts that were listed since.
 */
@Injectable()
export class Effects {
  constructor(
    private readonly database: Database,
    private readonly instruments: Instruments,
    private readonly lists: ReferenceLists,
  ) {}

  /** How many contracts were changed, and where the log then stood; null when there was nothing to do. */
  async of(file: FileName, day: Day): Promise<{ readonly contracts: number; readonly position: number | null }> {
    const effect = effects[file];
    if (!effect) return { contracts: 0, position: null };
    const loads = (await this.lists.states([file])).get(file)?.state.loads ?? {};
    const until = earliest(...Object.keys(loads).filter((other) => other > day));
    const due = await this.database.query<Due>({ name: `effects-${file}`, text: effect.due, values: [referenceFiles[file].name, day] });
    const decide = effect.decide(day);
    const changes = due.map((one) => ({ id: one.id, decide: decide(one, until) }));
    const { changed: contracts, position } = await this.instruments.changeInBatches(changes, batch);
    return { contracts, position };
  }
}
