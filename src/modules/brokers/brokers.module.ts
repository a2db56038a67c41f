import { Module } from '@nestjs/common';
import { CalendarModule } from '../calendar';
import { InstrumentsModule } from '../instruments';
import { BrokerMetrics } from './broker-metrics';
import { BrokersController } from './brokers.controller';
import { DumpHealth } from './dump-health';
import { LastRuns } from './last-runs';
import { GetBrokerTokenHandler } from './queries/get-broker-token';
import { GetInstrumentOfTokenHandler } from './queries/get-instrument-of-token';
import { ListBrokersHandler } from './queries/list-brokers';

@Module({
  imports: [InstrumentsModule, CalendarModule],
  controllers: [BrokersController],
  providers: [LastRuns, DumpHealth, BrokerMetrics, ListBrokersHandler, GetBrokerTokenHandler, GetInstrumentOfTokenHandler],
  exports: [LastRuns],
})
export class BrokersModule {}
