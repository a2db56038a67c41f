import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { Instruments, type InstrumentEvent } from '../instruments';
import { count, nothingPublished, type Published } from './domain/published';

/** What ends a token or a life. */
const endings: ReadonlySet<InstrumentEvent['type']> = new Set([
  'BrokerTokenWithdrawn',
  'InstrumentExpired',
  'InstrumentSuspended',
  'InstrumentDelisted',
]);

/** Instruments whose events are read at a time. */
const batch = 5_000;

/** What a run has published by now, read from the log: for one that was cut off, whose own count went with its process. */
@Injectable()
export class PublishedBefore {
  constructor(
    private readonly database: Database,
    private readonly instruments: Instruments,
  ) {}

  async of(run: string): Promise<Published> {
    const counts = nothingPublished();
    const changed = await this.database.query<{ stream: string }>({
      text: `SELECT DISTINCT e.stream FROM log.events e
             WHERE e.position > (SELECT min(position) FROM log.events WHERE stream = 'ingestion_run-' || $1)
               AND e.stream LIKE 'instrument-%' AND e.metadata->>'ingestionRun' = $1`,
      values: [run],
    });
    for (let first = 0; first < changed.length; first += batch)
      await this.countStreams(
        run,
        changed.slice(first, first + batch).map(({ stream }) => stream),
        counts,
      );
    return counts;
  }

  private async countStreams(run: string, streams: readonly string[], counts: Published) {
    const { initial, evolve } = this.instruments.decider;
    for (const history of (await this.instruments.store.read(streams)).values()) {
      let state = initial;
      let before = state;
      const events: InstrumentEvent[] = [];
      for (const recorded of history) {
        const event = recorded as unknown as InstrumentEvent; // the category's own events
        if (recorded.metadata.ingestionRun === run) {
          if (events.length === 0) before = state;
          events.push(event);
        }
        state = evolve(state, event);
      }
      // What only ends a token or a life is no row of the file.
      const isRow = events.some(({ type }) => !endings.has(type));
      count(counts, { isRow, before, events });
    }
  }
}
