import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Redis as Client } from 'ioredis';
import { Config } from './config';
import { gauge } from './observability/metrics';

export const dependencyUp = gauge({ name: 'dependency_up', help: '1 when the dependency answered last, else 0.', labels: ['dependency'] });

/**
 * The connection to Redis: a cache and a transport, never the truth. Every command fails within half a second when Redis is away, and
 * nothing is queued for later, so that nobody waits for it.
 */
@Injectable()
export class Redis implements OnModuleInit, OnApplicationShutdown {
  readonly client: Client;

  constructor(config: Config) {
    const log = new Logger(Redis.name);
    this.client = new Client(config.redisUrl, {
      connectTimeout: 2_000,
      commandTimeout: 500,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 50, 1_000),
      connectionName: 'instrument-registry',
    });
    let away = false;
    this.client.on('error', (error: Error) => {
      dependencyUp.set({ dependency: 'redis' }, 0);
      if (!away) log.warn({ err: error }, 'Redis cannot be reached.');
      away = true;
    });
    this.client.on('ready', () => {
      dependencyUp.set({ dependency: 'redis' }, 1);
      if (away) log.log('Redis is reached again.');
      away = false;
    });
  }

  /** The first request finds it connected, unless it is away. */
  async onModuleInit() {
    if (this.client.status === 'ready') return;
    const ended = new AbortController();
    const { signal } = ended;
    await Promise.race([once(this.client, 'ready', { signal }), pause(2_000, undefined, { signal })]).catch(() => undefined);
    ended.abort();
  }

  /** A connection of its own, for what blocks or subscribes. Whoever asks for it closes it. */
  connection(options: { readonly commandTimeout?: number; readonly maxRetriesPerRequest?: number | null } = {}): Client {
    return this.client.duplicate({ commandTimeout: undefined, ...options });
  }

  onApplicationShutdown() {
    this.client.disconnect();
  }
}
