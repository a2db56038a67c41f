import { z } from 'zod';
import { Invalid, NotFound, Refused } from '../../../platform/errors';
import type { Decider, EventOf } from '../../../platform/event-store/decider';

export const Scope = z.enum(['read', 'write', 'ingest', 'plan', 'admin']);
export type Scope = z.infer<typeof Scope>;

/** What a key may do, and how much of it. */
export const Grant = z.object({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1).max(5),
  expiresAt: z.iso.datetime({ offset: true }).nullable(),
  /** Null: the service's own. */
  rateLimitPerMinute: z.int().min(1).max(10_000_000).nullable(),
  burst: z.int().min(0).max(10_000_000).nullable(),
  /** Addresses and ranges such as 10.0.0.0/8; null: any. */
  allowedIps: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .min(1)
    .max(100)
    .nullable(),
});
export type Grant = z.infer<typeof Grant>;

/** Names the row that holds the hash; the secret itself is nowhere. */
const Secret = z.object({ secret: z.uuid(), prefix: z.string() });
export type Secret = z.infer<typeof Secret>;

const Time = z.iso.datetime();

export const apiKeyEvents = {
  ApiKeyCreated: Grant.extend({ ...Secret.shape, createdAt: Time, createdBy: z.string() }),
  ApiKeyRotated: Secret.extend({ overlapUntil: Time }),
  ApiKeyRevoked: z.object({ revokedAt: Time }),
};
export type ApiKeyEvent = EventOf<typeof apiKeyEvents>;

type Known = Grant &
  Secret & {
    readonly createdAt: string;
    readonly createdBy: string;
    readonly previous: { readonly secret: string; readonly until: string } | null;
  };
export type ApiKey =
  | { readonly status: 'unknown' }
  | (Known & { readonly status: 'active' })
  | (Known & { readonly status: 'revoked'; readonly revokedAt: string });

export const apiKey: Decider<ApiKey, ApiKeyEvent> = {
  category: 'api_key',
  initial: { status: 'unknown' },
  evolve(state, event) {
    switch (event.type) {
      case 'ApiKeyCreated':
        return { ...event.data, status: 'active', previous: null };
      case 'ApiKeyRotated': {
        if (state.status === 'unknown') return state;
        const { secret, prefix, overlapUntil } = event.data;
        return { ...state, secret, prefix, previous: { secret: state.secret, until: overlapUntil } };
      }
      case 'ApiKeyRevoked':
        return state.status === 'unknown' ? state : { ...state, status: 'revoked', revokedAt: event.data.revokedAt };
    }
  },
};

export function create(key: ApiKey, grant: Grant, secret: Secret, by: string, now: Date): ApiKeyEvent[] {
  if (key.status !== 'unknown') throw new Refused('This key exists already.');
  if (grant.expiresAt !== null && new Date(grant.expiresAt) <= now) throw expired();
  return [{ type: 'ApiKeyCreated', data: { ...grant, ...secret, createdAt: now.toISOString(), createdBy: by } }];
}

function expired(): Invalid {
  const message = 'This time has passed. Give one that is still to come, or null for a key without end.';
  return new Invalid(`expiresAt: ${message}`, [{ path: 'expiresAt', message }]);
}

/** The new secret is good at once, the one before it until the overlap ends; one before that no more. */
export function rotate(key: ApiKey, secret: Secret, overlapSeconds: number, now: Date): ApiKeyEvent[] {
  switch (key.status) {
    case 'unknown':
      throw new NotFound('There is no such key.');
    case 'revoked':
      throw new Refused('This key is revoked.');
    case 'active':
      return [{ type: 'ApiKeyRotated', data: { ...secret, overlapUntil: new Date(now.getTime() + overlapSeconds * 1000).toISOString() } }];
  }
}

export function revoke(key: ApiKey, now: Date): ApiKeyEvent[] {
  switch (key.status) {
    case 'unknown':
      throw new NotFound('There is no such key.');
    case 'revoked':
      return [];
    case 'active':
      return [{ type: 'ApiKeyRevoked', data: { revokedAt: now.toISOString() } }];
  }
}
