import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { later, MarketClock, type Day, type Segment } from '../instruments';
import { adapterOf } from './adapters';
import { byToken, rejectsIn, segmentsIn, smallestExpiry, type ByToken, type SegmentRejects, type SegmentRows } from './domain/dump';
import type { DumpRow, RejectedRow } from './domain/dump-row';
import { repeatedTokens } from './domain/gates';
import { noCounts, noDay, type Request } from './domain/run';
import { RunRefused } from './domain/stopped';
import type { ChangeRow } from './domain/symbol-changes';
import { dumpLimits, openDump } from './files/open-dump';
import { readDump } from './files/read-dump';
import { KnownDays } from './known-days';
import type { Progress } from './progress';
import { keptRejects } from './results';
import { sampleBatches } from './sample/sample-batches';

/** The largest dump has 273,027 rows, with which the process grew to 690 MB: the rows of a file are held in memory. */
const mostRows = 500_000;

type Parsed = {
  readonly rows: readonly DumpRow[];
  readonly symbolChanges: readonly ChangeRow[];
  readonly tokens: ByToken;
  /** The first of them: to be added to. */
  readonly rejects: RejectedRow[];
  readonly rejected: number;
  /** Of them those that tell their segment. */
  readonly rejectedIn: ReadonlyMap<Segment, number>;
  /** Rows and rejects. */
  readonly count: number;
  readonly statedDay: Day | null;
  readonly entryDay: Day | null;
};

/** A whole file, and the day that it is of. */
export type WholeFile = Parsed & {
  readonly day: Day;
  readonly isEstimated: boolean;
  readonly segments: readonly SegmentRows[];
  readonly usable: readonly SegmentRejects[];
};

/** Reads a file to its end, finds its day, and refuses what is older than what is known. */
@Injectable()
export class Reading {
  constructor(
    private readonly config: Config,
    private readonly days: KnownDays,
    private readonly clock: MarketClock,
  ) {}

  /** @param file where the bytes lie; null for the bundled sample, which has none */
  async of(request: Request, file: string | null, progress: Progress): Promise<WholeFile> {
    const parsed = await this.parse(request, file, progress);
    const { day, isEstimated } = dayOf(request, parsed);
    const tooFar = isEstimated ? null : this.clock.tooFarAhead(day);
    if (tooFar !== null) throw new RunRefused(`The day ${tooFar} Nothing was published.`);
    const isNamed = ({ segment }: SegmentRows) => request.segments === null || request.segments.includes(segment);
    const all = segmentsIn(parsed.rows, day);
    const segments = all.filter(isNamed);
    await this.refuseOlder(request, day, segments);
    return { ...parsed, day, isEstimated, segments, usable: rejectsIn(all, parsed.rejectedIn) };
  }

  /** Parses the whole file. Nothing is compared before its end was seen: a cut-off file shows only there. */
  private async parse(request: Request, file: string | null, progress: Progress): Promise<Parsed> {
    const adapter = adapterOf(request.broker);
    const limits = { ...dumpLimits, unpackedBytes: this.config.uploadMaxUnpackedBytes, encoding: adapter.encoding };
    const dump = file === null ? null : await openDump(file, limits, adapter.entries);
    const rows: DumpRow[] = [];
    const rejects: RejectedRow[] = [];
    const symbolChanges: ChangeRow[] = [];
    let count = 0;
    let rejected = 0;
    const rejectedIn = new Map<Segment, number>();
    let statedDay: Day | null = null;
    for await (const batch of dump ? readDump(dump, adapter, request.format) : sampleBatches(request.broker)) {
      rows.push(...batch.rows);
      rejects.push(...batch.rejects.slice(0, keptRejects - rejects.length));
      symbolChanges.push(...(batch.symbolChanges ?? []));
      rejected += batch.rejects.length;
      for (const { segment } of batch.rejects) if (segment) rejectedIn.set(segment, (rejectedIn.get(segment) ?? 0) + 1);
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
    return { rows, symbolChanges, tokens, rejects, rejected, rejectedIn, count, statedDay, entryDay: dump?.statedDay ?? null };
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
}

/**
 * Given, else stated in the file, else estimated as its smallest F&O expiry, or as its newest change of a symbol. Only what the rows
 * state can contradict a given day: an estimate cannot, nor the time of a zip's entry, which whoever packed it may have changed.
 */
function dayOf({ day }: Request, { rows, symbolChanges, statedDay, entryDay }: Parsed): { day: Day; isEstimated: boolean } {
  if (day !== null && statedDay !== null && day !== statedDay)
    throw new RunRefused(
      `The rows of this file say that they are of ${statedDay}, and ${day} was given: leave the day out, or give ${statedDay}.`,
    );
  const stated = day ?? statedDay ?? entryDay;
  if (stated !== null) return { day: stated, isEstimated: false };
  const estimate = symbolChanges.length > 0 ? newestOf(symbolChanges) : smallestExpiry(rows);
  if (estimate === null) throw new RunRefused(noDay);
  return { day: estimate, isEstimated: true };
}

const newestOf = (changes: readonly ChangeRow[]) => changes.map(({ day }) => day).reduce(later);
