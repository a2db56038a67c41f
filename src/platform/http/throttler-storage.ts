import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RateLimiter } from './rate-limiter';

/** The platform's limiter behind @nestjs/throttler, for controllers that put a narrower budget on a route by its guard (docs/adr/0005). */
export class LimiterStorage implements ThrottlerStorage {
  constructor(private readonly limiter: RateLimiter) {}

  async increment(key: string, ttl: number, limit: number, _blockDuration: number, throttler: string) {
    const { allowed, remaining, freeInMs } = await this.limiter.take(`${throttler}:${key}`, { limit, burst: 0, windowMs: ttl });
    const seconds = Math.ceil(freeInMs / 1000);
    return { totalHits: allowed ? limit - remaining : limit + 1, timeToExpire: seconds, isBlocked: !allowed, timeToBlockExpire: seconds };
  }
}
