import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Config } from '../../../platform/config';
import { Invalid } from '../../../platform/errors';
import { MarketClock } from '../../instruments';
import { adapterOf } from '../adapters';
import { noDay, queue, requireScope, type Request } from '../domain/run';
import { dumpLimits } from '../files/open-dump';
import { saysItsDay } from '../files/says-its-day';
import { RunFiles, type Stored } from '../run-files';
import { Runner } from '../runner';
import { IngestionRuns } from '../runs';
import { Sources } from '../sources';

export type Wanted = Omit<Request, 'sha256' | 'bytes' | 'fetched'>;

/**
 * Keeps the file and puts its run in the queue: once this answers, the run will be carried out, whatever dies. Answers the run's id;
 * with a command id that was carried out already, that of the first time.
 */
export class QueueIngestion extends Command<string> {
  constructor(
    readonly wanted: Wanted,
    /** `fetch`: from where the request says. Null for the bundled sample, which has none. */
    readonly body: AsyncIterable<Buffer> | 'fetch' | null,
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
    private readonly sources: Sources,
    private readonly runner: Runner,
    private readonly clock: MarketClock,
  ) {}

  async execute({ wanted, body }: QueueIngestion): Promise<string> {
    adapterOf(wanted.broker);
    requireScope(wanted);
    const tooFar = wanted.day && this.clock.tooFarAhead(wanted.day);
    if (tooFar) throw new Invalid(`day: ${tooFar}`, [{ path: 'day', message: tooFar }]);
    const first = await this.runs.store.carriedOut();
    if (first !== null) return this.runAt(first);
    const id = uuidv7();
    const stored = body === null ? { sha256: null, bytes: null } : await this.keep(id, wanted, body);
    if (stored.bytes === 0) throw new Invalid('The body is empty: send the file itself.', [{ path: '', message: 'The body is empty.' }]);
    if (wanted.day === null && body !== null) await this.refuseWithoutDay(id, wanted.broker);
    const { version, position } = await this.runs.change(id, (run) => queue(run, { ...wanted, ...stored }, new Date().toISOString()));
    if (version === 0) {
      // Another process was faster with the same command.
      await this.files.forget(id);
      return this.runAt(position);
    }
    this.runner.wake();
    return id;
  }

  private async keep(
    id: string,
    { broker, source }: Wanted,
    body: AsyncIterable<Buffer> | 'fetch',
  ): Promise<Stored & Pick<Request, 'fetched'>> {
    if (body !== 'fetch') return this.files.store(id, body);
    const before = await this.files.lastFetched(broker, source);
    const answer = await this.sources.open(broker, source, before?.fetched);
    if (answer.body !== null) return { ...(await this.files.store(id, answer.body)), fetched: answer.fetched };
    // The other side still has the file that is here.
    if (!before) throw new Error(`${source} answers 304 to a request without ETag.`);
    await this.files.copy(before.run, id);
    return { sha256: before.sha256, bytes: before.bytes, fetched: before.fetched };
  }

  private async runAt(position: number): Promise<string> {
    const [event] = await this.runs.store.after(position - 1, 1);
    return event?.stream.slice(`${this.runs.decider.category}-`.length) ?? '';
  }

  private async refuseWithoutDay(id: string, broker: string) {
    const limits = { ...dumpLimits, unpackedBytes: this.config.uploadMaxUnpackedBytes };
    if (await this.files.whileOnDisk(id, (path) => saysItsDay(path, broker, limits))) return;
    await this.files.forget(id);
    throw new Invalid(`day: ${noDay}`, [{ path: 'day', message: noDay }]);
  }
}
