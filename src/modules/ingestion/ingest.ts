import { Injectable } from '@nestjs/common';
import { currentContext, withContext } from '../../platform/context';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { Instruments, later, MarketClock, type Segment } from '../instruments';
import { DelistDropped } from './delist-dropped';
import { ExpireInstruments } from './expire-instruments';
import { isWanted, missing, type ByToken } from './domain/dump';
import type { RejectedRow } from './domain/dump-row';
import { failedSegments } from './domain/gates';
import { nothingPublished } from './domain/published';
import { finish, noCounts, type Counts, type Gate, type Request } from './domain/run';
import { RunRefused } from './domain/stopped';
import type { ChangeRow } from './domain/symbol-changes';
import { otherNames } from './domain/underlying-names';
import { Judging, type Judged } from './judging';
import { KnownDays } from './known-days';
import { compare, Matching, type Comparison } from './matching';
import { PendingChanges } from './pending-changes';
import { Progress } from './progress';
import { Publisher } from './publish';
import { PublishedBefore } from './published-before';
import { Publishing, type Part } from './publishing';
import { Reading } from './reading';
import { Results } from './results';
import { IngestionRuns } from './runs';
import { strayContracts } from './stray-contracts';
import { publishSymbolChanges } from './symbol-changes';
import { alone, asOfNow } from './undisturbed';

/** A file that has this share of what was there covers the segment: what is absent from it is gone. */
const enough = 0.8;

/** One file's way into the registry: read, compare, judge, decide and publish, report. */
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
    private readonly reading: Reading,
    private readonly judging: Judging,
    private readonly publishing: Publishing,
    private readonly pendingChanges: PendingChanges,
    private readonly results: Results,
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
    const { rows, symbolChanges, tokens, count, rejected, rejects, day, isEstimated, segments, usable } = await this.reading.of(
      request,
      file,
      progress,
    );
    const judged = { run: id, request, day, all: rows, count, rejected, segments, usable, approved };
    const counts = { ...noCounts, rows: count, rejected, expired: segments.reduce((sum, { expired }) => sum + expired, 0) };
    const gate = this.judging.ofRejects(judged);
    if (gate?.outcome === 'failed')
      throw new RunRefused(
        `${rejected} of ${count} rows cannot be used (first: line ${rejects[0]?.line}: ${rejects[0]?.reason}). Nothing was published.`,
        counts,
        [gate],
      );
    const absent = symbolChanges.length > 0 ? null : missing(rows, request);
    if (absent?.isAll)
      throw new RunRefused(`The file has nothing of what was asked for (${absent.names}): check the names, or leave them out.`, counts);
    const reason = absent ? { reason: `The file has no rows of the ${absent.names}.` } : {};
    const finished = await alone(this.database, progress, counts, request.dryRun, async () => {
      const { finished, pending } =
        symbolChanges.length > 0
          ? await this.renames(judged, counts, gate, symbolChanges, { progress, rejects })
          : await this.publish(judged, counts, { progress, rejects, tokens });
      await this.results.keepRejects(id, rejects);
      await this.pendingChanges.keep(id, pending);
      if (!request.dryRun) await this.results.summarise(id, request.broker, day, finished);
      await this.runs.change(id, (run) => finish(run, { ...finished, ...reason, at: new Date().toISOString(), dayEstimated: isEstimated }));
      return finished;
    });
    await progress.done();
    if (!request.dryRun) await this.results.refreshStatistics(finished);
  }

  /** Changes of symbols tell of the past: they cover no segment, and end nothing. */
  private async renames(
    judged: Judged,
    counts: Counts,
    gate: Gate | null,
    changes: readonly ChangeRow[],
    { progress, rejects }: Pick<Work, 'progress' | 'rejects'>,
  ) {
    const { run, request, day } = judged;
    await progress.at('publishing', counts, counts.rows, 35);
    const nothing = new Map<Segment, never>();
    const file = {
      broker: request.broker,
      day,
      until: nothing,
      ownUntil: nothing,
      otherNames: nothing,
      rowOf: () => undefined,
      preferred: [],
    };
    const publisher = new Publisher(this.instruments, file, request.dryRun, await this.publishedBefore.of(run));
    const { known, changed } = await publishSymbolChanges(this.database, publisher, changes);
    const { changedRows: _, ...published } = publisher.counts;
    rejects.push(...publisher.refusals);
    const rejected = counts.rejected + publisher.refusals.length;
    const finished = {
      ...{ day, segments: [], quarantined: [], gates: gate ? [gate] : [], pending: [] },
      counts: { ...counts, ...published, rejected, accepted: known, unchanged: known - changed },
    };
    return { finished, pending: publisher.pending };
  }

  private async publish(judged: Judged, counts: Counts, { progress, rejects, tokens }: Work) {
    const { run, request, day, all, segments, usable } = judged;
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
    const { covered, gates, quarantined, trusted, waiting, publisher } = await asOfNow(
      this.database,
      progress,
      counts,
      async (connection) => {
        const names = otherNames(await strayContracts(connection, all, day, [...until.keys()]), rowOf, broker, day);
        const file = { broker, day, until, ownUntil, otherNames: names, rowOf, preferred: this.config.preferredBrokers };
        const publisher = new Publisher(this.instruments, file, dryRun, before);
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
          this.publishing.part(
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
          const rehearsal = new Publisher(this.instruments, file, true, nothingPublished());
          await publish(rehearsal, part, () => progress.at('rehearsing', { ...counts, accepted: trusted.rows.length }, counts.rows, 91));
          waiting.push({ segment, part, rehearsal });
        }
        return { covered: covered.filter((segment) => !quarantined.includes(segment)), gates, quarantined, trusted, waiting, publisher };
      },
    );
    if (!dryRun && request.mode !== 'backfill') publisher.counts.delisted += await this.dropped.after(broker, day, covered);
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
        const { rejected } = usable.find((one) => one.segment === segment) ?? { rejected: 0 };
        return { segment, counts: counted({ ...noCounts, rows: all + rejected, rejected, expired }, part, rehearsal) };
      }),
    };
    return { finished, pending: [...publisher.pending, ...waiting.flatMap(({ rehearsal }) => rehearsal.pending)] };
  }
}

type Work = { readonly progress: Progress; readonly rejects: RejectedRow[]; readonly tokens: ByToken };

function counted(counts: Counts, { rows }: Part, { counts: { changedRows, ...published }, refusals }: Publisher): Counts {
  const accepted = rows.length - refusals.length;
  return { ...counts, ...published, accepted, rejected: counts.rejected + refusals.length, unchanged: accepted - changedRows };
}

/** Whether what is absent from the file is gone. */
const covers = ({ segments, symbols }: Request, segment: Segment, { shares }: Comparison) =>
  symbols === null && (segments?.includes(segment) === true || (shares.get(segment) ?? 1) >= enough);
