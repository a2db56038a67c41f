import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { EventStore } from '../../platform/event-store/event-store';
import { Streams } from '../../platform/event-store/streams';
import type { Table } from '../../platform/event-store/table';
import { schedule, type Plan, type Schedule } from './domain/schedule';

export const schedulesTable: Table<Schedule> = {
  name: 'registry.schedules',
  columns: ['broker', 'version', 'enabled', 'times', 'mode', 'segments', 'priority', 'venue', 'since', 'last'],
  key: ['broker'],
  rows: (broker, version, state) =>
    state.status === 'none' ? [] : [{ broker, version, ...state.plan, since: state.since, last: state.last }],
};

/** For rebuilding. */
export const scheduleReadModel = { decider: schedule, table: schedulesTable };

export type Known = { readonly broker: string; readonly state: Extract<Schedule, { status: 'set' }> };

/** The streams `schedule-<broker>`. */
@Injectable()
export class Schedules extends Streams(schedule, [schedulesTable]) {
  constructor(
    store: EventStore,
    private readonly database: Database,
  ) {
    super(store);
  }

  /** Every broker's, or one's, by name. */
  async known(broker?: string): Promise<Known[]> {
    const rows = await this.database.query<Plan & Pick<Known['state'], 'since' | 'last'> & { broker: string }>({
      name: 'schedules-known',
      text: `SELECT broker, times, enabled, mode, segments, priority, venue, since, last FROM registry.schedules
             WHERE $1::text IS NULL OR broker = $1 ORDER BY broker`,
      values: [broker ?? null],
    });
    return rows.map(({ broker, since, last, ...plan }) => ({ broker, state: { status: 'set', plan, since, last } }));
  }
}
