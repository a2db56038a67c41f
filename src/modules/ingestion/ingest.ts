import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Config } from '../../platform/config';
import { currentContext, withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { insertRows } from '../../platform/database/bulk';
import { venueOf } from '../calendar';
import { exchangeLists, Instruments, isExchangeList, MarketClock, type Day, type Segment } from '../instruments';
import { adapterOf } from './adapters';
import { DelistDropped } from './delist-dropped';
import { ExpireInstruments } from './expire-instruments';
import { byToken, isWanted, segmentsIn, smallestExpiry, type ByToken, type SegmentRows } from './domain/dump';
import { type DumpRow, type RejectedRow } from './domain/dump-row';
import { failedSegments, repeatedTokens } from './domain/gates';
import { nothingPublished, type Published } from './domain/published';
import type { ChangeRow } from './domain/symbol-changes';
import { otherNames } from './domain/underlying-names';
import { finish, noCounts, noDay, type Counts, type Finished, type Request } from './domain/run';
import { RunCancelled, RunRefused } from './domain/stopped';
import { dumpLimits, openDump } from './files/open-dump';
import { readDump } from './files/read-dump';
import { sampleBatches } from './sample/sample-batches';
import { Judging, type Judged } from './judging';
import { KnownDays } from './known-days';
import { compare, Matching, type Comparison, type Gone, type Match } from './matching';
import { PendingChanges } from './pending-changes';
import { Progress } from './progress';
import { strayContracts } from './stray-contracts';
import { Publisher } from './publish';
import { publishSymbolChanges } from './symbol-changes';
import { PublishedBefore } from './published-before';
import { IngestionRuns } from './runs';

/** From here on a run changes what the planner should know of the tables. */
const manyRows = 5_000;

/** A file that has this share of what was there covers the segment: what is absent from it is gone. */
const enough = 0.8;

/** How often a run that waits for another one's end looks again, in milliseconds. */
const publishPoll = 100;

/** At most this many rejected rows are kept with their text. */
const keptRejects = 10_000;

/** The largest dump has 273,027 rows, with which the process grew to 690 MB: the rows of a file are held in memory. */
const mostRows = 500_000;

/** One file's way into the registry: read, stage, measure, compare, decide and publish, report. */
@Injectable()
export class Ingest {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly instruments: Instruments,
    private readonly runs: IngestionRuns,
    private readonly clock: MarketClock,
    private readonly expiries: ExpireInstruments,
    private readonly dropped: DelistDropped,
    private readonly publishedBefore: PublishedBefore,
    private readonly days: KnownDays,
    private readonly judging: Judging,
    private readonly pendingChanges: PendingChanges,
  ) {}

  /**
   * @param file where the bytes lie; null for the bundled sample, which has none
   * @param approved segments that are published whatever the gates say
   */
  async execute(
    id: string,
    request: Request,
    file: string | null,
    stopping: AbortSignal,
    approved: readonly Segment[] = [],
  ): Promise<void> {
    await withContext({ ...currentContext(), ingestionRun: id }, () => this.run(id, request, file, stopping, approved));
  }

  private async run(id: string, request: Request, file: string | null, stopping: AbortSignal, approved: readonly Segment[]) {
    const progress = new Progress(this.database, id, stopping);
    const dump = await this.read(request, file, progress);
    const { day, estimated } = this.dayOf(request, dump);
    const segments = segmentsIn(dump.rows, day).filter(({ segment }) => wanted(request, segment));
    await this.refuseOlder(request, day, segments);
    const { count, rejected, rejects } = dump;
    const judged = { run: id, request, day, all: dump.rows, count, rejected, segments, approved };
    const counts = { ...noCounts, rows: count, rejected, expired: segments.reduce((sum, { expired }) => sum + expired, 0) };
    const gate = this.judging.ofRejects(judged);
    if (gate?.outcome === 'failed')
      throw new RunRefused(
        `${rejected} of ${count} rows cannot be used (first: line ${rejects[0]?.line}: ${rejects[0]?.reason}). Nothing was published.`,
        counts,
        [gate],
      );
    const finished = await this.alone(progress, counts, request.dryRun, async () => {
      const { finished, pending } =
        dump.symbolChanges.length > 0
          ? await this.renames(judged, counts, dump.symbolChanges, { progress, rejects })
          : await this.publish(judged, counts, { progress, rejects, tokens: dump.tokens });
      await this.keepRejects(id, rejects);
      await this.pendingChanges.keep(id, pending);
      if (!request.dryRun) await this.afterwards(id, request.broker, day, finished);
      await this.runs.change(id, (run) => finish(run, { ...finished, at: new Date().toISOString(), dayEstimated: estimated }));
      return finished;
    });
    await progress.done();
    // PostgreSQL would notice by itself within minutes; reads should not wait that long for good plans.
    if (finished.counts.listed + finished.counts.tokensAssigned > manyRows && !request.dryRun)
      await this.database.query({ text: 'SELECT registry.refresh_statistics()' });
  }

  /** Changes of symbols tell of the past: they cover no segment, and end nothing. */
  private async renames(
    judged: Judged,
    counts: Counts,
    changes: readonly ChangeRow[],
    { progress, rejects }: Pick<Work, 'progress' | 'rejects'>,
  ) {
    const { run, request, day } = judged;
    await progress.at('publishing', counts, counts.rows, 35);
    const before = await this.publishedBefore.of(run);
    const publisher = new Publisher(this.instruments, request.broker, day, new Map(), new Map(), new Map(), request.dryRun, before);
    const { known, changed } = await publishSymbolChanges(this.database, publisher, changes);
    const { changedRows: _, ...published } = publisher.counts;
    rejects.push(...publisher.refusals);
    const rejected = counts.rejected + publisher.refusals.length;
    const gate = this.judging.ofRejects(judged);
    const finished = {
      ...{ day, segments: [], quarantined: [], gates: gate ? [gate] : [], pending: [] },
      counts: { ...counts, ...published, rejected, accepted: known, unchanged: known - changed },
    };
    return { finished, pending: publisher.pending };
  }

  /** Parses the whole file. Nothing is compared before its end was seen: a cut-off file shows only there. */
  private async read(request: Request, file: string | null, progress: Progress) {
    const adapter = adapterOf(request.broker);
    const limits = { ...dumpLimits, unpackedBytes: this.config.uploadMaxUnpackedBytes, encoding: adapter.encoding };
    const dump = file === null ? null : await openDump(file, limits, adapter.entries);
    const rows: DumpRow[] = [];
    const rejects: RejectedRow[] = [];
    const symbolChanges: ChangeRow[] = [];
    let count = 0;
    let rejected = 0;
    let statedDay: Day | null = null;
    for await (const batch of dump ? readDump(dump, adapter, request.format) : sampleBatches(request.broker)) {
      rows.push(...batch.rows);
      rejects.push(...batch.rejects.slice(0, keptRejects - rejects.length));
      symbolChanges.push(...(batch.symbolChanges ?? []));
      rejected += batch.rejects.length;
      count += batch.rows.length + batch.rejects.length + (batch.symbolChanges?.length ?? 0);
      if (count > mostRows) throw new RunRefused(`The file has more than ${mostRows} rows: no dump has. Nothing was published.`);
      if (batch.statedDay) statedDay = later(batch.statedDay, statedDay ?? batch.statedDay);
      await progress.at(
        'reading',
        { rows: count, rejected },
        null,
        dump ? Math.floor((30 * dump.packedBytesRead()) / dump.packedBytes) : 30,
      );
    }
    if (count === 0) throw new RunRefused('The file has no rows.');
    const { tokens, repeated } = byToken(rows);
    if (repeated[0]) {
      const { segment, exchangeToken, lines } = repeated[0];
      const more = repeated.length > 1 ? ` and ${repeated.length - 1} other tokens likewise` : '';
      throw new RunRefused(
        `The token ${exchangeToken} of ${segment} stands in more than one row (lines ${lines.join(', ')})${more}: within one file a token means one instrument. Nothing was published.`,
        { ...noCounts, rows: count },
        [repeatedTokens(count, repeated.length)],
      );
    }
    return { rows, symbolChanges, tokens, rejects, rejected, count, statedDay, entryDay: dump?.statedDay ?? null };
  }

  /**
   * Given, else stated in the file, else estimated as its smallest F&O expiry, or as its newest change of a symbol. Only what the rows state can contradict a given day: an
   * estimate cannot, nor the time of a zip's entry, which whoever packed it may have changed.
   */
  private dayOf({ day }: Request, { rows, symbolChanges, statedDay, entryDay }: Read): { day: Day; estimated: boolean } {
    if (day !== null && statedDay !== null && day !== statedDay)
      throw new RunRefused(
        `The rows of this file say that they are of ${statedDay}, and ${day} was given: leave the day out, or give ${statedDay}.`,
      );
    const stated = day ?? statedDay ?? entryDay;
    if (stated !== null) return { day: stated, estimated: false };
    const smallest = symbolChanges.length > 0 ? newestOf(symbolChanges) : smallestExpiry(rows);
    if (smallest === null) throw new RunRefused(noDay);
    return { day: smallest, estimated: true };
  }

  private async refuseOlder({ broker, mode, day: given }: Request, day: Day, segments: readonly SegmentRows[]) {
    if (mode === 'backfill') return;
    const names = segments.map(({ segment }) => segment);
    const rows = await this.days.newest(broker, day, names, given !== null);
    if (rows.length > 0)
      throw new RunRefused(
        `The file is of ${day}, but ${broker}'s file of ${rows[0]?.newest} is in already (${rows.map(({ segment }) => segment).join(', ')}). ` +
          'To add an older day to the history send it with mode=backfill.',
      );
  }

  private async publish(judged: Judged, counts: Counts, { progress, rejects, tokens }: Work) {
    const { run, request, day, all, segments } = judged;
    const { broker, dryRun } = request;
    await progress.at('comparing', counts, counts.rows, 30);
    const isCompared = isWanted({ day, only: request.segments, symbols: request.symbols });
    const rows = all.filter(isCompared);
    const rowOf = (segment: Segment, exchangeToken: string) => {
      const row = tokens.get(segment)?.get(exchangeToken);
      return row && isCompared(row) ? row : undefined;
    };
    const [until, ownUntil] = [await this.days.after(day, null), await this.days.after(day, broker)];
    const before = await this.publishedBefore.of(run);
    const { covered, gates, quarantined, trusted, waiting, publisher } = await this.asOfNow(progress, counts, async (connection) => {
      const names = otherNames(await strayContracts(connection, all, day, [...until.keys()]), rowOf, broker, day);
      const publisherOf = (dry: boolean, before: Published) =>
        new Publisher(this.instruments, broker, day, until, ownUntil, names, dry, before);
      const publisher = publisherOf(dryRun, before);
      const compared = await compare(connection, broker, day, rows, rowOf);
      const gates = await this.judging.of(connection, judged, rows, compared);
      const quarantined = failedSegments(gates);
      const covered = segments.flatMap(({ segment }) => (covers(request, segment, compared) ? segment : []));
      const some = (isOf: (row: { readonly segment: Segment }) => boolean): Part => ({
        rows: rows.filter(isOf),
        news: compared.changed.filter(isOf),
        gone: compared.absent.filter((gone) => isOf(gone) && covered.includes(gone.segment)),
      });
      const publish = async (into: Publisher, part: Part, onProgress: (done: number) => Promise<void>) =>
        this.publishPart(
          judged,
          into,
          await Matching.of(connection, broker, day, part.rows, compared.own, [...until.keys()]),
          part,
          onProgress,
        );
      const trusted = some(({ segment }) => !quarantined.includes(segment));
      const unchanged = trusted.rows.length - trusted.news.length;
      await publish(publisher, trusted, (done) =>
        progress.at(
          'publishing',
          { ...counts, accepted: unchanged + done },
          counts.rows,
          35 + Math.floor((55 * (unchanged + done)) / trusted.rows.length),
        ),
      );
      const waiting: { segment: Segment; part: Part; rehearsal: Publisher }[] = [];
      for (const segment of quarantined) {
        const part = some((row) => row.segment === segment);
        const rehearsal = publisherOf(true, nothingPublished());
        await publish(rehearsal, part, () => progress.at('rehearsing', { ...counts, accepted: trusted.rows.length }, counts.rows, 91));
        waiting.push({ segment, part, rehearsal });
      }
      return { covered: covered.filter((segment) => !quarantined.includes(segment)), gates, quarantined, trusted, waiting, publisher };
    });
    if (!dryRun && request.mode !== 'backfill') await this.dropped.after(broker, day, covered);
    await progress.at('expiring', { ...counts, accepted: trusted.rows.length }, counts.rows, 96);
    // Under MARKET_CLOCK=follow the run moves the clock, and records what is over by then. Otherwise the worker does.
    // What is quarantined completes nothing, and moves no clock.
    if (this.clock.follows && !dryRun && quarantined.length === 0)
      publisher.counts.instrumentsExpired += await this.expiries.before(later(day, (await this.clock.newestDay()) ?? day));
    rejects.push(...publisher.refusals);
    const finished = {
      ...{ day, segments: covered, quarantined, gates },
      counts: counted(counts, trusted, publisher),
      pending: waiting.map(({ segment, part, rehearsal }) => {
        const { rows: all, expired } = segments.find((one) => one.segment === segment) ?? { rows: 0, expired: 0 };
        return { segment, counts: counted({ ...noCounts, rows: all, expired }, part, rehearsal) };
      }),
    };
    return { finished, pending: [...publisher.pending, ...waiting.flatMap(({ rehearsal }) => rehearsal.pending)] };
  }

  /** What is new or different, then what is gone. */
  private async publishPart(
    { run, request, day }: Judged,
    publisher: Publisher,
    matching: Matching,
    { rows, news, gone }: Part,
    onProgress: (done: number) => Promise<void>,
  ) {
    await this.publishRows(publisher, matching, news, onProgress);
    const moved = isExchangeList(request.broker) ? await this.moved(gone, day, rows) : null;
    for (let first = 0; first < gone.length; first += this.config.ingestionBatchSize) {
      const some = gone.slice(first, first + this.config.ingestionBatchSize);
      await (moved ? publisher.left(some, moved, run) : publisher.gone(some));
    }
  }

  /** Two chunks at a time: one is decided here while the other is written there. */
  private async publishRows(
    publisher: Publisher,
    matching: Matching,
    rows: readonly DumpRow[],
    onProgress: (done: number) => Promise<void>,
  ) {
    let done = 0;
    const publish = async (matches: readonly Match[]) => {
      await publisher.rows(matches);
      await onProgress((done += matches.length));
    };
    const running = new Set<Promise<void>>();
    try {
      for (const chunk of chunks(rows, this.config.ingestionBatchSize)) {
        const matches = await matching.matches(chunk);
        if (running.size >= 2) await Promise.race(running);
        const work: Promise<void> = publish(matches).finally(() => running.delete(work));
        work.catch(() => undefined); // awaited below
        running.add(work);
      }
      await Promise.all(running);
    } finally {
      // Whatever went wrong: nothing is written once this has ended.
      await Promise.allSettled(running);
    }
  }

  /**
   * No other run publishes meanwhile: of two brokers that list the same new contract, the second must see what the first one made of it.
   * A dry run changes nothing and need not wait.
   */
  private async alone<T>(progress: Progress, counts: Counts, dry: boolean, work: () => Promise<T>): Promise<T> {
    if (dry) return work();
    const connection = await this.database.pool.connect();
    try {
      while (!(await isHeld(connection))) {
        await progress.at('waiting', counts, counts.rows, 30);
        await pause(publishPoll);
      }
      return await work();
    } finally {
      // Closed, not returned: the lock must go whatever happened.
      connection.release(true);
    }
  }

  /** All that `work` reads is as it was when it began to read. A run that is stopped does not wait for the end of a comparison. */
  private async asOfNow<T>(progress: Progress, counts: Counts, work: (connection: PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.database.pool.connect();
    let isOpen = true;
    const close = (broken: boolean) => {
      if (isOpen) connection.release(broken);
      isOpen = false;
    };
    const cut = () => close(true);
    progress.stopping.addEventListener('abort', cut, { once: true });
    let broken = false;
    try {
      await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return await work(connection);
    } catch (error) {
      throw progress.stopping.aborted && !(error instanceof RunCancelled) ? new RunCancelled(counts) : error;
    } finally {
      progress.stopping.removeEventListener('abort', cut);
      if (isOpen) await connection.query('ROLLBACK').catch(() => (broken = true));
      close(broken);
    }
  }

  /**
   * Of listings that left an exchange's list, those whose security this list or another one has in another series: by its ISIN, or, when a
   * split gave it another one at once (7 shares between the lists of June 2025 and July 2026), by the symbol in this list.
   */
  private async moved(gone: readonly Gone[], day: Day, rows: readonly DumpRow[]): Promise<ReadonlySet<string>> {
    const listed = await this.database.query<{ id: string }>({
      text: `SELECT DISTINCT g.id FROM unnest($1::uuid[]) AS g (id)
             JOIN registry.lot_sizes t ON t.instrument_id = g.id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
             WHERE t.isin = ANY($3) OR t.symbol = ANY($5) OR EXISTS (
               SELECT FROM registry.instrument_identifiers i
               JOIN registry.broker_tokens b ON b.instrument_id = i.instrument_id AND b.broker = ANY($4)
                 AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)
               WHERE i.value = t.isin AND i.kind = 'isin' AND i.segment = t.segment AND i.instrument_id <> ALL($1)
             )`,
      values: [
        gone.map(({ instrument }) => instrument),
        day,
        rows.map(({ isin }) => isin),
        exchangeLists,
        rows.map(({ symbol }) => symbol),
      ],
    });
    return new Set(listed.map(({ id }) => id));
  }

  private async keepRejects(id: string, rejects: readonly RejectedRow[]) {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM registry.ingestion_rejects WHERE run_id = $1', [id]);
      await insertRows(
        tx,
        'registry.ingestion_rejects',
        ['run_id', 'line', 'raw', 'reason'],
        rejects.slice(0, keptRejects).map((reject) => ({ run_id: id, ...reject })),
      );
    });
  }

  /** Summaries that are brought up to date once per run. */
  private async afterwards(id: string, broker: string, day: Day, { segments, gates }: Pick<Finished, 'segments' | 'gates'>) {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM registry.option_chains WHERE segment = ANY($1)', [segments]);
      await tx.query(
        `INSERT INTO registry.option_chains (segment, underlying, expiry, calls, puts, min_strike, max_strike, strikes)
         SELECT s.segment, s.underlying, s.expiry, sum(s.calls), sum(s.puts), min(s.strike), max(s.strike), count(*)
         FROM (
           SELECT t.segment, t.underlying, t.expiry, t.strike, count(*) FILTER (WHERE t.option_type = 'CE') AS calls,
                  count(*) FILTER (WHERE t.option_type = 'PE') AS puts
           FROM registry.lot_sizes t
           WHERE t.segment = ANY($1) AND t.strike IS NOT NULL AND t.underlying IS NOT NULL AND t.expiry >= $2 AND t.valid_from <= $2 AND t.valid_to > $2
           GROUP BY t.segment, t.underlying, t.expiry, t.strike
         ) s
         GROUP BY s.segment, s.underlying, s.expiry ON CONFLICT DO NOTHING`,
        [segments, day],
      );
      await tx.query('DELETE FROM registry.data_quality_checks WHERE run_id = $1', [id]);
      await insertRows(
        tx,
        'registry.data_quality_checks',
        ['run_id', 'broker', 'day', 'name', 'segment', 'outcome', 'measured', '"limit"'],
        gates.map((gate) => ({
          run_id: id,
          broker,
          day,
          name: gate.name,
          segment: gate.segment ?? '',
          outcome: gate.outcome,
          measured: gate.measured,
          '"limit"': gate.limit,
        })),
      );
      // The broker's contracts that are to expire on a day on which their venue is closed: one of file and calendar is wrong.
      await tx.query(
        `INSERT INTO registry.data_quality_checks (run_id, broker, day, name, segment, outcome, measured, "limit")
         SELECT $1, $2, $3, 'expiries_on_holidays', v.segment, CASE WHEN count(t.instrument_id) > 0 THEN 'failed' ELSE 'passed' END, count(t.instrument_id), 0
         FROM unnest($4::text[], $5::text[]) AS v (segment, venue)
         LEFT JOIN (registry.calendar_days c
           JOIN registry.lot_sizes t ON t.expiry = c.day AND t.valid_from <= $3 AND t.valid_to > $3
           JOIN registry.broker_tokens b ON b.instrument_id = t.instrument_id AND b.broker = $2 AND b.valid_from <= $3 AND b.valid_to > $3)
           ON c.venue = v.venue AND c.open IS NULL AND c.day >= $3 AND t.segment = v.segment
         WHERE EXISTS (SELECT FROM registry.calendar_days k WHERE k.venue = v.venue)
         GROUP BY v.segment`,
        [id, broker, day, segments, segments.map(venueOf)],
      );
    });
  }
}

