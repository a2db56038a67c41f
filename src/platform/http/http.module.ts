import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { Config } from '../config';
import type { Caller } from './caller';
import { Redis, dependencyUp } from '../redis';
import { HotRoutes } from './hot-routes';
import { Idempotency } from './idempotency';
import { LogPositions } from './log-positions';
import { RawRoutes } from './openapi';
import { Positions } from './position';
import { ProblemFilter } from './problem.filter';
import { RateLimiter } from './rate-limiter';
import { RateLimits } from './rate-limits';
import { RedisWindows } from './redis-windows';
import { LimiterStorage } from './throttler-storage';
import { validationPipe } from './validation';

const limiter = {
  provide: RateLimiter,
  inject: [Redis],
  useFactory: ({ client }: Redis) =>
    new RateLimiter(new RedisWindows(client), (away) => dependencyUp.set({ dependency: 'redis' }, away ? 0 : 1)),
};

@Global()
@Module({ providers: [limiter], exports: [RateLimiter] })
class Limiting {}

@Global()
@Module({
  imports: [
    Limiting,
    ThrottlerModule.forRootAsync({
      inject: [RateLimiter, Config],
      useFactory: (limiter: RateLimiter, { rateLimitPerMinute }: Config) => ({
        throttlers: [{ ttl: 60_000, limit: rateLimitPerMinute }],
        // By key, as everywhere; the guard knows requests as records.
        getTracker: ({ caller, ip }) => (caller as Caller | null)?.id ?? String(ip),
        storage: new LimiterStorage(limiter),
      }),
    }),
  ],
  providers: [
    Idempotency,
    RateLimits,
    RawRoutes,
    HotRoutes,
    { provide: Positions, useClass: LogPositions },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useFactory: validationPipe },
  ],
  exports: [Idempotency, RateLimits, RawRoutes, HotRoutes, Positions, ThrottlerModule],
})
export class HttpModule {}
