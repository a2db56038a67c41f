import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Invalid } from '../../../platform/errors';
import { adapterOf } from '../adapters';
import { queue, type Request } from '../domain/run';
import { RunFiles } from '../run-files';
import { Runner } from '../runner';
import { IngestionRuns } from '../runs';

export type Wanted = Omit<Request, 'sha256' | 'bytes'>;

/** Keeps the file and puts its run in the queue: once this answers, the run will be carried out, whatever dies. */
export class QueueIngestion extends Command<string> {
  constructor(
    readonly wanted: Wanted,
    /** Null for the bundled sample. */
    readonly body: AsyncIterable<Buffer> | null,
  ) {
    super();
  }
}

@CommandHandler(QueueIngestion)
export class QueueIngestionHandler implements ICommandHandler<QueueIngestion> {
  constructor(
    private readonly runs: IngestionRuns,
    private readonly files: RunFiles,
    private readonly runner: Runner,
  ) {}

  async execute({ wanted, body }: QueueIngestion): Promise<string> {
    adapterOf(wanted.broker);
    const id = uuidv7();
    const stored = body === null ? { sha256: null, bytes: null } : await this.files.store(id, body);
    if (stored.bytes === 0) throw new Invalid('The body is empty: send the file itself.', [{ path: '', message: 'The body is empty.' }]);
    await this.runs.change(id, (run) => queue(run, { ...wanted, ...stored }, new Date().toISOString()));
    this.runner.wake();
    return id;
  }
}