/** What is in a file. */
type Read = {
  readonly rows: readonly DumpRow[];
  readonly symbolChanges: readonly ChangeRow[];
  readonly rejects: readonly RejectedRow[];
  readonly statedDay: Day | null;
  readonly entryDay: Day | null;
};

type Work = { readonly progress: Progress; readonly rejects: RejectedRow[]; readonly tokens: ByToken };

/** Some segments' rows, those of them that need a decision, and mappings whose row is gone. */
type Part = { readonly rows: readonly DumpRow[]; readonly news: readonly DumpRow[]; readonly gone: readonly Gone[] };

function counted(counts: Counts, { rows }: Part, { counts: { changedRows, ...published }, refusals }: Publisher): Counts {
  const accepted = rows.length - refusals.length;
  return { ...counts, ...published, accepted, rejected: counts.rejected + refusals.length, unchanged: accepted - changedRows };
}

/** Whether what is absent from the file is gone. */
const covers = ({ segments, symbols }: Request, segment: Segment, { shares }: Comparison) =>
  symbols === null && (segments?.includes(segment) === true || (shares.get(segment) ?? 1) >= enough);

/** The right to publish, kept by this connection. */
async function isHeld(connection: PoolClient): Promise<boolean> {
  const { rows } = await connection.query<{ held: boolean }>(
    `SELECT pg_try_advisory_lock(hashtextextended('ingestion-publishes', 0)) AS held`,
  );
  return rows[0]?.held ?? false;
}

const newestOf = (changes: readonly ChangeRow[]) => changes.map(({ day }) => day).reduce(later);

const later = (a: Day, b: Day) => (a > b ? a : b);

const wanted = ({ segments }: Request, segment: Segment) => segments === null || segments.includes(segment);

/** Cuts between underlyings, so that contracts that swap keys or tokens are decided together. */
function* chunks(rows: readonly DumpRow[], size: number): Generator<readonly DumpRow[]> {
  let first = 0;
  for (let n = 1; n < rows.length; n++) {
    const [last, row] = [rows[n - 1], rows[n]];
    const apart = last?.symbol !== row?.symbol || last?.segment !== row?.segment;
    if ((n - first >= size && apart) || n - first >= 3 * size) {
      yield rows.slice(first, n);
      first = n;
    }
  }
  if (first < rows.length) yield rows.slice(first);
}
