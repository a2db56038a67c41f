import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reject } from '../domain/run';
import { IngestionRuns } from '../runs';

/** The quarantined segments of a run stay out. */
export class RejectIngestion extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

@CommandHandler(RejectIngestion)
export class RejectIngestionHandler implements ICommandHandler<RejectIngestion> {
  constructor(private readonly runs: IngestionRuns) {}

  async execute({ id, reason }: RejectIngestion) {
    await this.runs.change(id, (run) => reject(run, reason, new Date().toISOString()));
  }
}
