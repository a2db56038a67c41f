import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { gauge } from './metrics';

/** Connections to PostgreSQL by state. The newest application in the process is the one that is told about. */
let database: Database | undefined;
gauge({ name: 'database_pool_connections', help: 'Connections to PostgreSQL by state.', labels: ['state'] }, (pool) => {
  if (!database) return;
  const { totalCount, idleCount, waitingCount, options } = database.pool;
  pool.set({ state: 'busy' }, totalCount - idleCount);
  pool.set({ state: 'idle' }, idleCount);
  pool.set({ state: 'waiting' }, waitingCount);
  pool.set({ state: 'limit' }, options.max ?? 0);
});

@Injectable()
export class PoolMetrics {
  constructor(of: Database) {
    database = of;
  }
}
