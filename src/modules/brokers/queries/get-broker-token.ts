import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { GetInstrument, mappingExample, ShownMapping, type ShownInstrument, type Times } from '../../instruments';

export const BrokerToken = ShownMapping.extend({ id: z.uuid().describe("The instrument's."), key: z.string(), version: z.int() }).meta({
  examples: [{ ...mappingExample, id: '0198a1b2-3c4d-7e5f-8a6b-9c0d1e2f3a4b', key: 'NFO:NIFTY:2026-01-27:26000:CE', version: 3 }],
});
export type BrokerToken = z.infer<typeof BrokerToken>;

/** What an instrument is called at a broker. @throws NotFound */
export class GetBrokerToken extends Query<BrokerToken> {
  constructor(
    readonly broker: string,
    readonly keyOrId: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(GetBrokerToken)
export class GetBrokerTokenHandler implements IQueryHandler<GetBrokerToken> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ broker, keyOrId, times }: GetBrokerToken) {
    return brokerTokenOf(await this.queries.execute(new GetInstrument(keyOrId, times)), broker, times);
  }
}

export function brokerTokenOf({ id, key, version, brokers = [] }: ShownInstrument, broker: string, { asOf }: Times): BrokerToken {
  const mapping = brokers.find((one) => one.broker === broker);
  if (!mapping) throw new NotFound(`${broker} has no token for ${key}${asOf === undefined ? '' : ` as of ${asOf}`}.`);
  return { id, key, version, ...mapping };
}
