import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Terms } from '../domain/instrument';
import { Day } from '../domain/values';
import { termsExample } from '../examples';
import { Instruments } from '../instruments';
import type { Times } from '../moments';
import { GetSnapshot } from './get-snapshot';

export const TermsPeriod = z.object({ validFrom: Day, validTo: Day.nullable(), ...Terms.shape }).meta({ examples: [termsExample] });
export type TermsPeriod = z.infer<typeof TermsPeriod>;

/** The terms of an instrument, each with the period for which they hold, oldest first. */
export class ListTerms extends Query<TermsPeriod[]> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(ListTerms)
export class ListTermsHandler implements IQueryHandler<ListTerms> {
  constructor(
    private readonly queries: QueryBus,
    private readonly instruments: Instruments,
  ) {}

  async execute({ keyOrId, times }: ListTerms) {
    const { instrument, reading } = await this.queries.execute(new GetSnapshot(keyOrId, times, false));
    const known = (await this.instruments.states([instrument.id], reading.position ?? undefined)).get(instrument.id);
    if (known?.state.status !== 'known') return [];
    return known.state.terms.map(({ from, to, value }) => ({ validFrom: from, validTo: to, ...value }));
  }
}
