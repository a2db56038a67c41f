// What other modules may use. Everything else in this folder is private.
export { CatalogueModule } from './catalogue.module';
export { LiveCatalogue } from './live-catalogue';
export type { View } from './live-catalogue';
export { Catalogue } from './domain/catalogue';
export { matchesOf } from './domain/matches';
