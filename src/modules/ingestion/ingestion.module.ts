import { Module } from '@nestjs/common';
import { InstrumentsModule } from '../instruments';
import { ApproveIngestionHandler } from './commands/approve-ingestion';
import { CancelIngestionHandler } from './commands/cancel-ingestion';
import { QueueIngestionHandler } from './commands/queue-ingestion';
import { RejectIngestionHandler } from './commands/reject-ingestion';
import { DelistDropped } from './delist-dropped';
import { ExpireInstruments } from './expire-instruments';
import { GateLimits } from './gate-limits';
import { Ingest } from './ingest';
import { IngestionController } from './ingestion.controller';
import { Judging } from './judging';
import { KnownDays } from './known-days';
import { LoadSample } from './load-sample';
import { DiffDaysHandler } from './queries/diff-days';
import { GetIngestionHandler } from './queries/get-ingestion';
import { ListChangesHandler } from './queries/list-changes';
import { ListIngestionsHandler } from './queries/list-ingestions';
import { ListRejectsHandler } from './queries/list-rejects';
import { PendingChanges } from './pending-changes';
import { PublishedBefore } from './published-before';
import { Publishing } from './publishing';
import { Reading } from './reading';
import { Results } from './results';
import { RunFiles } from './run-files';
import { Runner } from './runner';
import { IngestionRuns } from './runs';
import { Sources } from './sources';

@Module({
  imports: [InstrumentsModule],
  controllers: [IngestionController],
  providers: [
    IngestionRuns,
    RunFiles,
    Sources,
    DelistDropped,
    ExpireInstruments,
    PublishedBefore,
    KnownDays,
    GateLimits,
    Judging,
    PendingChanges,
    Publishing,
    Reading,
    Results,
    Ingest,
    Runner,
    LoadSample,
    QueueIngestionHandler,
    CancelIngestionHandler,
    ApproveIngestionHandler,
    RejectIngestionHandler,
    GetIngestionHandler,
    ListIngestionsHandler,
    ListRejectsHandler,
    ListChangesHandler,
    DiffDaysHandler,
  ],
  exports: [Sources],
})
export class IngestionModule {}
