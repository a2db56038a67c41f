import { v7 as uuidv7 } from 'uuid';
import { ExpireInstruments } from '../../src/modules/ingestion/expire-instruments';
import { Ingest } from '../../src/modules/ingestion/ingest';
import { fail, queue, start, type Finished, type Request } from '../../src/modules/ingestion/domain/run';
import { IngestionRuns } from '../../src/modules/ingestion/runs';
import { Instruments, MarketClock } from '../../src/modules/instruments';
import { Config } from '../../src/platform/config';
import { Database } from '../../src/platform/database/database';
import { Log } from '../../src/platform/observability/log';
import { EventStore } from '../../src/platform/event-store/event-store';

/** The registry's own classes on a database, without HTTP: for specs of what ingestion does. */
export function registryOn(databaseUrl: string, marketClock = 'follow') {
  const config = Config.load({ DATABASE_URL: databaseUrl, MARKET_CLOCK: marketClock });
  const database = new Database(config);
  const store = new EventStore(database);
  const instruments = new Instruments(store);
  const runs = new IngestionRuns(store);
  const clock = new MarketClock(config, database);
  const expiries = new ExpireInstruments(config, database, instruments, clock, new Log({ logLevel: 'silent' }));
  const ingest = new Ingest(config, database, instruments, runs, clock, expiries);

  /** Runs one file to its end and returns what the run reports; a refusal is thrown. */
  async function load(broker: string, file: string, day: string | null, more: Partial<Request> = {}): Promise<Omit<Finished, 'at'>> {
    const id = uuidv7();
    const now = () => new Date().toISOString();
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
    try {
      await ingest.execute(id, request, file, new AbortController().signal);
    } catch (error) {
      await runs.change(id, (run) => fail(run, String(error), { ...emptyCounts }, [], now()));
      throw error;
    }
    const state = (await runs.states([id])).get(id)?.state;
    if (state?.status === 'unknown' || !state?.outcome) throw new Error('The run left no outcome.');
    return state.outcome;
  }
  return { config, database, store, instruments, runs, clock, load, close: () => database.onModuleDestroy() };
}

const emptyCounts = {
  rows: 0,
  accepted: 0,
  rejected: 0,
  expired: 0,
  unchanged: 0,
  learnt: 0,
  listed: 0,
  amended: 0,
  adjusted: 0,
  rescheduled: 0,
  renamed: 0,
  tokensAssigned: 0,
  tokensWithdrawn: 0,
  instrumentsExpired: 0,
};
