import { Module } from '@nestjs/common';
import { AuditModule } from './modules/audit';
import { AuthModule } from './modules/auth';
import { BrokersModule } from './modules/brokers';
import { IngestionModule } from './modules/ingestion';
import { InstrumentsModule } from './modules/instruments';

/** The features. What they stand on is added by createServer and by the command line. */
@Module({ imports: [AuthModule, InstrumentsModule, BrokersModule, IngestionModule, AuditModule] })
export class AppModule {}
