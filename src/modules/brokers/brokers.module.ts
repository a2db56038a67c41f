import { Module } from '@nestjs/common';
import { InstrumentsModule } from '../instruments';
import { BrokerMetrics } from './broker-metrics';
import { BrokersController } from './brokers.controller';
import { GetBrokerTokenHandler } from './queries/get-broker-token';
import { GetInstrumentOfTokenHandler } from './queries/get-instrument-of-token';
import { ListBrokersHandler } from './queries/list-brokers';

@Module({
  imports: [InstrumentsModule],
  controllers: [BrokersController],
  providers: [BrokerMetrics, ListBrokersHandler, GetBrokerTokenHandler, GetInstrumentOfTokenHandler],
})
export class BrokersModule {}
