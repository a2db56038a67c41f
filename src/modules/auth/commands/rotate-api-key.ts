import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApiKeys } from '../api-keys';
import { rotate } from '../domain/api-key';
import { KeyAuthenticator } from '../key-authenticator';
import { Secrets } from '../secrets';
import type { NewKey } from './create-api-key';

export class RotateApiKey extends Command<NewKey> {
  constructor(
    readonly id: string,
    readonly overlapSeconds: number,
  ) {
    super();
  }
}

@CommandHandler(RotateApiKey)
export class RotateApiKeyHandler implements ICommandHandler<RotateApiKey> {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly secrets: Secrets,
    private readonly authenticator: KeyAuthenticator,
  ) {}

  async execute({ id, overlapSeconds }: RotateApiKey) {
    const { key, secret } = await this.secrets.make(id);
    await this.apiKeys.change(id, (state) => rotate(state, secret, overlapSeconds, new Date()));
    this.authenticator.forget();
    return { id, key };
  }
}
