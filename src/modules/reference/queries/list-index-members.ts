import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { page, pageAmong, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { Day, Moments, ResolveMany, times } from '../../instruments';
import { Facts, type Held } from '../facts';
import { listOf } from '../files';
import { Member, nseIndex } from '../files/nse-index';
import { indexNamed } from '../names';

export const MemberFilter = query({ ...times, ...page });
export type MemberFilter = z.output<typeof MemberFilter>;

export const IndexMember = Member.omit({ indexKey: true })
  .extend({
    id: z
      .uuid()
      .nullable()
      .describe('Of the instrument; null while the registry has no listing of it.')
      .meta({ examples: ['0198a1b2-0000-7e5f-8a6b-9c0d1e2f3a4b'] }),
    key: z
      .string()
      .nullable()
      .meta({ examples: ['NSE:RELIANCE'] }),
    validFrom: Day.describe('The day of the first file that says all of this.').meta({ examples: ['2025-09-11'] }),
    validTo: Day.nullable(),
  })
  .meta({ title: 'IndexMember' });
export type IndexMember = z.infer<typeof IndexMember>;

/** Who made up an index at a moment, each with its instrument. */
export class ListIndexMembers extends Query<Page<IndexMember>> {
  constructor(
    readonly index: string,
    readonly filter: MemberFilter,
  ) {
    super();
  }
}

@QueryHandler(ListIndexMembers)
export class ListIndexMembersHandler implements IQueryHandler<ListIndexMembers> {
  constructor(
    private readonly queries: QueryBus,
    private readonly moments: Moments,
    private readonly facts: Facts,
  ) {}

  async execute({ index, filter: { limit, cursor, ...when } }: ListIndexMembers) {
    const indexKey = await indexNamed(index, this.queries, when);
    const reading = await this.moments.of(when);
    const members = await this.facts.of(nseIndex, listOf(nseIndex, indexKey), reading);
    if (members.length === 0)
      throw new NotFound(`No members of ${indexKey} are known on ${reading.moment.day}: load a list of its constituents.`);
    const { items, page } = pageAmong(members, { limit, cursor }, ({ subject }) => subject);
    const instruments = await this.instrumentsOf(items, when);
    return {
      page,
      items: items.map(({ indexKey: _index, subject: _subject, ...member }, n) => ({
        ...{ id: instruments[n]?.id ?? null, key: instruments[n]?.key ?? null },
        ...member,
      })),
    };
  }

  /** By ISIN on NSE; where that has several listings, the one in the member's series. A placeholder has none. */
  private async instrumentsOf(
    members: readonly Held<z.infer<typeof Member>>[],
    when: { asOf?: string | undefined; knownAt?: string | number | undefined },
  ) {
    if (members.length === 0) return [];
    const items = members.map(({ isin, symbol }) => (isin === null ? { symbol, segment: 'NSE' } : { isin, segment: 'NSE' }));
    const { results } = await this.queries.execute(new ResolveMany({ ...when, items, fields: ['id', 'key', 'series'] }));
    return results.map(
      ({ matches }, n) => (matches.length > 1 ? matches.find(({ series }) => series === members[n]?.series) : undefined) ?? matches[0],
    );
  }
}
