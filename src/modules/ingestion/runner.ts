import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '../../platform/observability/log';
import { Config } from '../../platform/config';
import { withContext } from '../../platform/context';
import { Database } from '../../platform/database/database';
import { adapterOf } from './adapters';
import { UnusableFile } from './domain/dump-row';
import { correctDay, fail, finish, noCounts, start, stop, type Counts, type Finished, type Request } from './domain/run';
import { RunCancelled, RunRefused } from './domain/stopped';
import { Ingest } from './ingest';
import { ingestionMetrics } from './metrics';
import { PublishedBefore } from './published-before';
import { RunFiles } from './run-files';
import { IngestionRuns } from './runs';

/** How often a worker looks whether another process has queued something, in milliseconds. */
const pollEvery = 1_000;
/** How often it looks whether another process has cancelled what it carries out, in milliseconds. */
const lookEvery = 400;

/**
 * Carries out queued runs, as many at a time as the process has workers and one at a time per broker in the cluster (an advisory lock, held by a
 * connection: it goes when the process does). A run that is `running` with nobody holding its lock was cut off, and is done again:
 * what it had published compares as unchanged.
 */
@Injectable()
export class Runner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private loops: Promise<unknown> = Promise.resolve();
  private readonly sleepers = new Set<() => void>();
  /** What this process carries out, each with the way to stop it. */
  private readonly running = new Map<string, AbortController>();

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly runs: IngestionRuns,
    private readonly files: RunFiles,
    private readonly ingest: Ingest,
    private readonly publishedBefore: PublishedBefore,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap() {
    if (!this.config.roles.has('worker')) return;
    this.loops = Promise.all(Array.from({ length: this.config.ingestionWorkerCount }, () => this.work()));
  }

  async onApplicationShutdown() {
    this.stopping.abort();
    for (const run of this.running.values()) run.abort();
    this.wake();
    await this.loops;
  }

  /** There may be something to do. */
  wake() {
    for (const wakeUp of this.sleepers) wakeUp();
  }

  /** The run was cancelled: if it is this process that carries it out, it need not find that out by itself. */
  stop(id: string) {
    this.running.get(id)?.abort();
  }

  private async work() {
    while (!this.stopping.signal.aborted) {
      const worked = await this.next().catch((error: Error) => {
        this.log.pino.error({ err: error }, 'the ingestion queue cannot be read; trying again');
        return false;
      });
      if (!worked && !this.stopping.signal.aborted) await this.pause();
    }
  }

  private pause() {
    return new Promise<void>((done) => {
      const wakeUp = () => {
        clearTimeout(timer);
        this.sleepers.delete(wakeUp);
        done();
      };
      const timer = setTimeout(wakeUp, pollEvery);
      this.sleepers.add(wakeUp);
    });
  }

  /**
   * Carries out the next run whose broker nobody is busy with: first what was cut off, then what is most urgent, then what waits longest.
   * False when there is none.
   */
  private async next(): Promise<boolean> {
    const open = await this.database.query<{ id: string; broker: string }>({
      name: 'ingestion-open-runs',
      text: `SELECT r.id, r.broker FROM (
               SELECT DISTINCT ON (broker) id, broker, status, priority, queued_at FROM registry.ingestion_runs WHERE status IN ('queued', 'running')
               ORDER BY broker, status DESC, priority DESC, queued_at, id) r
             ORDER BY r.status DESC, r.priority DESC, r.queued_at, r.id`,
    });
    for (const { id, broker } of open)
      if (!this.running.has(id) && (await this.database.alone(`ingestion:${broker}`, () => this.execute(id)))) return true;
    return false;
  }

  private async execute(id: string) {
    const found = (await this.runs.states([id])).get(id)?.state;
    if (!found || (found.status !== 'queued' && found.status !== 'running')) return;
    const { request, approved } = found;
    const history = (await this.runs.store.read([`ingestion_run-${id}`])).get(`ingestion_run-${id}`) ?? [];
    // Whoever sent the file causes what it changes, and whoever approves what it was not trusted with causes that.
    const { correlationId, actor } = (history.findLast(({ type }) => type === 'RunApproved') ?? history[0])?.metadata ?? {
      correlationId: id,
      actor: 'system:ingestion',
    };
    const context = { correlationId, actor, ingestionRun: id };
    const began = Date.now();
    const { position } = await withContext(context, () => this.runs.change(id, (run) => start(run, new Date().toISOString())));
    await withContext({ ...context, causationId: String(position) }, async () => {
      const { signal, end } = this.untilCancelled(id);
      try {
        const again = approved.length > 0 || adapterOf(request.broker).tellsOfThePast ? null : await this.knownAlready(id, request);
        if (again) await this.runs.change(id, (run) => finish(run, again));
        else if (request.source === 'sample') await this.ingest.execute(id, request, null, signal);
        else await this.files.whileOnDisk(id, (path) => this.ingest.execute(id, request, path, signal, approved));
        await this.correctEstimates(id, request);
      } catch (error) {
        await this.ended(id, error);
      } finally {
        end();
      }
      await this.report(id, (Date.now() - began) / 1000);
    });
  }

  /** Aborted when the run is cancelled, here or in another process, or when the service stops. */
  private untilCancelled(id: string) {
    const abort = new AbortController();
    if (this.stopping.signal.aborted) abort.abort();
    this.running.set(id, abort);
    const look = async () => {
      const [run] = await this.database.query<{ status: string }>({
        name: 'ingestion-status',
        text: 'SELECT status FROM registry.ingestion_runs WHERE id = $1',
        values: [id],
      });
      if (run?.status === 'cancelled') abort.abort();
    };
    // What cannot be read now is read the next time.
    const timer = setInterval(() => void look().catch(() => undefined), lookEvery);
    const end = () => {
      clearInterval(timer);
      this.running.delete(id);
    };
    return { signal: abort.signal, end };
  }

  /** A day that is given for a file, and that nothing speaks against, is that of its earlier runs, too, where it had to be estimated. */
  private async correctEstimates(id: string, { broker, sha256, day, dryRun }: Request) {
    if (day === null || sha256 === null || dryRun) return;
    if ((await this.runs.states([id])).get(id)?.state.status !== 'completed') return;
    const estimated = await this.database.query<{ id: string }>({
      text: 'SELECT id FROM registry.ingestion_runs WHERE broker = $1 AND sha256 = $2 AND day_estimated AND id <> $3',
      values: [broker, sha256, id],
    });
    for (const { id: earlier } of estimated) await this.runs.change(earlier, (run) => correctDay(run, day, new Date().toISOString()));
  }

  private async ended(id: string, error: unknown) {
    const now = () => new Date().toISOString();
    if (error instanceof RunRefused || error instanceof UnusableFile) {
      const { counts, gates } = error instanceof RunRefused ? error : { counts: noCounts, gates: [] };
      await this.runs.change(id, (run) => fail(run, error.message, counts, gates, now()));
      return;
    }
    // Stopped with the service: it stays `running` and goes on at the next start.
    if (error instanceof RunCancelled && this.stopping.signal.aborted) return;
    const { changedRows, ...published } = await this.publishedBefore.of(id);
    if (error instanceof RunCancelled) {
      // What was published while the run stopped was accepted, too.
      const accepted = Math.max(error.counts.accepted, changedRows);
      await this.runs.change(id, (run) => stop(run, { ...error.counts, ...published, accepted, unchanged: accepted - changedRows }, now()));
      return;
    }
    this.log.pino.error({ err: error, run: id }, 'an ingestion run failed');
    const reason = 'The run failed inside the registry; the log has the reason. What it had published stays; send the file again.';
    await this.runs.change(id, (run) => fail(run, reason, { ...noCounts, ...published }, [], now()));
  }

  /** The broker's last run had these very bytes for the same day: nothing can have changed. */
  private async knownAlready(id: string, { broker, sha256, day, dryRun, segments, symbols }: Request): Promise<Finished | null> {
    if (sha256 === null || dryRun || segments !== null || symbols !== null) return null;
    const [last] = await this.database.query<{
      id: string;
      status: string;
      sha256: string | null;
      wanted_day: string | null;
      day: string;
      day_estimated: boolean;
      segments: Finished['segments'];
      counts: Counts;
      gates: Finished['gates'];
      partial: boolean;
    }>({
      text: `SELECT id, status, sha256, wanted_day, day, day_estimated, segments, counts, gates, wanted_segments IS NOT NULL OR wanted_symbols IS NOT NULL OR quarantined <> '[]' AS partial
             FROM registry.ingestion_runs WHERE broker = $1 AND id <> $2 AND NOT dry_run AND status IN ('completed', 'quarantined', 'cancelled')
             ORDER BY ended_at DESC LIMIT 1`,
      values: [broker, id],
    });
    if (last?.status !== 'completed' || last.sha256 !== sha256 || last.partial || (day ?? last.day) !== last.day) return null;
    const { rows, accepted, rejected, expired } = last.counts;
    return {
      at: new Date().toISOString(),
      day: last.day,
      dayEstimated: day === null && last.day_estimated,
      segments: last.segments,
      quarantined: [],
      counts: { ...noCounts, rows, accepted, rejected, expired, unchanged: accepted },
      gates: last.gates,
    };
  }

  private async report(id: string, seconds: number) {
    const state = (await this.runs.states([id])).get(id)?.state;
    if (!state || state.status === 'unknown') return;
    const { broker } = state.request;
    ingestionMetrics.runs.inc({ broker, outcome: state.status });
    ingestionMetrics.duration.observe({ broker }, seconds);
    for (const outcome of ['accepted', 'rejected', 'expired', 'unchanged'] as const)
      ingestionMetrics.rows.inc({ broker, outcome }, state.counts[outcome]);
    this.log.pino.info(
      { run: id, broker, status: state.status, reason: state.reason, counts: state.counts, seconds },
      'ingestion run ended',
    );
  }
}
