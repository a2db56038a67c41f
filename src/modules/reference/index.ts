// What other modules may use. Everything else in this folder is private.
export { ReferenceModule } from './reference.module';
export { referenceList } from './domain/reference-list';
export { referenceTables } from './tables';
