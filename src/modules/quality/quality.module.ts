import { Module } from '@nestjs/common';
import { BrokersModule } from '../brokers';
import { InstrumentsModule } from '../instruments';
import { CheckQualityHandler } from './commands/check-quality';
import { DailyCheck } from './daily-check';
import { Measure } from './measure';
import { QualityController } from './quality.controller';
import { GetSurvivorshipHandler } from './queries/get-survivorship';
import { ListChecksHandler, ListSegmentsHandler } from './queries/list-checks';
import { ListDisagreementsHandler } from './queries/list-disagreements';
import { ReconcileHandler } from './queries/reconcile';
import { SummariseDisagreementsHandler } from './queries/summarise-disagreements';

@Module({
  imports: [InstrumentsModule, BrokersModule],
  controllers: [QualityController],
  providers: [
    Measure,
    DailyCheck,
    CheckQualityHandler,
    GetSurvivorshipHandler,
    ListDisagreementsHandler,
    SummariseDisagreementsHandler,
    ReconcileHandler,
    ListChecksHandler,
    ListSegmentsHandler,
  ],
})
export class QualityModule {}
