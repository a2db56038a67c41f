import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus, type Command } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Outcome } from '../../platform/event-store/streams';
import { expectedVersion, setVersion } from '../../platform/http/etag';
import { located, versioned } from '../../platform/http/openapi-parts';
import { page, pageOf } from '../../platform/http/paging';
import { apiPrefix } from '../../platform/http/route-options';
import { query } from '../../platform/http/validation';
import { AdjustInstrument } from './commands/adjust-instrument';
import { AmendInstrument } from './commands/amend-instrument';
import { DelistInstrument } from './commands/delist-instrument';
import { RegisterInstrument } from './commands/register-instrument';
import { RenameInstrument } from './commands/rename-instrument';
import { ResumeInstrument } from './commands/resume-instrument';
import { SuspendInstrument } from './commands/suspend-instrument';
import { Adjusting, Amending, Renaming, Turning } from './changes';
import { times, TimesQuery } from './moments';
import { NewInstrument } from './new-instrument';
import { GetInstrument, InstrumentQuery, InstrumentWithHistory } from './queries/get-instrument';
import { InstrumentFilter } from './queries/instrument-filter';
import { HistoryEvent, ListEvents } from './queries/list-events';
import { ListInstruments } from './queries/list-instruments';
import { ListTerms, TermsPeriod } from './queries/list-terms';
import { ShownInstrument } from './queries/shown-instrument';
import { versionOf } from './version-of';

const History = query({ ...times, ...page });

@ApiTags('instruments')
@Controller('instruments')
export class InstrumentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(ShownInstrument) })
  list(@Query({ schema: InstrumentFilter }) filter: InstrumentFilter) {
    return this.queries.execute(new ListInstruments(filter));
  }

  @Get(':key')
  @ApiOkResponse({ standardSchema: InstrumentWithHistory, headers: versioned })
  async get(
    @Param('key') key: string,
    @Query({ schema: InstrumentQuery }) { include, ...when }: InstrumentQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const instrument = await this.queries.execute(new GetInstrument(key, when, include?.includes('history')));
    setVersion(reply, versionOf(instrument));
    return instrument;
  }

  @Get(':key/history')
  @ApiOkResponse({ standardSchema: pageOf(HistoryEvent) })
  history(@Param('key') key: string, @Query({ schema: History }) { limit, cursor, ...when }: z.output<typeof History>) {
    return this.queries.execute(new ListEvents(key, when, { limit, cursor }));
  }

  @Get(':key/terms')
  @ApiOkResponse({ standardSchema: z.array(TermsPeriod) })
  terms(@Param('key') key: string, @Query({ schema: TimesQuery }) when: TimesQuery) {
    return this.queries.execute(new ListTerms(key, when));
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: ShownInstrument, headers: { ...versioned, ...located } })
  async register(@Body({ schema: NewInstrument }) body: NewInstrument, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id, position } = await this.commands.execute(new RegisterInstrument(body));
    const instrument = await this.queries.execute(new GetInstrument(id));
    setVersion(reply, instrument.version);
    reply.headers({ location: `${apiPrefix}/instruments/${id}`, 'registry-position': position });
    return instrument;
  }

  @Patch(':key')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  amend(
    @Param('key') key: string,
    @Body({ schema: Amending }) { validFrom, ...terms }: Amending,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new AmendInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, terms), reply);
  }

  @Post(':key/rename')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  rename(
    @Param('key') key: string,
    @Body({ schema: Renaming }) { validFrom, symbol }: Renaming,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new RenameInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, symbol), reply);
  }

  @Post(':key/suspension')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  suspend(
    @Param('key') key: string,
    @Body({ schema: Turning }) { validFrom, reason }: Turning,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new SuspendInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, reason), reply);
  }

  @Post(':key/resumption')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  resume(
    @Param('key') key: string,
    @Body({ schema: Turning }) { validFrom, reason }: Turning,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new ResumeInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, reason), reply);
  }

  @Post(':key/delisting')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  delist(
    @Param('key') key: string,
    @Body({ schema: Turning }) { validFrom, reason }: Turning,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new DelistInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, reason), reply);
  }

  @Post(':key/adjustment')
  @HttpCode(204)
  @ApiNoContentResponse({ headers: versioned })
  adjust(
    @Param('key') key: string,
    @Body({ schema: Adjusting }) { validFrom, ...adjustment }: Adjusting,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.change(new AdjustInstrument({ keyOrId: key, validFrom, expected: expectedVersion(request) }, adjustment), reply);
  }

  /** The new version as ETag; the position at which a read shows it. */
  private async change(command: Command<Outcome>, reply: FastifyReply) {
    const { version, position } = await this.commands.execute(command);
    setVersion(reply, version);
    reply.header('registry-position', position);
  }
}
