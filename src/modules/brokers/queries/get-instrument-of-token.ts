import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Refused } from '../../../platform/errors';
import { z } from 'zod';
import { query } from '../../../platform/http/validation';
import { Resolve, Segment, times, type ShownInstrument, type Times } from '../../instruments';

export const MeaningQuery = query({ segment: Segment.optional(), ...times });
export type MeaningQuery = z.output<typeof MeaningQuery>;

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
    return onlyMeaning(matches, { broker, token, segment });
  }
}

type Token = Pick<GetInstrumentOfToken, 'broker' | 'token' | 'segment'>;

export function onlyMeaning(matches: readonly ShownInstrument[], { broker, token, segment }: Token): ShownInstrument {
  const [match] = matches;
  if (match && matches.length === 1) return match;
  const meanings = matches.map(({ key, segment: of }) => `${key} (segment=${of})`).join(', ');
  throw new Refused(`The token ${token} of ${broker} means several instruments: ${meanings}.${segment ? '' : ' Name the segment.'}`);
}
