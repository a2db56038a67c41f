import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { gauge } from '../../platform/observability/metrics';
import { ListBrokers, type ShownBroker } from './queries/list-brokers';

/** Counting open tokens reads all of them: however often somebody scrapes, it is done once in so many milliseconds. */
const goodFor = 15_000;
const day = 86_400;
const minute = 60;

let brokers: () => Promise<readonly ShownBroker[]> = () => Promise.resolve([]);

gauge(
  { name: 'broker_tokens_active', help: 'Tokens of each broker that mean an instrument today.', labels: ['broker'] },
  async (metric) => {
    metric.reset();
    for (const { broker, openTokens } of await brokers()) metric.set({ broker }, openTokens);
  },
);

gauge(
  {
    name: 'dump_age_seconds',
    help: "Whole days, in seconds, from the day of a broker's newest good file to today.",
    labels: ['broker', 'segment'],
  },
  async (metric) => {
    metric.reset();
    for (const { broker, segments } of await brokers())
      for (const { segment, freshness } of segments) if (freshness) metric.set({ broker, segment }, freshness.ageDays * day);
  },
);

gauge(
  {
    name: 'dump_late_seconds',
    help: "Seconds of trading on days after that of a broker's newest good file: 0 while no newer one is due.",
    labels: ['broker', 'segment'],
  },
  async (metric) => {
    metric.reset();
    for (const { broker, segments } of await brokers())
      for (const { segment, freshness } of segments) if (freshness) metric.set({ broker, segment }, freshness.lateMinutes * minute);
  },
);

/** What Prometheus is told about brokers. The newest application in the process is the one that is asked. */
@Injectable()
export class BrokerMetrics {
  constructor(queries: QueryBus) {
    let asked = 0;
    let known: Promise<readonly ShownBroker[]> = Promise.resolve([]);
    brokers = () => {
      if (Date.now() - asked < goodFor) return known;
      asked = Date.now();
      // With the database away a scrape still tells everything else.
      return (known = queries.execute(new ListBrokers()).catch(() => []));
    };
  }
}
