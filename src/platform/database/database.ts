import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Pool, TypeOverrides, types, type PoolClient, type QueryResultRow } from 'pg';
import { Config } from '../config';

/** A statement with a name is prepared once per connection: the hot reads and the log use it. */
export type Statement = { readonly name?: string; readonly text: string; readonly values?: unknown[] };
export type Queryable = Pick<PoolClient, 'query'>;

/** Dates stay ISO text (a Date would move them between zones); 64-bit integers become numbers (positions, lots and counts stay below 2^53). */
const asText = new TypeOverrides();
asText.setTypeParser(types.builtins.DATE, (text) => text);
asText.setTypeParser(types.builtins.INT8, Number);

/**
 * The connections of the service. Every one runs as the role `registry_app`, which can change neither the log nor the audit trail.
 * Prisma is for ordinary queries; this is for the log, bulk work and hot reads.
 */
@Injectable()
export class Database implements OnModuleDestroy {
  readonly pool: Pool;

  constructor(config: Config) {
    this.pool = new Pool({
      connectionString: config.databaseUrl,
      max: config.databasePoolSize,
      types: asText,
      connectionTimeoutMillis: 5_000,
      // A half-open connection must not hold a request for ever.
      keepAlive: true,
      options: '-c role=registry_app -c search_path=registry,log,public -c timezone=UTC -c jit=off',
      application_name: 'instrument-registry',
    });
    // A connection that breaks is replaced by the pool, and the query that needs it will say so: also one that somebody holds and does
    // not use at the moment, whose error would otherwise end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (connection) => connection.on('error', () => undefined));
  }

  async query<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    return (await this.pool.query<Row>(statement)).rows;
  }

  /** Commits when `work` resolves, rolls back when it rejects. */
  async transaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
    const tx = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await tx.query('BEGIN');
      const result = await work(tx);
      await tx.query('COMMIT');
      return result;
    } catch (error) {
      await tx.query('ROLLBACK').catch((failed: Error) => (broken = failed));
      throw error;
    } finally {
      tx.release(broken);
    }
  }

  /**
   * Does the work while no other process or connection has the lock of this name. The lock belongs to a connection: it goes when the
   * process does.
   * @returns null when another one has it, and nothing was done
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<{ readonly result: T } | null> {
    const connection = await this.pool.connect();
    let isFree = false;
    try {
      const { rows } = await connection.query<{ locked: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
        name,
      ]);
      isFree = rows[0]?.locked === false;
      return isFree ? null : { result: await work() };
    } finally {
      // One that has the lock is closed, not returned: the lock must go whatever happened.
      connection.release(!isFree);
    }
  }

  async onModuleDestroy() {
    await this.pool.end();
  }
}
