import { statedFields, type StatedField } from '../instruments';
import { classes, DisagreementField, unitRows } from './domain/disagreement';

const columns: Readonly<Record<StatedField, string>> = {
  name: 'name COLLATE "C"',
  lotSize: 'lot_size',
  tickSize: 'tick_size',
  freezeQuantity: 'freeze_quantity',
};
const shown: Readonly<Record<StatedField, string>> = {
  name: 'b.name',
  lotSize: 'b.lot_size::text',
  tickSize: 'b.tick_size::text',
  freezeQuantity: 'b.freeze_quantity::text',
};

/** A mapping that holds on the day `$1`, in the segment `$2` if that is not null. */
const open = `b.valid_from <= $1::date AND (b.valid_to IS NULL OR b.valid_to > $1::date) AND ($2::text IS NULL OR b.segment = $2)`;

/** The newest day of each broker's files that brought a segment, until the day `$1`. */
export const newestFiles = `
  SELECT g.broker, g.segment, max(g.day) AS day FROM registry.good_files g WHERE NOT g.is_sample AND g.day <= $1::date GROUP BY g.broker, g.segment`;

const units = `(VALUES ${unitRows.map((row) => `('${row.broker}', '${row.segment}', '${row.field}', '${row.value}')`).join(', ')})`;

/** Statements about one field of instruments of which not all say the same. A null is no statement. */
const statementsOf = (fields: readonly StatedField[]) => `
  SELECT d.instrument_id, '' AS exchange_token, f.field, b.segment, b.broker, f.value,
         coalesce(n.day, '-infinity') AS file_day,
         EXISTS (SELECT FROM ${units} AS u (broker, segment, field, value)
                 WHERE u.broker = b.broker AND u.segment = b.segment AND u.field = f.field AND u.value = f.value) AS in_own_unit,
         f.field <> 'name' AND b.valid_from > $1::date - 7 AND EXISTS (
           SELECT FROM registry.broker_tokens e
           WHERE e.instrument_id = b.instrument_id AND e.broker = b.broker AND e.segment = b.segment AND e.valid_to = b.valid_from
             AND CASE f.field ${fields.map((field) => `WHEN '${field}' THEN ${shown[field].replace('b.', 'e.')}`).join(' ')} END <> f.value
         ) AS just_changed
  FROM differing d
  JOIN registry.broker_tokens b ON b.instrument_id = d.instrument_id
  CROSS JOIN LATERAL (VALUES ${fields.map((field) => `('${field}', ${shown[field]}, d."${field}")`).join(', ')}) AS f (field, value, differs)
  LEFT JOIN newest_files n ON n.broker = b.broker AND n.segment = b.segment
  WHERE ${open} AND f.differs AND f.value IS NOT NULL`;

/** Exchange tokens that mean more than one instrument. The numbers of indices are each broker's own. */
const splits = `
  SELECT min(b.instrument_id::text COLLATE "C")::uuid AS instrument_id, b.segment, b.exchange_token FROM registry.broker_tokens b
  WHERE ${open} AND right(b.segment, 5) <> 'INDEX'
  GROUP BY b.segment, b.exchange_token HAVING min(b.instrument_id::text COLLATE "C") <> max(b.instrument_id::text COLLATE "C")`;

const meaningsOfSplits = `
  SELECT s.instrument_id, s.exchange_token, 'instrument', s.segment, b.broker, b.instrument_id::text, '-infinity'::date, false, false
  FROM splits s JOIN registry.broker_tokens b ON b.exchange_token = s.exchange_token AND b.segment = s.segment
  WHERE ${open} AND ($3::uuid IS NULL OR s.instrument_id >= $3)`;

const twice = `
  SELECT b.instrument_id, b.segment, b.broker FROM registry.broker_tokens b
  WHERE ${open} AND ($3::uuid IS NULL OR b.instrument_id >= $3) GROUP BY b.instrument_id, b.segment, b.broker HAVING count(*) > 1`;

const tokensHeldTwice = `
  SELECT t.instrument_id, '', 'token', t.segment, b.broker, b.exchange_token, '-infinity'::date, false, false
  FROM twice t JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id AND b.segment = t.segment AND b.broker = t.broker
  WHERE ${open}`;

/** Position in the list of classes: the smaller, the graver. */
const place = (name: keyof typeof classes) => Object.keys(classes).indexOf(name) + 1;

/** Each two brokers that differ about one field of one instrument, and why. */
const pairs = `
  SELECT a.instrument_id, a.exchange_token, a.field, a.segment, a.broker AS a_broker, z.broker AS z_broker,
         CASE WHEN a.field = 'token' THEN ${place('two_tokens')}
              WHEN a.field = 'instrument' THEN ${place('identity')}
              WHEN a.field = 'name' THEN ${place('wording')}
              WHEN a.in_own_unit OR z.in_own_unit THEN ${place('unit_of_broker')}
              WHEN a.file_day <> z.file_day THEN ${place('stale_broker')}
              WHEN a.just_changed OR z.just_changed THEN ${place('adjustment_pending')}
              ELSE ${place('unexplained')} END AS class
  FROM said a JOIN said z ON z.instrument_id = a.instrument_id AND z.field = a.field AND z.exchange_token = a.exchange_token
  WHERE CASE a.field WHEN 'token' THEN a.broker = z.broker AND a.value < z.value ELSE a.broker < z.broker AND a.value <> z.value END`;

/**
 * The CTEs `said` and `pairs`: who says what where not all say the same, in one pass over the mappings for the fields, one for the tokens
 * and one for their holders, as far as these fields are asked for (one at least). `$1` the day, `$2` a segment or null, `$3` the first instrument of a page or null.
 */
export function disagreeing(of: readonly DisagreementField[] = DisagreementField.options): string {
  const fields = statedFields.filter((one) => of.includes(one));
  const differs = (one: StatedField) => `min(b.${columns[one]}) <> max(b.${columns[one]})`;
  const ctes: string[] = [`newest_files AS MATERIALIZED (${newestFiles})`];
  const said: string[] = [];
  if (fields.length > 0) {
    ctes.push(`differing AS MATERIALIZED (
      SELECT b.instrument_id, ${fields.map((one) => `${differs(one)} AS "${one}"`).join(', ')}
      FROM registry.broker_tokens b WHERE ${open} AND ($3::uuid IS NULL OR b.instrument_id >= $3)
      GROUP BY b.instrument_id HAVING ${fields.map(differs).join(' OR ')})`);
    said.push(statementsOf(fields));
  }
  if (of.includes('instrument')) {
    ctes.push(`splits AS MATERIALIZED (${splits})`);
    said.push(meaningsOfSplits);
  }
  if (of.includes('token')) {
    ctes.push(`twice AS MATERIALIZED (${twice})`);
    said.push(tokensHeldTwice);
  }
  const names = 'instrument_id, exchange_token, field, segment, broker, value, file_day, in_own_unit, just_changed';
  return `WITH ${ctes.join(',\n')}, said (${names}) AS MATERIALIZED (${said.join('\nUNION ALL\n')}), pairs AS MATERIALIZED (${pairs})`;
}
