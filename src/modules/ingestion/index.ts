// What other modules may use. Everything else in this folder is private.
export { IngestionModule } from './ingestion.module';
export { LoadSample } from './load-sample';
export { QueueIngestion } from './commands/queue-ingestion';
export { Priority, usualPriority } from './domain/run';
export { ingestionRunReadModel } from './runs';
export { Sources } from './sources';
// How files are read, for other kinds of files.
export { csvLines, misfit, readHeader } from './adapters/csv';
export type { Line } from './adapters/csv';
export { writtenDay } from './adapters/adapter';
export { UnusableFile } from './domain/dump-row';
export type { RejectedRow } from './domain/dump-row';
export { dumpLimits, openDump } from './files/open-dump';
