import { Injectable } from '@nestjs/common';
import { insertRows } from '../../platform/database/bulk';
import { Database } from '../../platform/database/database';
import type { Append } from '../../platform/event-store/event-store';
import type { Instrument, Segment } from '../instruments';
import { changeOf, type Change } from './domain/change';

/** At most this many are kept of a run. Their counts are whole. */
export const mostPending = 50_000;

/** What would be recorded of one instrument. */
export type PendingChange = Change & {
  readonly segment: Segment;
  readonly type: string;
  /** Null while there is no such instrument. */
  readonly instrumentId: string | null;
  readonly key: string | null;
  readonly validFrom: string | null;
};

export function pendingChanges({ id, before, after, events }: Append<Instrument>): PendingChange[] {
  if (after.state.status === 'unknown') return [];
  const { segment, terms } = after.state;
  const key = terms.at(-1)?.value.key ?? null;
  return events.map(({ type, data }) => {
    const told = data as Record<string, unknown>; // every event's data is an object
    const validFrom = typeof told.validFrom === 'string' ? told.validFrom : null;
    return { segment, type, instrumentId: before.version === 0 ? null : id, key, validFrom, ...changeOf(type, told) };
  });
}

/** What runs would have changed in segments that wait for a decision, and dry runs in all: worked out as it would be published. */
@Injectable()
export class PendingChanges {
  constructor(private readonly database: Database) {}

  /** In place of what was kept of the run before. */
  async keep(run: string, changes: readonly PendingChange[]) {
    await this.database.transaction(async (tx) => {
      await tx.query('DELETE FROM registry.ingestion_pending_changes WHERE run_id = $1', [run]);
      await insertRows(
        tx,
        'registry.ingestion_pending_changes',
        ['run_id', 'n', 'segment', 'type', 'instrument_id', 'key', 'valid_from', 'before', 'after'],
        changes.slice(0, mostPending).map((change, index) => ({
          run_id: run,
          n: index + 1,
          segment: change.segment,
          type: change.type,
          instrument_id: change.instrumentId,
          key: change.key,
          valid_from: change.validFrom,
          before: change.before,
          after: change.after,
        })),
      );
    });
  }
}
