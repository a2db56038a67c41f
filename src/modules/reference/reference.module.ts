import { Module } from '@nestjs/common';
import { InstrumentsModule } from '../instruments';
import { LoadReferenceFileHandler } from './commands/load-reference-file';
import { Effects } from './effects';
import { Facts } from './facts';
import { ListIndexMembersHandler } from './queries/list-index-members';
import { ListLotDisagreementsHandler } from './queries/list-lot-disagreements';
import { ListLotsHandler } from './queries/list-lots';
import { ListMembershipsHandler } from './queries/list-memberships';
import { ListReferenceListsHandler } from './queries/list-reference-lists';
import { GetVenueHandler, ListVenuesHandler } from './queries/venues';
import { ReferenceController } from './reference.controller';
import { ReferenceLists } from './reference-lists';

@Module({
  imports: [InstrumentsModule],
  controllers: [ReferenceController],
  providers: [
    ReferenceLists,
    Facts,
    Effects,
    LoadReferenceFileHandler,
    ListReferenceListsHandler,
    ListLotsHandler,
    ListLotDisagreementsHandler,
    ListIndexMembersHandler,
    ListMembershipsHandler,
    ListVenuesHandler,
    GetVenueHandler,
  ],
})
export class ReferenceModule {}
