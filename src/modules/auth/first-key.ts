import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Config } from '../../platform/config';
import { withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { Refused } from '../../platform/errors';
import { WrongExpectedVersion } from '../../platform/event-store/event-store';
import { CreateApiKey } from './commands/create-api-key';

/** Always the same, so that of several first starts at once only one makes it. */
const id = '01900000-0000-7000-8000-000000000001';

/** Without a key nobody could make the first one. */
@Injectable()
export class FirstKey {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly commands: CommandBus,
  ) {}

  /** A key that may do everything, when there has never been one and none came with the environment; shown this once. */
  async make(): Promise<string | null> {
    if (this.config.bootstrapApiKey) return null;
    const rows = await this.database.query({ text: 'SELECT 1 FROM registry.api_keys LIMIT 1' });
    if (rows.length > 0) return null;
    const grant = {
      name: 'first key',
      scopes: ['admin' as const],
      expiresAt: null,
      rateLimitPerMinute: null,
      burst: null,
      allowedIps: null,
    };
    try {
      const { key } = await withContext({ correlationId: 'first-start', actor: 'system:start' }, () =>
        this.commands.execute(new CreateApiKey(grant, id)),
      );
      return key;
    } catch (error) {
      if (error instanceof Refused || error instanceof WrongExpectedVersion) return null;
      throw error;
    }
  }
}
