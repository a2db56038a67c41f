import { Logger } from '@nestjs/common';
import { LocalWindows, type Grant, type Windows } from './rate-window';

/** At most `limit + burst` units in any `windowMs`. */
export type Budget = { readonly limit: number; readonly burst: number; readonly windowMs: number };

export type Verdict = {
  readonly allowed: boolean;
  readonly capacity: number;
  readonly remaining: number;
  /** Milliseconds until more units are free than `remaining`; 0 when none is in use. */
  readonly freeInMs: number;
  /** True while each process counts for itself, because Redis is away. */
  readonly local: boolean;
};

/** Up to here every unit is asked for by itself; above, a process takes blocks. */
const exactUpTo = 1_000;
/** A block is used up or given up within this time; it counts for that much longer, so that no window holds more than its capacity. */
const blockLifeMs = 1_000;
/** How long Redis is left alone after it failed. */
const retryAfterMs = 1_000;
const mostBlocks = 10_000;

type Block = { left: number; used: number; until: number; remaining: number; freeAt: number; fetching: Promise<Grant> | undefined };

/**
 * One limiter for everything: exact in Redis, in memory while Redis is away. Above 1,000 units a minute a process takes blocks of at most
 * 1 % of the limit, as large as what it has lately used in a second, so that a busy caller costs Redis one call in many.
 */
export class RateLimiter {
  private readonly log = new Logger(RateLimiter.name);
  private readonly blocks = new Map<string, Block>();
  private awayUntil = 0;
  private away = false;

  constructor(
    private readonly shared: Windows,
    private readonly onAway: (away: boolean) => void = () => undefined,
    private readonly now: () => number = () => performance.now(),
    private readonly local: Windows = new LocalWindows(now),
  ) {}

  /** True while Redis is away. */
  get degraded() {
    return this.away;
  }

  /** A verdict at once when a block has units left. */
  take(key: string, budget: Budget, cost = 1): Verdict | Promise<Verdict> {
    if (budget.limit <= exactUpTo)
      return this.ask(key, budget, cost, cost, 0).then((grant) => this.verdict(budget, grant.given >= cost, grant));
    const block = this.blocks.get(key);
    return block && this.holds(block, cost) ? this.use(block, budget, cost) : this.takeFromBlocks(key, budget, cost);
  }

  private holds({ left, until }: Block, cost: number) {
    return left >= cost && until > this.now();
  }

  private use(block: Block, budget: Budget, cost: number): Verdict {
    block.left -= cost;
    block.used += cost;
    return this.verdict(budget, true, { remaining: block.remaining + block.left, freeInMs: Math.max(1, block.freeAt - this.now()) });
  }

  /** Callers that come while a block is being fetched wait for it, so that a process never holds two. */
  private async takeFromBlocks(key: string, budget: Budget, cost: number): Promise<Verdict> {
    const block = this.blockOf(key);
    while (!this.holds(block, cost)) {
      block.fetching ??= this.fetch(key, budget, cost, block).finally(() => (block.fetching = undefined));
      const grant = await block.fetching;
      if (grant.given === 0) return this.verdict(budget, false, grant);
    }
    return this.use(block, budget, cost);
  }

  /** As much as was used in the last second; twice that when it did not last so long. */
  private async fetch(key: string, budget: Budget, cost: number, block: Block): Promise<Grant> {
    const now = this.now();
    const wish = block.until > now ? block.used * 2 : block.used;
    const size = Math.max(cost, Math.min(wish, Math.floor(budget.limit / 100)));
    const grant = await this.ask(key, budget, size, cost, blockLifeMs);
    const { given, remaining, freeInMs } = grant;
    if (given > 0) Object.assign(block, { left: given, used: 0, until: now + blockLifeMs, remaining, freeAt: now + freeInMs });
    return grant;
  }

  private blockOf(key: string): Block {
    const known = this.blocks.get(key);
    if (known) return known;
    const block: Block = { left: 0, used: 1, until: 0, remaining: 0, freeAt: 0, fetching: undefined };
    this.blocks.set(key, block);
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= mostBlocks) break;
      this.blocks.delete(oldest);
    }
    return block;
  }

  private async ask(key: string, { limit, burst, windowMs }: Budget, wanted: number, least: number, holdMs: number): Promise<Grant> {
    const ask = { capacity: limit + burst, windowMs, wanted, least, holdMs };
    if (this.now() >= this.awayUntil) {
      try {
        const grant = await this.shared.take(key, ask);
        this.tell(false);
        return grant;
      } catch (error) {
        this.awayUntil = this.now() + retryAfterMs;
        this.tell(true, error);
      }
    }
    return this.local.take(key, ask);
  }

  private tell(away: boolean, error?: unknown) {
    if (away === this.away) return;
    this.away = away;
    this.onAway(away);
    if (away) this.log.warn({ err: error }, 'Redis is away: each process limits rates by itself until it is back.');
    else this.log.log('Redis is back: rates are limited over all processes again.');
  }

  private verdict({ limit, burst }: Budget, allowed: boolean, { remaining, freeInMs }: Pick<Grant, 'remaining' | 'freeInMs'>): Verdict {
    return { allowed, capacity: limit + burst, remaining, freeInMs, local: this.away };
  }
}
