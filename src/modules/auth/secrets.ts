import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import type { Secret } from './domain/api-key';
import { keyText, prefixOf } from './domain/key-text';

/** Makes secrets, and keeps only what they can be recognised by. */
@Injectable()
export class Secrets {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  hash(key: string): Buffer {
    return createHmac('sha256', this.config.keyPepper ?? '')
      .update(key)
      .digest();
  }

  /** A new key and the row that recognises it. The row means nothing until the key's stream names it. */
  async make(keyId: string): Promise<{ readonly key: string; readonly secret: Secret }> {
    const key = keyText(this.config.environment, randomBytes(21));
    const secret = uuidv7();
    await this.database.query({
      text: 'INSERT INTO registry.api_key_secrets (id, key_id, hash) VALUES ($1, $2, $3)',
      values: [secret, keyId, this.hash(key)],
    });
    return { key, secret: { secret, prefix: prefixOf(key) } };
  }
}
