import { Module } from '@nestjs/common';
import { AuditModule } from './modules/audit';
import { AuthModule } from './modules/auth';
import { BrokersModule } from './modules/brokers';
import { CalendarModule } from './modules/calendar';
import { CatalogueModule } from './modules/catalogue';
import { IngestionModule } from './modules/ingestion';
import { InstrumentsModule } from './modules/instruments';
import { QualityModule } from './modules/quality';
import { SchedulesModule } from './modules/schedules';
import { ReferenceModule } from './modules/reference';

/** The features. What they stand on is added by createServer and by the command line. */
@Module({
  imports: [
    AuthModule,
    InstrumentsModule,
    CalendarModule,
    BrokersModule,
    CatalogueModule,
    IngestionModule,
    SchedulesModule,
    ReferenceModule,
    QualityModule,
    AuditModule,
  ],
})
export class AppModule {}
