import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { cancel } from '../domain/run';
import { IngestionRuns } from '../runs';

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
  constructor(private readonly runs: IngestionRuns) {}

  async execute({ id, reason }: CancelIngestion) {
    await this.runs.change(id, (run) => cancel(run, reason, new Date().toISOString()));
  }
}
