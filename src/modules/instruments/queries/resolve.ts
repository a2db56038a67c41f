import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Invalid, NotFound } from '../../../platform/errors';
import { query } from '../../../platform/http/validation';
import { Moments, times } from '../moments';
import { questionFrom, Wanted } from './question';
import { Resolver } from './resolver';
import { shown, ShownInstrument } from './shown-instrument';

export const ResolveQuery = query({ ...Wanted.shape, ...times });
export type ResolveQuery = z.output<typeof ResolveQuery>;

export const Resolved = z.object({ matches: z.array(ShownInstrument), truncated: z.boolean() });
export type Resolved = z.infer<typeof Resolved>;

/** What one thing that a caller knows means at the moment; never nothing. @throws NotFound, Invalid */
export class Resolve extends Query<Resolved> {
  constructor(readonly wanted: ResolveQuery) {
    super();
  }
}

@QueryHandler(Resolve)
export class ResolveHandler implements IQueryHandler<Resolve> {
  constructor(
    private readonly moments: Moments,
    private readonly resolver: Resolver,
  ) {}

  async execute({ wanted: { asOf, knownAt, ...wanted } }: Resolve) {
    const question = questionFrom(wanted);
    if (typeof question === 'string')
      throw new Invalid(question, [{ path: /^\w+(?=:)/.exec(question)?.[0] ?? '', message: question.replace(/^\w+: /, '') }]);
    const reading = await this.moments.of({ asOf, knownAt });
    const [found] = await this.resolver.resolve([question], reading);
    if (!found || found.matches.length === 0) throw new NotFound(`No instrument answers to this on ${reading.moment.day}.`);
    return { matches: found.matches.map((match) => shown(match, reading.moment)), truncated: found.truncated };
  }
}
