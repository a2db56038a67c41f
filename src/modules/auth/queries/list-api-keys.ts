import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { ApiKeyGetPayload } from '../../../generated/prisma/models';
import { Prisma } from '../../../platform/database/prisma';
import { decodeCursor, pageFrom, type Page } from '../../../platform/http/paging';
import { Grant } from '../domain/api-key';

const Time = z.iso.datetime();

export const keyExample = {
  id: '0198a1b2-5555-7e5f-8a6b-9c0d1e2f3a4b',
  name: 'order service',
  scopes: ['read' as const],
  expiresAt: null,
  rateLimitPerMinute: 60_000,
  burst: null,
  allowedIps: null,
  prefix: 'irk_dev_4fQ9zA',
  status: 'active' as const,
  createdAt: '2026-01-07T03:00:00.000Z',
  createdBy: 'key:bootstrap',
  revokedAt: null,
  overlapUntil: null,
  lastUsedAt: '2026-01-07T03:10:00.000Z',
};

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
}).meta({ examples: [keyExample] });
export type ShownKey = z.infer<typeof ShownKey>;

/** All keys, newest first; or the one with this id. */
export class ListApiKeys extends Query<Page<ShownKey>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined; readonly id?: string | undefined }) {
    super();
  }
}

@QueryHandler(ListApiKeys)
export class ListApiKeysHandler implements IQueryHandler<ListApiKeys> {
  constructor(private readonly prisma: Prisma) {}

  async execute({ filter: { limit, cursor, id } }: ListApiKeys) {
    const before = cursor === undefined ? undefined : decodeCursor(z.tuple([z.uuid()]), cursor)[0];
    const keys = await this.prisma.apiKey.findMany({
      where: { AND: [id === undefined ? {} : { id }, before === undefined ? {} : { id: { lt: before } }] },
      include: { secrets: { select: { lastUsedAt: true } } },
      orderBy: { id: 'desc' },
      take: limit + 1,
    });
    const now = new Date();
    return pageFrom(
      keys.map((key) => shown(key, now)),
      limit,
      (last) => [last.id],
    );
  }
}

function shown({ secrets, ...key }: ApiKeyGetPayload<{ include: { secrets: { select: { lastUsedAt: true } } } }>, now: Date): ShownKey {
  const lastUsed = Math.max(...secrets.map(({ lastUsedAt }) => lastUsedAt?.getTime() ?? 0));
  return ShownKey.parse({
    ...key,
    status: key.revokedAt ? 'revoked' : key.expiresAt && key.expiresAt <= now ? 'expired' : 'active',
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    // Prisma shows no list as an empty one, and no key has an empty one.
    allowedIps: key.allowedIps.length > 0 ? key.allowedIps : null,
    overlapUntil: key.overlapUntil && key.overlapUntil > now ? key.overlapUntil.toISOString() : null,
    lastUsedAt: lastUsed > 0 ? new Date(lastUsed).toISOString() : null,
  });
}
