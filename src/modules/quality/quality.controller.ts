import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { located } from '../../platform/http/openapi-parts';
import { pageOf } from '../../platform/http/paging';
import { apiPrefix, Scope } from '../../platform/http/route-options';
import { Day } from '../instruments';
import { CheckQuality } from './commands/check-quality';
import { GetSurvivorship, Survivorship, SurvivorshipTimes } from './queries/get-survivorship';
import { CheckFilter, ListChecks, ListSegments, SegmentQuality } from './queries/list-checks';
import { csvOf, Disagreement, DisagreementExport, DisagreementFilter, ListDisagreements } from './queries/list-disagreements';
import { Reconcile, Reconciliation, ReconciliationFilter } from './queries/reconcile';
import { DisagreementSummary, SummariseDisagreements, SummaryFilter } from './queries/summarise-disagreements';

/** No body is today. */
const Check = z
  .strictObject({ day: Day.optional() })
  .optional()
  .meta({ examples: [{ day: '2026-01-07' }] });
type Check = z.infer<typeof Check>;

const continued = {
  'Next-Cursor': { schema: { type: 'string' }, description: 'When there are more: the `cursor` of the next request.' },
} as const;

@ApiTags('quality')
@Controller('quality')
export class QualityController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('survivorship/:key')
  @ApiOkResponse({ standardSchema: Survivorship })
  survivorship(@Param('key') key: string, @Query({ schema: SurvivorshipTimes }) when: z.output<typeof SurvivorshipTimes>) {
    return this.queries.execute(new GetSurvivorship(key, when));
  }

  @Get('disagreements')
  @ApiOkResponse({ standardSchema: pageOf(Disagreement) })
  disagreements(@Query({ schema: DisagreementFilter }) filter: DisagreementFilter) {
    return this.queries.execute(new ListDisagreements(filter));
  }

  @Get('disagreements.csv')
  @ApiOkResponse({ description: 'A line for each value.', content: { 'text/csv': { schema: { type: 'string' } } }, headers: continued })
  async exported(@Query({ schema: DisagreementExport }) filter: DisagreementFilter, @Res({ passthrough: true }) reply: FastifyReply) {
    const { items, page } = await this.queries.execute(new ListDisagreements(filter));
    reply.header('content-type', 'text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="disagreements.csv"');
    if (page.nextCursor !== null) reply.header('next-cursor', page.nextCursor);
    return csvOf(items);
  }

  @Get('disagreements/summary')
  @ApiOkResponse({ standardSchema: DisagreementSummary })
  summary(@Query({ schema: SummaryFilter }) filter: SummaryFilter) {
    return this.queries.execute(new SummariseDisagreements(filter));
  }

  @Get('reconciliation')
  @ApiOkResponse({ standardSchema: Reconciliation })
  reconciliation(@Query({ schema: ReconciliationFilter }) filter: ReconciliationFilter) {
    return this.queries.execute(new Reconcile(filter));
  }

  @Get('segments')
  @ApiOkResponse({ standardSchema: pageOf(SegmentQuality) })
  segments() {
    return this.queries.execute(new ListSegments());
  }

  @Get('checks')
  @ApiOkResponse({ standardSchema: pageOf(SegmentQuality) })
  checks(@Query({ schema: CheckFilter }) filter: CheckFilter) {
    return this.queries.execute(new ListChecks(filter));
  }

  @Post('checks')
  @Scope('ingest')
  @ApiCreatedResponse({ standardSchema: pageOf(SegmentQuality), headers: located })
  async check(@Body({ schema: Check }) body: Check, @Res({ passthrough: true }) reply: FastifyReply) {
    const day = await this.commands.execute(new CheckQuality(body?.day));
    reply.header('location', `${apiPrefix}/quality/checks?day=${day}`);
    return this.queries.execute(new ListChecks({ day, limit: 100 }));
  }
}
