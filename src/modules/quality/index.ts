// What other modules may use. Everything else in this folder is private.
export { QualityModule } from './quality.module';
