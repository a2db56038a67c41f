import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database';
import { packageRoot } from '../package-root';
import { Redis, dependencyUp } from '../redis';
import { HealthChecks } from './health-checks';

const answered = (dependency: string, work: () => Promise<Record<string, unknown> | void>) => async () => {
  try {
    const details = await work();
    dependencyUp.set({ dependency }, 1);
    return details;
  } catch (error) {
    dependencyUp.set({ dependency }, 0);
    throw error;
  }
};

/** The dependencies of the platform itself: PostgreSQL at the level of this program, and Redis. */
@Injectable()
export class Dependencies implements OnModuleInit {
  private migrated = false;

  constructor(
    private readonly health: HealthChecks,
    private readonly database: Database,
    private readonly redis: Redis,
  ) {}

  onModuleInit() {
    const database = answered('database', () => this.database.query({ name: 'health', text: 'SELECT 1' }).then(() => undefined));
    this.health.add({ name: 'database', critical: true, timeoutMs: 2_000, check: database });
    this.health.add({ name: 'migrations', critical: true, timeoutMs: 2_000, check: () => this.migrations() });
    this.health.add({ name: 'redis', critical: false, timeoutMs: 1_000, check: answered('redis', () => this.redisWrites()) });
  }

  /** A schema never goes back, so once it is there it is not asked for again. */
  private async migrations() {
    if (this.migrated) return;
    const rows = await this.database.query<{ name: string }>({
      text: 'SELECT migration_name AS name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    });
    const applied = new Set(rows.map(({ name }) => name));
    const missing = readdirSync(join(packageRoot(), 'prisma/migrations'), { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !applied.has(entry.name),
    );
    if (missing.length > 0) throw new Error(`Not applied: ${missing.map(({ name }) => name).join(', ')}.`);
    this.migrated = true;
  }

  /** A Redis that is full answers PING and takes nothing. */
  private async redisWrites() {
    const pong = await this.redis.client.ping();
    await this.redis.client.set('instrument-registry:health', pong, 'PX', 10_000);
  }
}
