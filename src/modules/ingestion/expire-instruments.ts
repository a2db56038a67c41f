import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../platform/config';
import { withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { Log } from '../../platform/observability/log';
import { Repeatedly } from '../../platform/repeatedly';
import { Instruments, MarketClock, expire, type Day, type Instrument } from '../instruments';

/** Expiries become due at midnight in India; looking every few minutes records them soon after. In milliseconds. */
const every = 5 * 60_000;
const batch = 2_500;

/** Records, once, that contracts are over: by the worker as days pass, or by the run that moves the clock. */
@Injectable()
export class ExpireInstruments implements OnApplicationBootstrap, OnApplicationShutdown {
  private stopping = false;
  private readonly loop = new Repeatedly(
    every,
    () => this.due(),
    (error) => this.log.pino.error({ err: error }, 'expiries could not be recorded; trying again later'),
  );

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly instruments: Instruments,
    private readonly clock: MarketClock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap() {
    // Under MARKET_CLOCK=follow the runs do it: the clock stands still between them.
    if (this.config.roles.has('worker') && !this.clock.follows) this.loop.start();
  }

  onApplicationShutdown() {
    this.stopping = true;
    return this.loop.stop();
  }

  private async due(): Promise<number> {
    const { day } = await this.clock.now();
    const recorded = await withContext({ correlationId: `expiry-${day}`, actor: 'system:expiry' }, () => this.before(day));
    if (recorded > 0) this.log.pino.info({ day, recorded }, 'contracts expired');
    return recorded;
  }

  /** How many contracts whose last day was before this one were recorded as expired. Several processes may do it at once: each counts once. */
  async before(today: Day): Promise<number> {
    let recorded = 0;
    while (!this.stopping) {
      const due = await this.database.query<{ id: string }>({
        name: 'expiries-due',
        text: `SELECT i.id FROM registry.instruments i
               WHERE NOT i.expired AND i.listed_to <= $1 AND EXISTS (SELECT FROM registry.lot_sizes t WHERE t.instrument_id = i.id AND t.expiry < $1)
               LIMIT ${batch}`,
        values: [today],
      });
      if (due.length === 0) break;
      const over = due.map(({ id }) => ({ id, decide: (state: Instrument) => expire(state, today) }));
      const { changed } = await this.instruments.changeInBatches(over, batch);
      if (changed === 0) break;
      recorded += changed;
    }
    return recorded;
  }
}
