import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../platform/config';
import { withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { Invalid, NotFound, Refused, TooLarge, Unavailable } from '../../platform/errors';
import { Log } from '../../platform/observability/log';
import { counter } from '../../platform/observability/metrics';
import { Repeatedly } from '../../platform/repeatedly';
import { Calendars, zoneOf } from '../calendar';
import { QueueIngestion, Sources } from '../ingestion';
import { momentOf } from '../instruments';
import { due } from './domain/due';
import { carriedOut, failed, type Plan, type Slot } from './domain/schedule';
import { Schedules } from './schedules';

/** How often it looks, in milliseconds. */
const every = 15_000;

const outcomes = counter({ name: 'schedules_total', help: 'Scheduled downloads, by outcome.', labels: ['broker', 'outcome'] });

type Due = Slot & { readonly broker: string; readonly plan: Plan; readonly attempt: number };

/**
 * Queues a run when a broker's file is due. One process in the cluster at a time works on it (an advisory lock, which goes with its
 * connection); one that lost the lock without noticing is stopped by the command id of day and time, which the log takes once.
 */
@Injectable()
export class Scheduler implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop = new Repeatedly(
    every,
    () => this.look(() => new Date()),
    (error) => this.log.pino.error({ err: error }, 'schedules could not be carried out; trying again'),
  );

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly schedules: Schedules,
    private readonly calendars: Calendars,
    private readonly sources: Sources,
    private readonly commands: CommandBus,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap() {
    if (this.config.roles.has('worker')) this.loop.start();
  }

  onApplicationShutdown() {
    return this.loop.stop();
  }

  /** Carries out what is due, one broker after another. */
  async look(clock: () => Date): Promise<void> {
    if ((await this.due(clock())).length === 0) return;
    await this.database.alone('schedules', async () => {
      // Asked again: whoever had the lock until now may have done it.
      for (const one of await this.due(clock())) await this.carryOut(one, clock);
    });
  }

  private async due(at: Date): Promise<Due[]> {
    const [known, trading] = await Promise.all([this.schedules.known(), this.calendars.tradingDays()]);
    return known.flatMap(({ broker, state }) => {
      const slot = due(state, trading[state.plan.venue], { ...momentOf(at, zoneOf(state.plan.venue)), at });
      return slot ? [{ ...slot, broker, plan: state.plan }] : [];
    });
  }

  private async carryOut({ broker, plan, attempt, ...slot }: Due, clock: () => Date) {
    const context = { correlationId: uuidv7(), actor: 'system:schedule' };
    await withContext(context, async () => {
      try {
        const runs: string[] = [];
        for (const [n, source] of this.sources.ofBroker(broker).entries()) {
          const commandId = ['schedule', broker, slot.day, slot.time, n].join(':');
          runs.push(await withContext({ ...context, commandId }, () => this.commands.execute(this.queueing(broker, slot, plan, source))));
        }
        await this.schedules.change(broker, (state) => carriedOut(state, slot, attempt, runs, clock().toISOString()));
        outcomes.inc({ broker, outcome: 'queued' });
        this.log.pino.info({ broker, ...slot, runs }, 'scheduled runs queued');
      } catch (error) {
        if (!isAnswer(error)) throw error;
        // Only the other side's trouble may pass by itself.
        const retries = error instanceof Unavailable ? this.config.scheduleRetries : 0;
        await this.schedules.change(broker, (state) => failed(state, slot, attempt, error.message, retries, clock()));
        outcomes.inc({ broker, outcome: 'failed' });
        this.log.pino.warn({ broker, ...slot, attempt, err: error }, 'a scheduled download failed');
      }
    });
  }

  private queueing(broker: string, { day }: Slot, { mode, segments, priority }: Plan, source: string) {
    return new QueueIngestion({ broker, mode, day, dryRun: false, segments, symbols: null, source, format: null, priority }, 'fetch');
  }
}

const isAnswer = (error: unknown): error is Error =>
  [Unavailable, Invalid, TooLarge, Refused, NotFound].some((kind) => error instanceof kind);
