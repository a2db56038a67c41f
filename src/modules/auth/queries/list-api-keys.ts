import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Database } from '../../../platform/database/database';
import { decodeCursor, pageFrom, type Page } from '../../../platform/http/paging';
import { Grant } from '../domain/api-key';

const Time = z.iso.datetime();

/** A key without its secret. */
export const ShownKey = Grant.extend({
  id: z.uuid(),
  prefix: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  createdAt: Time,
  createdBy: z.string(),
  revokedAt: Time.nullable(),
  /** Until then the secret before the last rotation is good too. */
  overlapUntil: Time.nullable(),
  /** To the minute. */
  lastUsedAt: Time.nullable(),
});
export type ShownKey = z.infer<typeof ShownKey>;

const columns = `k.id, k.name, k.prefix, k.scopes, k.expires_at AS "expiresAt", k.rate_limit_per_minute AS "rateLimitPerMinute", k.burst,
  k.allowed_ips AS "allowedIps", k.created_at AS "createdAt", k.created_by AS "createdBy", k.revoked_at AS "revokedAt",
  CASE WHEN k.overlap_until > now() THEN k.overlap_until END AS "overlapUntil",
  CASE WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.expires_at <= now() THEN 'expired' ELSE 'active' END AS status,
  (SELECT max(s.last_used_at) FROM registry.api_key_secrets s WHERE s.key_id = k.id) AS "lastUsedAt"`;

/** All keys, newest first; or the one with this id. */
export class ListApiKeys extends Query<Page<ShownKey>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined; readonly id?: string | undefined }) {
    super();
  }
}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor, id } }: ListApiKeys) {
    const [before] = cursor === undefined ? [null] : decodeCursor(z.tuple([z.uuid()]), cursor);
    const rows = await this.database.query<Record<keyof ShownKey, unknown>>({
      name: 'list-api-keys',
      text: `SELECT ${columns} FROM registry.api_keys k
             WHERE ($1::uuid IS NULL OR k.id < $1) AND ($2::uuid IS NULL OR k.id = $2) ORDER BY k.id DESC LIMIT $3`,
      values: [before, id ?? null, limit + 1],
    });
    return pageFrom(rows.map(shown), limit, (last) => [last.id]);
  }
}

const shown = (row: Record<keyof ShownKey, unknown>) =>
  ShownKey.parse(
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value])),
  );
