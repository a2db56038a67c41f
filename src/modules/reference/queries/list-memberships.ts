import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { Day, Decimal, GetInstrument, Moments, type Times } from '../../instruments';
import { Facts } from '../facts';
import { nseIndex } from '../files/nse-index';

export const Membership = z
  .object({
    indexKey: z.string(),
    weight: Decimal.nullable(),
    industry: z.string().nullable().describe('Of the company, as the list of this index has it.'),
    validFrom: Day,
    validTo: Day.nullable(),
  })
  .meta({
    title: 'Membership',
    examples: [
      {
        ...{ indexKey: 'NSE_INDEX:NIFTY', weight: null, industry: 'Oil Gas & Consumable Fuels' },
        ...{ validFrom: '2025-09-11', validTo: null },
      },
    ],
  });
export type Membership = z.infer<typeof Membership>;

/** The indices that a company is in at a moment, by the ISIN of one of its listings, and the industry that their lists put it in. */
export class ListMemberships extends Query<Membership[]> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(ListMemberships)
export class ListMembershipsHandler implements IQueryHandler<ListMemberships> {
  constructor(
    private readonly queries: QueryBus,
    private readonly moments: Moments,
    private readonly database: Database,
    private readonly facts: Facts,
  ) {}

  async execute({ keyOrId, times }: ListMemberships) {
    const { isin } = await this.queries.execute(new GetInstrument(keyOrId, times));
    if (isin === null) return [];
    // a list that once had it, or has; what it says at the moment is asked of the list itself
    const lists = await this.database.query<{ list: string }>({
      name: 'reference-memberships',
      text: 'SELECT DISTINCT m.list FROM registry.index_members m WHERE m.isin = $1 ORDER BY m.list',
      values: [isin],
    });
    const reading = await this.moments.of(times);
    const found = await Promise.all(lists.map(({ list }) => this.facts.of(nseIndex, list, reading, { isin })));
    return found.flat().map(({ indexKey, weight, industry, validFrom, validTo }) => ({ indexKey, weight, industry, validFrom, validTo }));
  }
}
