import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { currentContext } from '../../../platform/context';
import { ApiKeys } from '../api-keys';
import { create, type Grant } from '../domain/api-key';
import { Secrets } from '../secrets';

/** The key is in the result and nowhere else. */
export type NewKey = { readonly id: string; readonly key: string };

export class CreateApiKey extends Command<NewKey> {
  constructor(
    readonly grant: Grant,
    readonly id: string = uuidv7(),
  ) {
    super();
  }
}

@CommandHandler(CreateApiKey)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKey> {
  constructor(
    private readonly apiKeys: ApiKeys,
    private readonly secrets: Secrets,
  ) {}

  async execute({ grant, id }: CreateApiKey) {
    const { key, secret } = await this.secrets.make(id);
    await this.apiKeys.change(id, (state) => create(state, grant, secret, currentContext().actor, new Date()));
    return { id, key };
  }
}
