import { specificationFor } from '../../../../test/support/specification';
import { Invalid, NotFound, Refused } from '../../../platform/errors';
import { apiKey, create, revoke, rotate, type ApiKey, type ApiKeyEvent, type Grant } from './api-key';

const given = specificationFor(apiKey);
const now = new Date('2026-01-07T10:00:00Z');
const grant: Grant = { name: 'orders', scopes: ['read'], expiresAt: null, rateLimitPerMinute: null, burst: null, allowedIps: null };
const first = { secret: '0192f0c1-0000-7000-8000-000000000001', prefix: 'irk_dev_abc' };
const second = { secret: '0192f0c1-0000-7000-8000-000000000002', prefix: 'irk_dev_xyz' };
const created: ApiKeyEvent = { type: 'ApiKeyCreated', data: { ...grant, ...first, createdAt: now.toISOString(), createdBy: 'key:1' } };
const revoked: ApiKeyEvent = { type: 'ApiKeyRevoked', data: { revokedAt: now.toISOString() } };

describe('creating a key', () => {
  const createIt = (key: ApiKey) => create(key, grant, first, 'key:1', now);

  it('records what it may do, and who made it', () => given().when(createIt).then(created));
  it('happens once', () => given(created).when(createIt).thenThrows(Refused));
  it('refuses one that has expired already', () =>
    given()
      .when((key) => create(key, { ...grant, expiresAt: '2026-01-07T15:30:00+05:30' }, first, 'key:1', now))
      .thenThrows(Invalid));
});

describe('rotating a key', () => {
  const rotateIt = (key: ApiKey) => rotate(key, second, 60, now);

  it('keeps the old secret for the overlap', () =>
    given(created)
      .when(rotateIt)
      .then({ type: 'ApiKeyRotated', data: { ...second, overlapUntil: '2026-01-07T10:01:00.000Z' } }));
  it('refuses a revoked one', () => given(created, revoked).when(rotateIt).thenThrows(Refused));
  it('does not know one that was never made', () => given().when(rotateIt).thenThrows(NotFound));
});

describe('revoking a key', () => {
  const revokeIt = (key: ApiKey) => revoke(key, now);

  it('ends it', () => given(created).when(revokeIt).then(revoked));
  it('does nothing the second time', () => given(created, revoked).when(revokeIt).thenNothing());
  it('does not know one that was never made', () => given().when(revokeIt).thenThrows(NotFound));
});
