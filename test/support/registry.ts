import { v7 as uuidv7 } from 'uuid';
import { LastRuns } from '../../src/modules/brokers';
import { Calendars } from '../../src/modules/calendar';
import { DelistDropped } from '../../src/modules/ingestion/delist-dropped';
import { ExpireInstruments } from '../../src/modules/ingestion/expire-instruments';
import { GateLimits } from '../../src/modules/ingestion/gate-limits';
import { Ingest } from '../../src/modules/ingestion/ingest';
import { fail, noCounts, queue, start, type Finished, type Request } from '../../src/modules/ingestion/domain/run';
import { Judging } from '../../src/modules/ingestion/judging';
import { KnownDays } from '../../src/modules/ingestion/known-days';
import { PendingChanges } from '../../src/modules/ingestion/pending-changes';
import { PublishedBefore } from '../../src/modules/ingestion/published-before';
import { Publishing } from '../../src/modules/ingestion/publishing';
import { Reading } from '../../src/modules/ingestion/reading';
import { Results } from '../../src/modules/ingestion/results';
import { IngestionRuns } from '../../src/modules/ingestion/runs';
import { Instruments, MarketClock } from '../../src/modules/instruments';
import { Config } from '../../src/platform/config';
import { Database } from '../../src/platform/database/database';
import { Log } from '../../src/platform/observability/log';
import { EventStore } from '../../src/platform/event-store/event-store';

/** The registry's own classes on a database, without HTTP: for specs of what ingestion does. */
export function registryOn(databaseUrl: string, marketClock = 'follow', more: Record<string, string> = {}) {
  const config = Config.load({ DATABASE_URL: databaseUrl, MARKET_CLOCK: marketClock, ...more });
  const database = new Database(config);
  const store = new EventStore(database);
  const instruments = new Instruments(store);
  const runs = new IngestionRuns(store);
  const clock = new MarketClock(config, database);
  const expiries = new ExpireInstruments(config, database, instruments, clock, new Log({ logLevel: 'silent' }));
  const days = new KnownDays(database);
  const dropped = new DelistDropped(config, database, instruments);
  const lastRuns = new LastRuns(config, database, new Calendars(store, database));
  const ingest = new Ingest(
    config,
    database,
    instruments,
    runs,
    clock,
    expiries,
    dropped,
    new PublishedBefore(database, instruments),
    days,
    new Reading(config, days, clock),
    new Judging(new GateLimits(config), days),
    new Publishing(config, database),
    new PendingChanges(database),
    new Results(database),
  );

  const now = () => new Date().toISOString();

  /** A run that has been started and not been carried out. */
  async function begin(broker: string, day: string | null, more: Partial<Request> = {}) {
    const id = uuidv7();
    const request: Request = {
      broker,
      day,
      mode: 'full',
      source: 'upload',
      sha256: null,
      bytes: null,
      dryRun: false,
      segments: null,
      symbols: null,
      format: null,
      ...more,
    };
    await runs.change(id, (run) => queue(run, request, now()));
    await runs.change(id, (run) => start(run, now()));
    return { id, request };
  }

  /** Runs one file to its end and returns what the run reports; a refusal is thrown. */
  async function load(broker: string, file: string, day: string | null, more: Partial<Request> = {}): Promise<Omit<Finished, 'at'>> {
    const { id, request } = await begin(broker, day, more);
    try {
      await ingest.execute(id, request, file, new AbortController().signal);
    } catch (error) {
      await runs.change(id, (run) => fail(run, String(error), noCounts, [], now()));
      throw error;
    }
    return outcomeOf(id);
  }

  async function outcomeOf(id: string) {
    const state = (await runs.states([id])).get(id)?.state;
    if (state?.status === 'unknown' || !state?.outcome) throw new Error('The run left no outcome.');
    return state.outcome;
  }
  return {
    config,
    database,
    store,
    instruments,
    runs,
    clock,
    lastRuns,
    ingest,
    begin,
    load,
    outcomeOf,
    close: () => database.onModuleDestroy(),
  };
}
