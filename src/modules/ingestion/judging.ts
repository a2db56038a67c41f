import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { Day, Segment } from '../instruments';
import type { SegmentRejects, SegmentRows } from './domain/dump';
import type { DumpRow } from './domain/dump-row';
import { doubts, duplicateKeys, expiredRows, jumps, judge, lostRows, misshapenRows, rejectedRows, staleRows, waive } from './domain/gates';
import type { Gate, Request } from './domain/run';
import { disagreements, unknownUnderlyings } from './doubts';
import { GateLimits } from './gate-limits';
import { KnownDays } from './known-days';
import type { Comparison } from './matching';

export type Judged = {
  readonly run: string;
  readonly request: Request;
  readonly day: Day;
  /** All rows of the file that could be read. */
  readonly all: readonly DumpRow[];
  readonly count: number;
  readonly rejected: number;
  readonly segments: readonly SegmentRows[];
  /** How many rows of each segment can be used, also of those that are not asked for. */
  readonly usable: readonly SegmentRejects[];
  /** Segments that are published whatever the gates say. */
  readonly approved: readonly Segment[];
};

/** Puts the gates to a file: by itself, beside this broker's last one, beside what other brokers say. */
@Injectable()
export class Judging {
  constructor(
    private readonly limits: GateLimits,
    private readonly days: KnownDays,
  ) {}

  /** Whether so many rows that no segment answers for were rejected that the file is refused. Null when that gate is off. */
  ofRejects({ request, count, rejected, usable }: Judged): Gate | null {
    return judge(rejectedRows(count, rejected, usable).slice(0, 1), this.limits.of(request.broker))[0] ?? null;
  }

  /** Reads in the transaction that the connection is in. @param rows those of the file that are compared */
  async of(connection: PoolClient, file: Judged, rows: readonly DumpRow[], compared: Comparison): Promise<Gate[]> {
    const { run, request, day, all, count, rejected, segments, usable, approved } = file;
    const { broker, mode, symbols } = request;
    const named = new Set(segments.map(({ segment }) => segment));
    // Nothing is missed in a file that need not be whole.
    const recent = mode === 'backfill' || symbols !== null ? new Set<Segment>() : await this.days.recentlyGood(run, broker, day);
    const kept = new Map([...named].flatMap((segment) => (recent.has(segment) ? [[segment, compared.shares.get(segment) ?? 1]] : [])));
    const repeats = new Map([...compared.repeats].filter(([segment]) => recent.has(segment)));
    const wanted = all.filter(({ segment }) => named.has(segment));
    const measures = [
      ...rejectedRows(count, rejected, usable).filter(({ segment }) => isAsked(request, segment)),
      ...misshapenRows(wanted),
      ...duplicateKeys(rows),
      ...staleRows(segments),
      ...expiredRows(segments),
      ...lostRows(kept),
      ...jumps(repeats),
      ...doubts('unknown_underlyings', await unknownUnderlyings(connection, all, rows)),
      ...doubts('cross_broker', await disagreements(connection, day, await this.days.others(broker, day), rows, compared)),
    ];
    return waive(judge(measures, this.limits.of(broker)), approved);
  }
}

const isAsked = ({ segments }: Request, segment: Segment | undefined) =>
  segment === undefined || segments === null || segments.includes(segment);
