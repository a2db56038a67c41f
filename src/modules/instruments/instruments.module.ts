import { Module } from '@nestjs/common';
import { AdjustInstrumentHandler } from './commands/adjust-instrument';
import { AmendInstrumentHandler } from './commands/amend-instrument';
import { DelistInstrumentHandler } from './commands/delist-instrument';
import { InstrumentChange } from './commands/instrument-change';
import { RegisterInstrumentHandler } from './commands/register-instrument';
import { RenameInstrumentHandler } from './commands/rename-instrument';
import { ResumeInstrumentHandler } from './commands/resume-instrument';
import { SuspendInstrumentHandler } from './commands/suspend-instrument';
import { Instruments } from './instruments';
import { InstrumentsController } from './instruments.controller';
import { MarketClock } from './market-clock';
import { Moments } from './moments';
import { ContractsOn } from './queries/contracts-on';
import { GetInstrumentHandler } from './queries/get-instrument';
import { GetOptionChainHandler } from './queries/get-option-chain';
import { GetSnapshotHandler } from './queries/get-snapshot';
import { ListEventsHandler } from './queries/list-events';
import { ListExpiriesHandler } from './queries/list-expiries';
import { ListInstrumentsHandler } from './queries/list-instruments';
import { ListTermsHandler } from './queries/list-terms';
import { ResolveHandler } from './queries/resolve';
import { ResolveManyHandler } from './queries/resolve-many';
import { Resolver } from './queries/resolver';
import { Snapshots } from './queries/snapshots';
import { ResolveController } from './resolve.controller';
import { UnderlyingsController } from './underlyings.controller';

@Module({
  controllers: [InstrumentsController, ResolveController, UnderlyingsController],
  providers: [
    Instruments,
    MarketClock,
    Moments,
    Snapshots,
    Resolver,
    ContractsOn,
    InstrumentChange,
    RegisterInstrumentHandler,
    AmendInstrumentHandler,
    RenameInstrumentHandler,
    AdjustInstrumentHandler,
    SuspendInstrumentHandler,
    ResumeInstrumentHandler,
    DelistInstrumentHandler,
    GetSnapshotHandler,
    GetInstrumentHandler,
    ListInstrumentsHandler,
    ListEventsHandler,
    ListTermsHandler,
    ListExpiriesHandler,
    GetOptionChainHandler,
    ResolveHandler,
    ResolveManyHandler,
  ],
  exports: [Instruments, MarketClock, Moments, Resolver],
})
export class InstrumentsModule {}
