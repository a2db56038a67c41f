import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { approve } from '../domain/run';
import { Runner } from '../runner';
import { IngestionRuns } from '../runs';

/** The quarantined segments of a run are published; the log keeps who said so, and why. */
export class ApproveIngestion extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(ApproveIngestion)
export class ApproveIngestionHandler implements ICommandHandler<ApproveIngestion> {
  constructor(
    private readonly runs: IngestionRuns,
    private readonly runner: Runner,
  ) {}

  async execute({ id, reason }: ApproveIngestion) {
    await this.runs.change(id, (run) => approve(run, reason, new Date().toISOString()));
    this.runner.wake();
  }
}
