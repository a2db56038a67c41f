// What other modules may use. Everything else in this folder is private.
export { IngestionModule } from './ingestion.module';
export { LoadSample } from './load-sample';
export { ingestionRunReadModel } from './runs';
