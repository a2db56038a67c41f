import { Module } from '@nestjs/common';
import { CalendarModule } from '../calendar';
import { IngestionModule } from '../ingestion';
import { RemoveScheduleHandler } from './commands/remove-schedule';
import { SetScheduleHandler } from './commands/set-schedule';
import { ListSchedulesHandler } from './queries/list-schedules';
import { Scheduler } from './scheduler';
import { Schedules } from './schedules';
import { SchedulesController } from './schedules.controller';

@Module({
  imports: [CalendarModule, IngestionModule],
  controllers: [SchedulesController],
  providers: [Schedules, Scheduler, SetScheduleHandler, RemoveScheduleHandler, ListSchedulesHandler],
})
export class SchedulesModule {}
