import type { Table } from '../../platform/event-store/table';
import type { ApiKey } from './domain/api-key';

/** PostgreSQL's text form of an array; the words in it need no quotes. */
const array = (words: readonly string[] | null) => words && `{${words.join(',')}}`;

export const apiKeysTable: Table<ApiKey> = {
  name: 'registry.api_keys',
  columns: [
    'id',
    'version',
    'name',
    'prefix',
    'scopes',
    'secret',
    'previous_secret',
    'overlap_until',
    'created_at',
    'created_by',
    'expires_at',
    'revoked_at',
    'rate_limit_per_minute',
    'burst',
    'allowed_ips',
  ],
  key: ['id'],
  rows: (id, version, key) =>
    key.status === 'unknown'
      ? []
      : [
          {
            id,
            version,
            name: key.name,
            prefix: key.prefix,
            scopes: array(key.scopes),
            secret: key.secret,
            previous_secret: key.previous?.secret ?? null,
            overlap_until: key.previous?.until ?? null,
            created_at: key.createdAt,
            created_by: key.createdBy,
            expires_at: key.expiresAt,
            revoked_at: key.status === 'revoked' ? key.revokedAt : null,
            rate_limit_per_minute: key.rateLimitPerMinute,
            burst: key.burst,
            allowed_ips: array(key.allowedIps),
          },
        ],
};
