import type { Database } from '../../platform/database/database';
import { noCounts, type Counts } from './domain/run';
import { RunCancelled } from './domain/stopped';

/** Where a run is, for whoever watches; and the safe points at which it can be stopped. */
export class Progress {
  private written = 0;

  constructor(
    private readonly database: Database,
    private readonly id: string,
    /** The run was cancelled, or the service stops. */
    readonly stopping: AbortSignal,
  ) {}

  /**
   * @param counts what is known of the file's rows by now
   * @throws RunCancelled when the run was cancelled or the service is stopping
   */
  async at(phase: string, counts: Partial<Counts> & { readonly rows: number }, rowsTotal: number | null, percent: number) {
    if (this.stopping.aborted) throw new RunCancelled({ ...noCounts, ...counts });
    // A few times a second is enough for people.
    if (Date.now() - this.written < 300) return;
    this.written = Date.now();
    await this.database.query({
      name: 'ingestion-progress',
      text: `INSERT INTO registry.ingestion_progress (run_id, phase, rows_read, rows_total, percent) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (run_id) DO UPDATE SET phase = $2, rows_read = $3, rows_total = $4, percent = $5, updated_at = now()`,
      values: [this.id, phase, counts.rows, rowsTotal, percent],
    });
  }

  async done() {
    await this.database.query({ text: 'DELETE FROM registry.ingestion_progress WHERE run_id = $1', values: [this.id] });
  }
}
