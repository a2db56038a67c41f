import { Redis } from 'ioredis';
import { CannotStart } from './cannot-start';

/**
 * Says why Redis cannot be used, or nothing. A Redis that is away is no reason not to start (rate limits fall back to memory, delivery waits);
 * a wrong password will not mend itself and is one.
 */
export async function checkRedis(url: string): Promise<string | undefined> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 3_000, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let failure: Error | undefined;
  redis.on('error', (error: Error) => (failure = error));
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } catch (error) {
    const { hostname, port } = new URL(url);
    const reason = (failure ?? error) as Error;
    if (/WRONGPASS|NOAUTH|NOPERM|invalid password/.test(reason.message)) {
      throw new CannotStart(`Redis at ${hostname}:${port || 6379} refuses the user or its password: check REDIS_URL.`, { cause: error });
    }
    return `Redis at ${hostname}:${port || 6379} cannot be reached (${reason.message}): starting without it, check REDIS_URL.`;
  } finally {
    redis.disconnect();
  }
}
