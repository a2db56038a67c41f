import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { eventExample, instrumentExample } from '../examples';
import { query } from '../../../platform/http/validation';
import { times, type Times } from '../moments';
import { several } from '../several';
import { GetSnapshot } from './get-snapshot';
import { HistoryEvent, ListEvents } from './list-events';
import { shown, ShownInstrument } from './shown-instrument';

export const InstrumentQuery = query({
  ...times,
  include: several(z.enum(['brokers', 'history']))
    .optional()
    .describe('history adds its events; brokers always come with one instrument.'),
});
export type InstrumentQuery = z.output<typeof InstrumentQuery>;

export const InstrumentWithHistory = ShownInstrument.extend({ history: z.array(HistoryEvent).optional() }).meta({
  examples: [{ ...instrumentExample, brokers: [...instrumentExample.brokers], history: [eventExample] }],
});
export type InstrumentWithHistory = z.infer<typeof InstrumentWithHistory>;

/** Events that come with an instrument at most; all of them are under its history. */
const most = 1000;

export class GetInstrument extends Query<InstrumentWithHistory> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times = {},
    readonly history = false,
  ) {
    super();
  }
}

@QueryHandler(GetInstrument)
export class GetInstrumentHandler implements IQueryHandler<GetInstrument> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ keyOrId, times, history }: GetInstrument) {
    const { instrument, reading } = await this.queries.execute(new GetSnapshot(keyOrId, times));
    if (!history) return shown(instrument, reading.moment);
    const events = await this.queries.execute(new ListEvents(instrument.id, { knownAt: reading.position ?? undefined }, { limit: most }));
    return { ...shown(instrument, reading.moment), history: [...events.items] };
  }
}
