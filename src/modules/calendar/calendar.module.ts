import { Module } from '@nestjs/common';
import { InstrumentsModule } from '../instruments';
import { CalendarController } from './calendar.controller';
import { Calendars } from './calendars';
import { LoadCalendarHandler } from './commands/load-calendar';
import { GetCalendarHandler } from './queries/get-calendar';

@Module({
  imports: [InstrumentsModule],
  controllers: [CalendarController],
  providers: [Calendars, LoadCalendarHandler, GetCalendarHandler],
  exports: [Calendars],
})
export class CalendarModule {}
