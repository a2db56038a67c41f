import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';

export type HealthCheck = {
  readonly name: string;
  /** True: without it the service is not ready. False: it is degraded. */
  readonly critical: boolean;
  readonly timeoutMs: number;
  /** It asks nobody, so that every probe may look anew. */
  readonly isCheap?: true;
  /** Resolves with details, or rejects with a reason. */
  readonly check: () => Promise<Record<string, unknown> | void>;
};

/** So long an answer is good: probes, however many, ask a dependency once in this time. */
const cacheMs = 1_500;

/** What readiness depends on. Modules add to it when they are made. */
@Injectable()
export class HealthChecks {
  private readonly checks: HealthCheck[] = [];

  constructor(private readonly indicators: HealthIndicatorService) {}

  add(check: HealthCheck) {
    this.checks.push(check);
  }

  all(): (() => Promise<HealthIndicatorResult>)[] {
    return this.checks.map((check) => () => this.run(check));
  }

  private async run({ name, critical, timeoutMs, isCheap, check }: HealthCheck): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(name);
    const attempt = async () => (await check()) ?? undefined;
    const asked = indicator.attempt(attempt).withTimeout(timeoutMs);
    const result: HealthIndicatorResult = await (isCheap ? asked : asked.cacheFor(cacheMs));
    const { status, ...details } = result[name] ?? { status: 'down' };
    return status === 'down' && !critical ? indicator.degraded(details) : result;
  }
}
