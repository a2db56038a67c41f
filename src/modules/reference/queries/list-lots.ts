import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { Day, Moments, type Times } from '../../instruments';
import { Facts } from '../facts';
import { Lot, nseLots } from '../files/nse-lots';
import { underlyingNamed } from '../names';

export const AnnouncedLot = Lot.omit({ underlying: true })
  .extend({
    validFrom: Day.describe('Since when the exchange has said so.').meta({ examples: ['2025-10-28'] }),
    validTo: Day.nullable()
      .describe('When it says otherwise, or the month is over.')
      .meta({ examples: ['2026-12-01'] }),
  })
  .meta({ title: 'AnnouncedLot' });
export type AnnouncedLot = z.infer<typeof AnnouncedLot>;

/** The lots that the exchange has announced for an underlying's contracts, by the month in which they expire. */
export class ListLots extends Query<AnnouncedLot[]> {
  constructor(
    readonly underlying: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(ListLots)
export class ListLotsHandler implements IQueryHandler<ListLots> {
  constructor(
    private readonly queries: QueryBus,
    private readonly moments: Moments,
    private readonly facts: Facts,
  ) {}

  async execute({ underlying, times }: ListLots) {
    const symbol = await underlyingNamed(underlying, this.queries, times);
    const reading = await this.moments.of(times);
    const lots = await this.facts.of(nseLots, nseLots.name, reading, { underlying: symbol });
    if (lots.length === 0)
      throw new NotFound(`No lot of ${symbol} is known on ${reading.moment.day}: NSE's list of market lots says none.`);
    return lots.map(({ expiryMonth, lotSize, validFrom, validTo }) => ({ expiryMonth, lotSize, validFrom, validTo }));
  }
}
