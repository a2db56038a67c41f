import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { expiryTypes, typesOf } from '../domain/expiries';
import type { Segment } from '../domain/segment';
import { Day } from '../domain/values';
import { Moments, type Times } from '../moments';
import { ContractsOn } from './contracts-on';

export const ShownExpiry = z
  .object({
    expiry: Day,
    type: z
      .enum(expiryTypes)
      .describe(
        'monthly is the last of its month; quarterly are those of March, June, September and December beyond the three nearest months.',
      ),
    contracts: z.int().describe('Futures and options.'),
  })
  .meta({ examples: [{ expiry: '2026-01-27', type: 'monthly', contracts: 183 }] });
export type ShownExpiry = z.infer<typeof ShownExpiry>;

/** The expiries ahead of the contracts on an underlying, in order. */
export class ListExpiries extends Query<ShownExpiry[]> {
  constructor(
    readonly name: string,
    readonly segment: Segment | undefined,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(ListExpiries)
export class ListExpiriesHandler implements IQueryHandler<ListExpiries> {
  constructor(
    private readonly moments: Moments,
    private readonly contracts: ContractsOn,
  ) {}

  async execute({ name, segment, times }: ListExpiries) {
    const reading = await this.moments.of(times);
    const expiries = await this.contracts.expiries(await this.contracts.underlying(name, segment, reading), reading);
    const types = typesOf(expiries.map(({ expiry }) => expiry));
    return expiries.map(({ expiry, contracts }) => ({ expiry, type: types.get(expiry) ?? 'weekly', contracts }));
  }
}
