/** What a window gave. */
export type Grant = {
  /** Units, 0 to `wanted`. */
  readonly given: number;
  /** Units that are left. */
  readonly remaining: number;
  /** Milliseconds until more units are free than `remaining`, and `least` at the least; 0 when none is in use. */
  readonly freeInMs: number;
};

export type Ask = {
  /** Units in any `windowMs`. */
  readonly capacity: number;
  readonly windowMs: number;
  readonly wanted: number;
  /** Fewer than this are none. */
  readonly least: number;
  /** For how long the units may be kept before they are used: they count for that much longer. */
  readonly holdMs: number;
};

/** A true sliding window: at no instant have more than `capacity` units been given in the `windowMs` before it. */
export interface Windows {
  take(key: string, ask: Ask): Promise<Grant> | Grant;
}

type Entry = { readonly until: number; readonly units: number };

/** In this process; of the same shape as the one in Redis. Forgets idle keys. */
export class LocalWindows implements Windows {
  private readonly entries = new Map<string, { queue: Entry[]; total: number }>();

  /** `now` in milliseconds, never running backwards. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  take(key: string, { capacity, windowMs, wanted, least, holdMs }: Ask): Grant {
    const now = this.now();
    const window = this.entries.get(key) ?? { queue: [], total: 0 };
    const expired = window.queue.findIndex(({ until }) => until > now);
    for (const { units } of window.queue.splice(0, expired === -1 ? window.queue.length : expired)) window.total -= units;
    const free = Math.max(0, capacity - window.total);
    const given = free < least ? 0 : Math.min(wanted, free);
    if (given > 0) {
      window.queue.push({ until: now + windowMs + holdMs, units: given });
      window.total += given;
    }
    // Most recently used last, so that the ones to forget come first.
    this.entries.delete(key);
    this.entries.set(key, window);
    this.forget(now);
    const left = capacity - window.total;
    return { given, remaining: Math.max(0, left), freeInMs: freeIn(window.queue, left, Math.max(least, left + 1), now) };
  }

  private forget(now: number) {
    for (const [key, { queue }] of this.entries) {
      const last = queue.at(-1);
      if (this.entries.size <= 50_000 && last && last.until > now) return;
      this.entries.delete(key);
    }
  }
}

function freeIn(queue: readonly Entry[], free: number, wanted: number, now: number): number {
  let sum = free;
  for (const { until, units } of queue) {
    sum += units;
    if (sum >= wanted) return Math.max(1, until - now);
  }
  return 0;
}
