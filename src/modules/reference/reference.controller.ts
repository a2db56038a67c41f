import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Invalid } from '../../platform/errors';
import { pageOf } from '../../platform/http/paging';
import { Route } from '../../platform/http/route-options';
import { plainText, query } from '../../platform/http/validation';
import { Day, times } from '../instruments';
import { LoadReferenceFile, LoadReport } from './commands/load-reference-file';
import { fileNames, referenceFiles, type FileName } from './files';
import { Mic } from './files/iso-mic';
import { indexKeyOf } from './names';
import { IndexMember, ListIndexMembers, MemberFilter } from './queries/list-index-members';
import { DisagreementFilter, ListLotDisagreements, LotDisagreement } from './queries/list-lot-disagreements';
import { AnnouncedLot, ListLots } from './queries/list-lots';
import { ListMemberships, Membership } from './queries/list-memberships';
import { ListFilter, ListReferenceLists, ShownList } from './queries/list-reference-lists';
import { GetVenue, ListVenues, ShownVenue, VenueFilter } from './queries/venues';

const File = z.enum(fileNames, `Give one of ${fileNames.join(', ')}.`);
const Upload = query({
  day: Day.optional().describe('The day whose facts the file states. The ban list says its own.'),
  index: plainText.min(1).max(100).optional().describe('Of nse-index: whose constituents they are, such as NIFTY.'),
  insist: z.enum(['true', 'false']).default('false').describe('Also when so much changes at once that the file looks like another list.'),
});
type Upload = z.output<typeof Upload>;
const When = query(times);
type When = z.output<typeof When>;
const Name = plainText.min(1).max(100);
const maxBytes = 16 * 1024 * 1024;

@ApiTags('reference')
@Controller()
export class ReferenceController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('reference/:file')
  @Route({ scope: 'ingest', upload: { maxBytes } })
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: LoadReport })
  async load(
    @Param('file', { schema: File }) file: FileName,
    @Query({ schema: Upload }) { day, index, insist }: Upload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoadReport> {
    const wanted = { file, indexKey: indexOf(file, index), day: day ?? null, insist: insist === 'true' };
    // An upload route is given its body as a stream that nobody has read.
    const body = (request.body ?? []) as AsyncIterable<Buffer>;
    const { position, ...report } = await this.commands.execute(new LoadReferenceFile(wanted, body));
    reply.header('registry-position', position);
    return report;
  }

  @Get('reference')
  @ApiOkResponse({ standardSchema: pageOf(ShownList) })
  lists(@Query({ schema: ListFilter }) filter: ListFilter) {
    return this.queries.execute(new ListReferenceLists(filter));
  }

  @Get('reference/nse-lots/disagreements')
  @ApiOkResponse({ standardSchema: pageOf(LotDisagreement) })
  disagreements(@Query({ schema: DisagreementFilter }) filter: DisagreementFilter) {
    return this.queries.execute(new ListLotDisagreements(filter));
  }

  @Get('underlyings/:key/lots')
  @ApiOkResponse({ standardSchema: z.array(AnnouncedLot) })
  lots(@Param('key', { schema: Name }) key: string, @Query({ schema: When }) when: When) {
    return this.queries.execute(new ListLots(key, when));
  }

  @Get('indices/:key/members')
  @ApiOkResponse({ standardSchema: pageOf(IndexMember) })
  members(@Param('key', { schema: Name }) key: string, @Query({ schema: MemberFilter }) filter: MemberFilter) {
    return this.queries.execute(new ListIndexMembers(key, filter));
  }

  @Get('instruments/:key/memberships')
  @ApiOkResponse({ standardSchema: z.array(Membership) })
  memberships(@Param('key', { schema: Name }) key: string, @Query({ schema: When }) when: When) {
    return this.queries.execute(new ListMemberships(key, when));
  }

  @Get('venues')
  @ApiOkResponse({ standardSchema: pageOf(ShownVenue) })
  venues(@Query({ schema: VenueFilter }) filter: VenueFilter) {
    return this.queries.execute(new ListVenues(filter));
  }

  @Get('venues/:mic')
  @ApiOkResponse({ standardSchema: ShownVenue })
  @ApiNotFoundResponse()
  venue(@Param('mic', { schema: Mic }) mic: string, @Query({ schema: When }) when: When) {
    return this.queries.execute(new GetVenue(mic, when));
  }
}

/** Only constituents are of an index, and they must say of which. */
function indexOf(file: FileName, index: string | undefined): string {
  const { isPerIndex } = referenceFiles[file];
  if (isPerIndex !== (index !== undefined)) {
    const message = isPerIndex ? 'Say whose constituents they are, such as NIFTY.' : `The file ${file} is of no index: leave it out.`;
    throw new Invalid(`index: ${message}`, [{ path: 'index', message }]);
  }
  return index === undefined ? '' : indexKeyOf(index);
}
