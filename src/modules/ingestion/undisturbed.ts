import { setTimeout as pause } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { Database } from '../../platform/database/database';
import type { Counts } from './domain/run';
import { RunCancelled } from './domain/stopped';
import type { Progress } from './progress';

/** How often a run that waits for another one's end looks again, in milliseconds. */
const publishPoll = 100;

/**
 * No other run publishes meanwhile: of two brokers that list the same new contract, the second must see what the first one made of it.
 * A dry run changes nothing and need not wait.
 */
export async function alone<T>(database: Database, progress: Progress, counts: Counts, dry: boolean, work: () => Promise<T>): Promise<T> {
  if (dry) return work();
  for (;;) {
    const done = await database.alone('ingestion-publishes', work);
    if (done) return done.result;
    await progress.at('waiting', counts, counts.rows, 30);
    await pause(publishPoll);
  }
}

/** All that `work` reads is as it was when it began to read. A run that is stopped does not wait for the end of a comparison. */
export async function asOfNow<T>(
  database: Database,
  progress: Progress,
  counts: Counts,
  work: (connection: PoolClient) => Promise<T>,
): Promise<T> {
  const connection = await database.pool.connect();
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
