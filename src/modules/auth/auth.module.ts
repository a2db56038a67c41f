import { Global, Module } from '@nestjs/common';
import { Authenticator } from '../../platform/http/caller';
import { ApiKeys } from './api-keys';
import { ApiKeysController } from './api-keys.controller';
import { CreateApiKeyHandler } from './commands/create-api-key';
import { RevokeApiKeyHandler } from './commands/revoke-api-key';
import { RotateApiKeyHandler } from './commands/rotate-api-key';
import { FirstKey } from './first-key';
import { KeyAuthenticator } from './key-authenticator';
import { ListApiKeysHandler } from './queries/list-api-keys';
import { Secrets } from './secrets';

@Global()
@Module({
  controllers: [ApiKeysController],
  providers: [
    ApiKeys,
    Secrets,
    FirstKey,
    CreateApiKeyHandler,
    RotateApiKeyHandler,
    RevokeApiKeyHandler,
    ListApiKeysHandler,
    KeyAuthenticator,
    { provide: Authenticator, useExisting: KeyAuthenticator },
  ],
  exports: [Authenticator, FirstKey],
})
export class AuthModule {}
