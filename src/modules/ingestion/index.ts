// What other modules may use. Everything else in this folder is private.
export { IngestionModule } from './ingestion.module';
export { LoadSample } from './load-sample';
export { QueueIngestion } from './commands/queue-ingestion';
export { Priority, usualPriority } from './domain/run';
export { ingestionRunReadModel } from './runs';
export { Sources } from './sources';
