import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Refused } from '../../../platform/errors';
import { Resolve, type Segment, type ShownInstrument, type Times } from '../../instruments';

/** What a broker's token means. @throws NotFound, and Refused when it means several things */
export class GetInstrumentOfToken extends Query<ShownInstrument> {
  constructor(
    readonly broker: string,
    readonly token: string,
    readonly segment: Segment | undefined,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(GetInstrumentOfToken)
export class GetInstrumentOfTokenHandler implements IQueryHandler<GetInstrumentOfToken> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ broker, token, segment, times }: GetInstrumentOfToken) {
    const { matches } = await this.queries.execute(new Resolve({ broker, token, segment, ...times }));
    const [match] = matches;
    if (match && matches.length === 1) return match;
    const meanings = matches.map(({ key, segment: of }) => `${key} (segment=${of})`).join(', ');
    throw new Refused(`The token ${token} of ${broker} means several instruments: ${meanings}.${segment ? '' : ' Name the segment.'}`);
  }
}
