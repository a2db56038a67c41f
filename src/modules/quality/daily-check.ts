import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { Log } from '../../platform/observability/log';
import { Repeatedly } from '../../platform/repeatedly';
import { MarketClock, type Day } from '../instruments';
import { CheckQuality } from './commands/check-quality';

/** In milliseconds. */
const every = 10 * 60_000;

/** Checks the quality of a day once, and again when files have come since. Several workers may do it at once: the later check stands. */
@Injectable()
export class DailyCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop = new Repeatedly(
    every,
    () => this.whenDue(),
    (error) => this.log.pino.error({ err: error }, 'the quality of the day could not be checked; trying again later'),
  );

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly clock: MarketClock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap() {
    if (this.config.roles.has('worker')) this.loop.start();
  }

  onApplicationShutdown() {
    return this.loop.stop();
  }

  /** Whether it was due, and is done. */
  async whenDue(): Promise<boolean> {
    const { day } = await this.clock.now();
    if (!(await this.isDue(day))) return false;
    await this.commands.execute(new CheckQuality(day));
    return true;
  }

  /** Nothing is due in an empty registry. */
  private async isDue(day: Day): Promise<boolean> {
    const [row] = await this.database.query<{ due: boolean }>({
      text: `SELECT EXISTS (SELECT FROM registry.lot_sizes) AND coalesce(
               (SELECT max(r.ended_at) FROM registry.ingestion_runs r WHERE r.status IN ('completed', 'quarantined') AND NOT r.dry_run)
               > (SELECT max(q.checked_at) FROM registry.segment_quality q WHERE q.day = $1), NOT EXISTS (
                 SELECT FROM registry.segment_quality q WHERE q.day = $1)) AS due`,
      values: [day],
    });
    return row?.due ?? false;
  }
}
