import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { NotFound } from '../../platform/errors';
import { page, pageAmong, pageOf } from '../../platform/http/paging';
import { Scope } from '../../platform/http/route-options';
import { query } from '../../platform/http/validation';
import { Broker } from '../instruments';
import { RemoveSchedule } from './commands/remove-schedule';
import { SetSchedule } from './commands/set-schedule';
import { Plan } from './domain/schedule';
import { ListSchedules, ShownSchedule } from './queries/list-schedules';

const Pages = query({ ...page });
const Wanted = Plan.meta({ examples: [{ times: ['08:15', '08:45'] }] });

@ApiTags('schedules')
@Controller('schedules')
export class SchedulesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOperation({ summary: 'When which broker’s official file is fetched' })
  @ApiOkResponse({ standardSchema: pageOf(ShownSchedule) })
  async list(@Query({ schema: Pages }) pages: z.output<typeof Pages>) {
    return pageAmong(await this.queries.execute(new ListSchedules()), pages, ({ broker }) => broker);
  }

  @Get(':broker')
  @ApiOkResponse({ standardSchema: ShownSchedule })
  async get(@Param('broker', { schema: Broker }) broker: string) {
    const [found] = await this.queries.execute(new ListSchedules(broker));
    if (!found) throw new NotFound(`There is no schedule for ${broker}.`);
    return found;
  }

  @Put(':broker')
  @Scope('ingest')
  @HttpCode(204)
  @ApiOperation({ summary: 'Fetch a broker’s official file at these times of every trading day' })
  @ApiNoContentResponse()
  async set(@Param('broker', { schema: Broker }) broker: string, @Body({ schema: Wanted }) plan: Plan) {
    await this.commands.execute(new SetSchedule(broker, plan));
  }

  @Delete(':broker')
  @Scope('ingest')
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@Param('broker', { schema: Broker }) broker: string) {
    await this.commands.execute(new RemoveSchedule(broker));
  }
}
