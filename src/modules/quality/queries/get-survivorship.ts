import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Config } from '../../../platform/config';
import { query } from '../../../platform/http/validation';
import {
  at,
  Broker,
  Day,
  dayShown,
  GetInstrument,
  hasOwnUnit,
  Instruments,
  isExchangeList,
  Moments,
  statedFields,
  survivor,
  symbolSurvivor,
  times,
  type Known,
  type StatedField,
  type Times,
} from '../../instruments';

export const SurvivorshipTimes = query(times);

const Value = z.union([z.string(), z.number()]);
const Field = z.object({
  field: z.enum([...statedFields, 'symbol']),
  value: Value.nullable().describe('What stands for the instrument.'),
  winner: Value.nullable().describe('What wins among what is said; null when nobody says anything that counts.'),
  why: z
    .enum(['exchange', 'majority', 'newest', 'preferred', 'only', 'identity'])
    .nullable()
    .describe(
      'The rule that told the winner from the rest. `identity`: the symbol of a contract is its underlying’s, and no broker is asked.',
    ),
  inForce: z
    .boolean()
    .describe('Whether the winner is what stands. Not so after an amendment by hand, or when the winner lost its rival since.'),
  says: z.array(
    z.object({
      value: Value,
      brokers: z.array(Broker),
      ownUnit: z.array(Broker).describe('Those of them that give the field in a unit of their own: they have no voice.'),
    }),
  ),
});
export const Survivorship = z.object({ id: z.uuid(), key: z.string(), day: Day, fields: z.array(Field) }).meta({
  title: 'Survivorship',
  examples: [
    {
      id: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b',
      key: 'MCX:ZINC:2026-01-30:FUT',
      day: '2026-01-07',
      fields: [
        {
          field: 'lotSize',
          value: 5,
          winner: 5,
          why: 'only',
          inForce: true,
          says: [
            { value: 5, brokers: ['shoonya', 'upstox'], ownUnit: [] },
            { value: 1, brokers: ['dhan'], ownUnit: ['dhan'] },
          ],
        },
      ],
    },
  ],
});
export type Survivorship = z.infer<typeof Survivorship>;
type Shown = Survivorship['fields'][number];

/** Who says what of an instrument on a day, who wins, and by which rule. @throws NotFound */
export class GetSurvivorship extends Query<Survivorship> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(GetSurvivorship)
export class GetSurvivorshipHandler implements IQueryHandler<GetSurvivorship> {
  constructor(
    private readonly config: Config,
    private readonly queries: QueryBus,
    private readonly moments: Moments,
    private readonly instruments: Instruments,
  ) {}

  async execute({ keyOrId, times }: GetSurvivorship): Promise<Survivorship> {
    const { id, key } = await this.queries.execute(new GetInstrument(keyOrId, times));
    const { moment, position } = await this.moments.of(times);
    const { state } = (await this.instruments.states([id], position ?? undefined)).get(id) ?? {};
    if (state?.status !== 'known') return { id, key, day: moment.day, fields: [] };
    const period = at(state.terms, moment.day) ?? state.terms.findLast(({ from }) => from <= moment.day) ?? state.terms[0];
    const day = period ? dayShown(period, moment.day) : moment.day;
    const terms = period?.value;
    const decided = statedFields.map((field): Shown => {
      const won = survivor(state.mappings, day, field, this.config.preferredBrokers);
      const value = terms?.[field] ?? null;
      const winner = won?.value ?? null;
      return { field, value, winner, why: won?.why ?? null, inForce: winner === value, says: sayings(state, day, field) };
    });
    return { id, key, day, fields: [...decided, this.symbol(state, day, terms?.symbol ?? null)] };
  }

  /** An exchange's own list names what it lists, and asks nobody; the sources of a contract give no symbol of its exchange. */
  private symbol(state: Known, day: Day, value: string | null): Shown {
    const isListed = value !== null && state.mappings.some((one) => isExchangeList(one.broker) && saidOf(one, day) === value);
    const won = isListed ? ({ value, why: 'exchange' } as const) : symbolSurvivor(state.mappings, day, this.config.preferredBrokers);
    const { value: winner, why } = won ?? { value, why: 'identity' };
    return { field: 'symbol', value, winner, why, inForce: winner === value, says: sayings(state, day, won ? 'exchangeSymbol' : 'symbol') };
  }
}

const saidOf = (mapping: Known['mappings'][number], day: Day) => at(mapping.says, day)?.value.exchangeSymbol;

const isStated = (field: string): field is StatedField => statedFields.some((one) => one === field);

/** What is said of the field and by whom, what most say first. */
function sayings({ mappings }: Known, day: Day, field: StatedField | 'symbol' | 'exchangeSymbol'): Shown['says'] {
  const says = new Map<string | number, { brokers: Set<string>; ownUnit: Set<string> }>();
  for (const mapping of mappings) {
    const value = at(mapping.says, day)?.value[field] ?? null;
    if (value === null) continue;
    const saying = says.get(value) ?? { brokers: new Set(), ownUnit: new Set() };
    saying.brokers.add(mapping.broker);
    if (isStated(field) && hasOwnUnit(field, mapping)) saying.ownUnit.add(mapping.broker);
    says.set(value, saying);
  }
  return [...says]
    .map(([value, { brokers, ownUnit }]) => ({ value, brokers: [...brokers].sort(), ownUnit: [...ownUnit].sort() }))
    .sort((a, b) => b.brokers.length - a.brokers.length || (String(a.value) < String(b.value) ? -1 : 1));
}
