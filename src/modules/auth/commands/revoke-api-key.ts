import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiKeys } from '../api-keys';
import { revoke } from '../domain/api-key';
import { KeyAuthenticator } from '../key-authenticator';

export class RevokeApiKey extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RevokeApiKey)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKey> {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly authenticator: KeyAuthenticator,
  ) {}

  async execute({ id }: RevokeApiKey) {
    await this.apiKeys.change(id, (key) => revoke(key, new Date()));
    this.authenticator.forget();
  }
}
