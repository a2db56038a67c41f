import { text } from 'node:stream/consumers';
import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Route } from '../../platform/http/route-options';
import { query } from '../../platform/http/validation';
import { LoadCalendar } from './commands/load-calendar';
import { yearOf } from './domain/calendar';
import { Venue } from './domain/venue';
import { readHolidayList } from './holiday-list';
import { GetCalendar, ShownCalendar } from './queries/get-calendar';

const maxBytes = 256 * 1024;
const Year = query({ year: z.coerce.number('Give a year such as 2026.').int().min(1990).max(2099).optional() });
const How = query({ contradictions: z.enum(['refuse', 'accept']).default('refuse') });
const Loaded = z
  .object({ venue: Venue, years: z.array(z.int()), days: z.int(), contradictions: z.int() })
  .meta({ examples: [{ venue: 'NSE', years: [2026], days: 16, contradictions: 0 }] });

@ApiTags('calendar')
@Controller('calendar')
export class CalendarController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get(':venue')
  @ApiOperation({ summary: 'Days of a year on which a venue departs from its week' })
  @ApiOkResponse({ standardSchema: ShownCalendar })
  get(@Param('venue', { schema: Venue }) venue: Venue, @Query({ schema: Year }) { year }: z.output<typeof Year>) {
    return this.queries.execute(new GetCalendar(venue, year));
  }

  @Post(':venue')
  @HttpCode(200)
  @Route({ scope: 'ingest', upload: { maxBytes } })
  @ApiOperation({ summary: 'Load a list of days (CSV: day,name[,open,close]); it replaces what was known of its years' })
  @ApiOkResponse({ standardSchema: Loaded })
  async load(
    @Param('venue', { schema: Venue }) venue: Venue,
    @Query({ schema: How }) how: z.output<typeof How>,
    @Req() request: FastifyRequest,
  ): Promise<z.infer<typeof Loaded>> {
    // An upload route is given its body as a stream that nobody has read.
    const days = readHolidayList(request.body ? await text(request.body as AsyncIterable<Buffer>) : '');
    const { contradictions } = await this.commands.execute(new LoadCalendar(venue, days, how.contradictions === 'accept'));
    return { venue, years: [...new Set(days.map(({ day }) => yearOf(day)))].sort((a, b) => a - b), days: days.length, contradictions };
  }
}
