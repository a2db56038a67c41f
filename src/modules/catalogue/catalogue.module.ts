import { Module } from '@nestjs/common';
import { InstrumentsModule } from '../instruments';
import { LiveCatalogue } from './live-catalogue';

@Module({
  imports: [InstrumentsModule],
  providers: [LiveCatalogue],
  exports: [LiveCatalogue],
})
export class CatalogueModule {}
