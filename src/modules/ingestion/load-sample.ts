import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Config } from '../../platform/config';
import { withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { QueueIngestion } from './commands/queue-ingestion';
import { sampleDay, type SampleBroker } from './sample/sample-catalogue';

const brokers: readonly SampleBroker[] = ['upstox', 'kite'];

/** An empty registry begins with a small catalogue to look at, by the way that every file goes. */
@Injectable()
export class LoadSample {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly commands: CommandBus,
  ) {}

  /** True when it was loaded: the registry was empty, and the sample is wanted. */
  async intoEmptyRegistry(): Promise<boolean> {
    if (!this.config.sampleCatalogue) return false;
    const [row] = await this.database.query<{ empty: boolean }>({
      text: 'SELECT position = 0 OR NOT EXISTS (SELECT FROM registry.ingestion_runs) AND NOT EXISTS (SELECT FROM registry.instruments) AS empty FROM log.head',
    });
    if (!row?.empty) return false;
    await withContext({ correlationId: 'sample-catalogue', actor: 'system:start' }, async () => {
      for (const broker of brokers)
        await this.commands.execute(
          new QueueIngestion(
            { broker, mode: 'full', source: 'sample', day: sampleDay, dryRun: false, segments: null, symbols: null, format: null },
            null,
          ),
        );
    });
    // A process without the worker role leaves it to one that has it.
    while (this.config.roles.has('worker') && (await this.isOpen())) await pause(50);
    return true;
  }

  private async isOpen(): Promise<boolean> {
    const rows = await this.database.query({
      text: `SELECT 1 FROM registry.ingestion_runs WHERE source = 'sample' AND status IN ('queued', 'running')`,
    });
    return rows.length > 0;
  }
}
