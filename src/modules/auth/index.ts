// What other modules and the program may use. Everything else in this folder is private.
export { AuthModule } from './auth.module';
export { FirstKey } from './first-key';
export { apiKeyReadModel } from './api-keys';
