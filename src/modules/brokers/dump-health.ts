import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthChecks } from '../../platform/health/health-checks';
import { MarketClock } from '../instruments';
import { LastRuns } from './last-runs';

/** Tells with readiness whose dumps are late. It degrades nothing: what is known is still served. */
@Injectable()
export class DumpHealth implements OnModuleInit {
  constructor(
    private readonly health: HealthChecks,
    private readonly clock: MarketClock,
    private readonly lastRuns: LastRuns,
  ) {}

  onModuleInit() {
    // That the database is away is told by its own check.
    const check = () => this.late().catch(() => undefined);
    this.health.add({ name: 'dumps', critical: false, timeoutMs: 2_000, check });
  }

  private async late() {
    const runs = await this.lastRuns.at(await this.clock.now());
    const named = (status: 'late' | 'stale') =>
      runs.filter(({ freshness }) => freshness.status === status).map(({ broker, segment }) => `${broker} ${segment}`);
    return { late: named('late'), stale: named('stale') };
  }
}
