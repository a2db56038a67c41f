import { Module } from '@nestjs/common';
import { HotAnswers } from './hot-answers';
import { InstrumentsModule } from '../instruments';
import { LiveCatalogue } from './live-catalogue';

@Module({
  imports: [InstrumentsModule],
  providers: [LiveCatalogue, HotAnswers],
  exports: [LiveCatalogue],
})
export class CatalogueModule {}
