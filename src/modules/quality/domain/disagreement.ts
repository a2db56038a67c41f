import { z } from 'zod';
import { ownUnits, statedFields } from '../../instruments';

/** What two brokers can disagree about: a value, which instrument a token means, or (one broker with itself) which token an instrument has. */
export const DisagreementField = z.enum([...statedFields, 'instrument', 'token']);
export type DisagreementField = z.infer<typeof DisagreementField>;

/** Why two sources say different things, the gravest first. Each pair has the first explanation from below that fits it; several pairs together the gravest. */
export const classes = {
  two_tokens: 'One broker has two tokens of one segment for one instrument: never right.',
  identity: 'One exchange token of a segment means two instruments.',
  unexplained: 'Nothing below explains it.',
  adjustment_pending: 'One of the two said something else until a week ago: the other may follow.',
  stale_broker: 'One of the two files of the segment is older than the other.',
  unit_of_broker: 'One of the two gives the value in a unit of its own.',
  wording: 'A name: every broker writes names in its own way.',
} as const;
export const DisagreementClass = z.enum(Object.keys(classes) as [keyof typeof classes, ...(keyof typeof classes)[]]); // its own names
export type DisagreementClass = z.infer<typeof DisagreementClass>;

/** The fields that a class can be of: the rest need not be looked at. */
export function fieldsOf(name: DisagreementClass): readonly DisagreementField[] {
  if (name === 'two_tokens') return ['token'];
  if (name === 'identity') return ['instrument'];
  if (name === 'wording') return ['name'];
  return statedFields.filter((field) => field !== 'name');
}

/** Classes that somebody should look at. */
export const doubtful = ['two_tokens', 'identity', 'unexplained', 'adjustment_pending'] as const satisfies readonly DisagreementClass[];

/** The table of units, one row for each broker and segment: columns for `unnest`. */
export const unitRows = ownUnits.flatMap(({ brokers, segments, field, value }) =>
  brokers.flatMap((broker) => segments.map((segment) => ({ broker, segment, field, value: String(value) }))),
);
