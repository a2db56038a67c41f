import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Database } from '../../platform/database/database';
import { EventStore } from '../../platform/event-store/event-store';
import { LogHead } from '../../platform/event-store/log-head';
import { gauge } from '../../platform/observability/metrics';
import { HealthChecks } from '../../platform/health/health-checks';
import { MarketClock, type Day, type Moment } from '../instruments';
import { Catalogue } from './domain/catalogue';
import { changedIds, readInto } from './reading';

/** A wake-up can be lost, and days begin without one. In milliseconds. */
const lookEvery = 250;
/**
 * So many events behind, something large is being written: to read it again while it is written would take as long as writing it. The
 * database answers until the log is still.
 */
const large = 1_000;
/** With more events behind, everything is read anew: beside what is shown, which a large change would hold up. */
const mostBehind = 100_000;

/** The newest application in the process is the one that is asked. */
let latest: LiveCatalogue | undefined;
gauge({ name: 'catalogue_instruments', help: 'Live instruments in memory.' }, (metric) => metric.set(latest?.copy?.catalogue.size ?? 0));
gauge({ name: 'catalogue_tokens', help: "Brokers' mappings in memory." }, (metric) => metric.set(latest?.copy?.catalogue.tokens ?? 0));
gauge({ name: 'catalogue_bytes', help: 'What the catalogue in memory takes, roughly.' }, (metric) =>
  metric.set(latest?.copy?.catalogue.bytes ?? 0),
);
gauge({ name: 'follower_lag_events', help: 'Events of the log that a follower has not taken in yet.', labels: ['follower'] }, (metric) =>
  metric.set({ follower: 'catalogue' }, latest?.lag ?? 0),
);

type Copy = {
  readonly catalogue: Catalogue;
  /** Of the log: what the catalogue shows. */
  readonly position: number;
  /** The newest day among completed runs at that position, where the market clock follows it. */
  readonly newest: Day | null;
};

/** The catalogue as it may be read now. */
export type View = { readonly catalogue: Catalogue; readonly position: number; readonly moment: Moment };

/**
 * This process's copy of everything live. It follows the log from its own position: what changed is read again from the tables, as one
 * snapshot of the database shows them, and shown at once. A new day, or a long way behind, is a new copy beside the one that is shown.
 */
@Injectable()
export class LiveCatalogue implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(LiveCatalogue.name);
  private stopped = false;
  private stop = () => {};
  private readonly stopping = new Promise<void>((done) => (this.stop = done));
  private loop: Promise<void> = Promise.resolve();
  private told = 0;
  /** Null until it was loaded for the first time. */
  copy: Copy | null = null;

  constructor(
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly head: LogHead,
    private readonly clock: MarketClock,
    health: HealthChecks,
  ) {
    latest = this; // eslint-disable-line @typescript-eslint/no-this-alias -- what the metrics ask
    health.add({ name: 'catalogue', critical: true, timeoutMs: 1_000, isCheap: true, check: () => this.check() });
  }

  onModuleInit() {
    this.loop = this.forEver();
  }

  async onModuleDestroy() {
    this.stopped = true;
    this.stop();
    await this.loop;
  }

  /** Events that were heard of and are not shown yet. */
  get lag() {
    return this.copy ? Math.max(0, (this.head.known() ?? 0) - this.copy.position) : 0;
  }

  private get isFarBehind() {
    return this.lag >= large;
  }

  /**
   * What may be read now, or null when only the database can answer: while it is loaded, when a new day has begun, while something large
   * is being written, and before it has come to `atLeast` or to what a caller of this process was told is done.
   */
  now(atLeast = 0): View | null {
    const { copy } = this;
    if (!copy || this.isFarBehind || copy.position < Math.max(atLeast, this.told)) return null;
    const moment = this.clock.nowGiven(copy.newest);
    return moment.day === copy.catalogue.day ? { catalogue: copy.catalogue, position: copy.position, moment } : null;
  }

  /** Somebody was told of this position: who asks this process next is answered at it or later. */
  tell(position: number) {
    if (position > this.told) this.told = position;
  }

  private async forEver() {
    let seen = 0;
    while (!this.stopped) {
      try {
        const newest = this.head.known() ?? 0;
        const isStill = newest === seen;
        seen = newest;
        if (this.isBehind() && (!this.isFarBehind || isStill)) await this.catchUp();
      } catch (error) {
        this.copy?.catalogue.discard();
        this.log.warn({ err: error }, 'The catalogue could not follow the log; the database answers meanwhile.');
      }
      const next = this.isFarBehind ? Infinity : (this.copy?.position ?? Infinity);
      await Promise.race([this.head.beyond(next, lookEvery), this.stopping]);
    }
  }

  private isBehind(): boolean {
    const { copy } = this;
    if (!copy) return true;
    return (this.head.known() ?? Infinity) > copy.position || this.clock.nowGiven(copy.newest).day !== copy.catalogue.day;
  }

  /** One snapshot of the database: the position, the day and the rows belong together. */
  private catchUp(): Promise<void> {
    return this.database.transaction(async (tx) => {
      await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const position = await this.store.position(tx);
      const newest = this.clock.follows ? await this.clock.newestDayIn(tx) : null;
      const { day } = this.clock.nowGiven(newest);
      const { copy } = this;
      const isAnew =
        !copy ||
        copy.catalogue.day !== day ||
        position - copy.position > mostBehind ||
        position < copy.position ||
        copy.catalogue.isMostlyGarbage;
      const catalogue = isAnew ? await this.load(tx, day) : copy.catalogue;
      if (!isAnew && position > copy.position) {
        const span = { after: copy.position, upTo: position };
        const changed = await changedIds(tx, span);
        if (changed.length > 0) await readInto(catalogue, tx, span);
        catalogue.publish(changed);
      }
      this.copy = { catalogue, position, newest };
    });
  }

  private async load(tx: PoolClient, day: Day): Promise<Catalogue> {
    const began = performance.now();
    const catalogue = new Catalogue(day);
    await readInto(catalogue, tx, null);
    const { size, tokens, bytes } = catalogue;
    const seconds = Math.round((performance.now() - began) / 10) / 100;
    this.log.log({ day, instruments: size, tokens, bytes, seconds }, 'The catalogue is in memory.');
    return catalogue;
  }

  private check(): Promise<Record<string, unknown>> {
    if (!this.copy) return Promise.reject(new Error('The catalogue is being loaded.'));
    const { position, catalogue } = this.copy;
    return Promise.resolve({ position, day: catalogue.day, instruments: catalogue.size });
  }
}
