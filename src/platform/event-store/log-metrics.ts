import { Injectable } from '@nestjs/common';
import { gauge } from '../observability/metrics';
import { EventStore } from './event-store';

/** The newest application in the process is the one that is asked. */
let store: EventStore | undefined;
gauge({ name: 'log_position', help: 'Position of the newest event in the log.' }, async (metric) => {
  // With the database away a scrape still tells everything else, and the position it saw last.
  const position = await store?.position().catch(() => undefined);
  if (position !== undefined) metric.set(position);
});

@Injectable()
export class LogMetrics {
  constructor(of: EventStore) {
    store = of;
  }
}
