import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config';
import { rateLimited } from '../observability/http-metrics';
import type { Caller } from './caller';
import { RateLimiter, type Budget, type Verdict } from './rate-limiter';
import { TooManyRequests } from './refusals';

/** Who may ask how often, what they are told, and what happens beyond. The one place where requests are counted. */
@Injectable()
export class RateLimits {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {}

  /**
   * One unit of the caller's budget, with the headers that say what is left; undefined when it was there at once.
   * @throws TooManyRequests
   */
  spend(_request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<void> | undefined {
    const budget = this.budgetOf(caller);
    const verdict = this.limiter.take(`key:${caller.id}`, budget);
    if (verdict instanceof Promise) return verdict.then((late) => this.settle(reply, budget, late));
    this.settle(reply, budget, verdict);
    return undefined;
  }

  /** One unit of the address's budget for wrong keys. @throws TooManyRequests */
  async refuse(request: FastifyRequest): Promise<void> {
    const verdict = await this.limiter.take(`refused:${request.ip}`, this.budgetOf());
    if (verdict.allowed) return;
    rateLimited.inc({ budget: 'refused' });
    throw new TooManyRequests('Too many requests without a good key from this address.', verdict.freeInMs / 1000);
  }

  private budgetOf(caller?: Caller): Budget {
    return {
      limit: caller?.rateLimitPerMinute ?? this.config.rateLimitPerMinute,
      burst: caller?.burst ?? this.config.rateLimitBurst,
      windowMs: 60_000,
    };
  }

  private settle(reply: FastifyReply, { windowMs }: Budget, { allowed, capacity, remaining, freeInMs, local }: Verdict) {
    const seconds = Math.ceil(freeInMs / 1000);
    reply.headers({
      'ratelimit-policy': `"default";q=${capacity};w=${windowMs / 1000}`,
      ratelimit: `"default";r=${remaining};t=${seconds}`,
      'x-ratelimit-limit': capacity,
      'x-ratelimit-remaining': remaining,
      'x-ratelimit-reset': seconds,
      ...(local && { 'x-ratelimit-scope': 'process' }),
    });
    if (allowed) return;
    rateLimited.inc({ budget: 'default' });
    throw new TooManyRequests(`More than ${capacity} requests within ${windowMs / 1000} s.`, freeInMs / 1000);
  }
}
