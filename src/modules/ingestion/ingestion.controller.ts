import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { setVersion } from '../../platform/http/etag';
import { located, versioned } from '../../platform/http/openapi-parts';
import { pageOf, wholeNumber } from '../../platform/http/paging';
import { Route, Scope } from '../../platform/http/route-options';
import { plainText, query } from '../../platform/http/validation';
import { Broker, Day, Segment } from '../instruments';
import { adapterOf } from './adapters';
import { ApproveIngestion } from './commands/approve-ingestion';
import { CancelIngestion } from './commands/cancel-ingestion';
import { QueueIngestion, type Wanted } from './commands/queue-ingestion';
import { RejectIngestion } from './commands/reject-ingestion';
import { Format, Mode, Priority, usualPriority } from './domain/run';
import { DaysDiff, DiffDays, DiffFilter } from './queries/diff-days';
import { DecidedIngestion, GetIngestion, Ingestion } from './queries/get-ingestion';
import { ChangesFilter, IngestionChange, ListChanges } from './queries/list-changes';
import { IngestionFilter, ListIngestions } from './queries/list-ingestions';
import { ListRejects, Pages } from './queries/list-rejects';
import { commandOrFile, IngestionCommand } from './upload';

/** With commas between. */
const list = z.string().transform((text) => text.split(','));

const Upload = query({
  mode: Mode.default('full'),
  day: Day.optional(),
  dryRun: z.enum(['true', 'false']).default('false'),
  format: Format.optional(),
  segments: list.pipe(z.array(Segment).min(1)).optional(),
  symbols: list.pipe(IngestionCommand.shape.symbols.unwrap()).optional(),
  priority: wholeNumber(0, 100).pipe(Priority).default(usualPriority),
});
type Upload = z.output<typeof Upload>;

/** No body is no reason. */
const Reason = z
  .strictObject({ reason: plainText.min(1).max(1000).optional() })
  .optional()
  .meta({ examples: [{ reason: 'the wrong file' }] });
type Reason = z.infer<typeof Reason>;

const Id = z.uuid('An ingestion id is a UUID.');
const Queued = z
  .object({ id: z.uuid(), status: z.literal('queued') })
  .meta({ examples: [{ id: '0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b', status: 'queued' }] });
const Rejected = z
  .object({ line: z.int(), raw: z.string(), reason: z.string() })
  .meta({ examples: [{ line: 1042, raw: '41920,,NIFTY26JAN26000CE', reason: 'The token is missing.' }] });
const maxBytes = 512 * 1024 * 1024;

@ApiTags('ingestion')
@Controller()
export class IngestionController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('brokers/:broker/ingestions')
  @Route({ scope: 'ingest', upload: { maxBytes, command: IngestionCommand } })
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: Queued, headers: located })
  async ingest(
    @Param('broker', { schema: Broker }) broker: string,
    @Query({ schema: Upload }) { dryRun, format, ...upload }: Upload,
    @Req() { headers, body: sent }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof Queued>> {
    adapterOf(broker);
    const isJson = headers['content-type']?.includes('json') ?? false;
    // An upload route is given its body as a stream that nobody has read.
    const body = await commandOrFile((sent ?? []) as AsyncIterable<Buffer>, isJson, headers['content-encoding'] !== undefined);
    const asked = 'command' in body ? body.command : { ...upload, dryRun: dryRun === 'true', source: 'upload' };
    const { day = null, segments = null, symbols = null } = asked;
    const request: Wanted = { ...asked, broker, day, segments, symbols, format: format ?? null };
    const id = await this.commands.execute(new QueueIngestion(request, 'file' in body ? body.file : 'fetch'));
    reply.header('location', `/api/v1/ingestions/${id}`);
    return { id, status: 'queued' };
  }

  @Get('ingestions')
  @ApiOkResponse({ standardSchema: pageOf(Ingestion) })
  list(@Query({ schema: IngestionFilter }) filter: IngestionFilter) {
    return this.queries.execute(new ListIngestions(filter));
  }

  @Get('ingestions/:id')
  @ApiOkResponse({ standardSchema: DecidedIngestion, headers: versioned })
  async get(@Param('id', { schema: Id }) id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    const run = await this.queries.execute(new GetIngestion(id));
    if (run.status !== 'running') setVersion(reply, run.version);
    return run;
  }

  @Get('ingestions/:id/rejects')
  @ApiOkResponse({ standardSchema: pageOf(Rejected) })
  async rejects(@Param('id', { schema: Id }) id: string, @Query({ schema: Pages }) pages: Pages) {
    await this.queries.execute(new GetIngestion(id));
    return this.queries.execute(new ListRejects(id, pages));
  }

  @Get('ingestions/:id/changes')
  @ApiOkResponse({ standardSchema: pageOf(IngestionChange) })
  async changes(@Param('id', { schema: Id }) id: string, @Query({ schema: ChangesFilter }) filter: ChangesFilter) {
    await this.queries.execute(new GetIngestion(id));
    return this.queries.execute(new ListChanges(id, filter));
  }

  @Post('ingestions/:id/cancellation')
  @Scope('ingest')
  @HttpCode(204)
  async cancel(@Param('id', { schema: Id }) id: string, @Body({ schema: Reason }) body: Reason) {
    await this.commands.execute(new CancelIngestion(id, body?.reason ?? null));
  }

  @Post('ingestions/:id/approval')
  @Scope('ingest')
  @HttpCode(204)
  async approve(@Param('id', { schema: Id }) id: string, @Body({ schema: Reason }) body: Reason) {
    await this.commands.execute(new ApproveIngestion(id, body?.reason ?? null));
  }

  @Post('ingestions/:id/rejection')
  @Scope('ingest')
  @HttpCode(204)
  async reject(@Param('id', { schema: Id }) id: string, @Body({ schema: Reason }) body: Reason) {
    await this.commands.execute(new RejectIngestion(id, body?.reason ?? null));
  }

  @Get('brokers/:broker/diff')
  @ApiOkResponse({ standardSchema: DaysDiff })
  diff(@Param('broker', { schema: Broker }) broker: string, @Query({ schema: DiffFilter }) filter: DiffFilter) {
    return this.queries.execute(new DiffDays(broker, filter));
  }
}
