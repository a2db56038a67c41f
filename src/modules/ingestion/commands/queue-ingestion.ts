import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../platform/config';
import { Invalid } from '../../../platform/errors';
import { adapterOf } from '../adapters';
import { noDay, queue, type Request } from '../domain/run';
import { dumpLimits } from '../files/open-dump';
import { saysItsDay } from '../files/says-its-day';
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
    private readonly config: Config,
    private readonly runs: IngestionRuns,
    private readonly files: RunFiles,
    private readonly runner: Runner,
  ) {}

  async execute({ wanted, body }: QueueIngestion): Promise<string> {
    adapterOf(wanted.broker);
    const id = uuidv7();
    const stored = body === null ? { sha256: null, bytes: null } : await this.files.store(id, body);
    if (stored.bytes === 0) throw new Invalid('The body is empty: send the file itself.', [{ path: '', message: 'The body is empty.' }]);
    if (wanted.day === null && body !== null) await this.refuseWithoutDay(id, wanted.broker);
    await this.runs.change(id, (run) => queue(run, { ...wanted, ...stored }, new Date().toISOString()));
    this.runner.wake();
    return id;
  }

  private async refuseWithoutDay(id: string, broker: string) {
    const limits = { ...dumpLimits, unpackedBytes: this.config.uploadMaxUnpackedBytes };
    if (await this.files.whileOnDisk(id, (path) => saysItsDay(path, broker, limits))) return;
    await this.files.forget(id);
    throw new Invalid(`day: ${noDay}`, [{ path: 'day', message: noDay }]);
  }
}
