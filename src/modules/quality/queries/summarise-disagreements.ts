import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { query } from '../../../platform/http/validation';
import { AsOf, Broker, Day, Moments, Segment } from '../../instruments';
import { disagreeing } from '../disagreeing';
import { classes, DisagreementClass, DisagreementField } from '../domain/disagreement';

export const SummaryFilter = query({ segment: Segment.optional(), field: DisagreementField.optional(), asOf: AsOf.optional() });
export type SummaryFilter = z.output<typeof SummaryFilter>;

const counted = { segment: Segment, field: DisagreementField, class: DisagreementClass, count: z.int() };
export const DisagreementSummary = z
  .object({
    day: Day,
    fields: z.array(z.object(counted)).describe('Instruments about whose field sources differ, each counted once, by its gravest class.'),
    pairs: z.array(z.object({ ...counted, brokers: z.array(Broker).length(2) })).describe('The same for each two brokers that differ.'),
    classes: z.record(DisagreementClass, z.string()).describe('What each class means.'),
  })
  .meta({
    title: 'DisagreementSummary',
    examples: [
      {
        day: '2026-01-07',
        fields: [{ segment: 'MCX', field: 'lotSize', class: 'unit_of_broker', count: 26_073 }],
        pairs: [{ segment: 'MCX', field: 'lotSize', class: 'unit_of_broker', count: 26_073, brokers: ['dhan', 'upstox'] }],
        classes,
      },
    ],
  });
export type DisagreementSummary = z.infer<typeof DisagreementSummary>;

export class SummariseDisagreements extends Query<DisagreementSummary> {
  constructor(readonly filter: SummaryFilter) {
    super();
  }
}

type Counts = { readonly segment: Segment; readonly field: DisagreementField; readonly place: number; readonly count: number };
type Row = { readonly fields: readonly Counts[]; readonly pairs: readonly (Counts & { readonly brokers: string[] })[] };

const select = `
  fields AS (
    SELECT f.segment, f.field, f.place, count(*) AS count
    FROM (SELECT p.segment, p.field, min(p.class) AS place FROM pairs p GROUP BY p.instrument_id, p.exchange_token, p.field, p.segment) f
    GROUP BY f.segment, f.field, f.place
  ),
  of_brokers AS (
    SELECT p.segment, p.field, p.class AS place, ARRAY[p.a_broker, p.z_broker] AS brokers, count(*) AS count FROM pairs p
    GROUP BY p.segment, p.field, p.class, p.a_broker, p.z_broker
  )
  SELECT (SELECT coalesce(json_agg(f ORDER BY f.segment, f.field, f.place), '[]') FROM fields f) AS fields,
         (SELECT coalesce(json_agg(b ORDER BY b.segment, b.field, b.place, b.brokers), '[]') FROM of_brokers b) AS pairs`;

@QueryHandler(SummariseDisagreements)
export class SummariseDisagreementsHandler implements IQueryHandler<SummariseDisagreements> {
  constructor(
    private readonly database: Database,
    private readonly moments: Moments,
  ) {}

  async execute({ filter }: SummariseDisagreements): Promise<DisagreementSummary> {
    const { day } = (await this.moments.of(filter)).moment;
    const [row] = await this.database.query<Row>({
      text: `${disagreeing(filter.field && [filter.field])}, ${select}`,
      values: [day, filter.segment ?? null, null],
    });
    const { fields, pairs } = row ?? { fields: [], pairs: [] };
    return { day, fields: fields.map(named), pairs: pairs.map(named), classes };
  }
}

function named<Some extends Counts>({ place, ...rest }: Some) {
  return { ...rest, class: DisagreementClass.options[place - 1] ?? ('unexplained' as const) };
}
