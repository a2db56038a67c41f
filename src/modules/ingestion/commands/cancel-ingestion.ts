import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { cancel } from '../domain/run';
import { Runner } from '../runner';
import { IngestionRuns } from '../runs';

/** How long the answer waits for the worker to stop, and how often it looks, in milliseconds. */
const patience = 5_000;
const lookEvery = 50;

/** When this has answered the run has stopped, as a rule, and says what it had published. */
export class CancelIngestion extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(CancelIngestion)
export class CancelIngestionHandler implements ICommandHandler<CancelIngestion> {
  constructor(
    private readonly runs: IngestionRuns,
    private readonly runner: Runner,
  ) {}

  async execute({ id, reason }: CancelIngestion) {
    let wasRunning = false;
    const { version } = await this.runs.change(id, (run) => {
      wasRunning = run.status === 'running';
      return cancel(run, reason, new Date().toISOString());
    });
    this.runner.stop(id);
    for (const deadline = Date.now() + patience; wasRunning && Date.now() < deadline; await pause(lookEvery))
      if (((await this.runs.states([id])).get(id)?.version ?? 0) > version) return;
  }
}
