import { Injectable } from '@nestjs/common';
import { Streams } from '../../platform/event-store/streams';
import type { Table } from '../../platform/event-store/table';
import { run, usualPriority, type Run } from './domain/run';

export const ingestionRuns: Table<Run> = {
  name: 'registry.ingestion_runs',
  columns: [
    'id',
    'version',
    'broker',
    'mode',
    'source',
    'sha256',
    'bytes',
    'dry_run',
    'wanted_day',
    'wanted_segments',
    'wanted_symbols',
    'format',
    'status',
    'reason',
    'day',
    'day_estimated',
    'segments',
    'quarantined',
    'counts',
    'gates',
    'pending',
    'queued_at',
    'started_at',
    'ended_at',
    'priority',
    'fetched',
  ],
  key: ['id'],
  rows: (id, version, state) =>
    state.status === 'unknown'
      ? []
      : [
          {
            id,
            version,
            broker: state.request.broker,
            mode: state.request.mode,
            source: state.request.source,
            sha256: state.request.sha256,
            bytes: state.request.bytes,
            dry_run: state.request.dryRun,
            wanted_day: state.request.day,
            wanted_segments: state.request.segments,
            wanted_symbols: state.request.symbols,
            format: state.request.format,
            status: state.status,
            reason: state.reason,
            day: state.outcome?.day ?? null,
            day_estimated: state.outcome?.dayEstimated ?? null,
            segments: state.outcome?.segments ?? [],
            quarantined: state.outcome?.quarantined ?? [],
            counts: state.counts,
            gates: state.gates,
            pending: state.status === 'quarantined' ? (state.outcome?.pending ?? []) : [],
            queued_at: state.queuedAt,
            started_at: state.startedAt,
            ended_at: state.endedAt,
            priority: state.request.priority ?? usualPriority,
            fetched: state.request.fetched ?? null,
          },
        ],
};

/** For rebuilding. */
export const ingestionRunReadModel = { decider: run, table: ingestionRuns };

@Injectable()
export class IngestionRuns extends Streams(run, [ingestionRuns]) {}
