import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Client } from 'pg';
import { Config } from '../config';
import { connect } from '../database/connect';

/** A notification can be lost with its connection, and a connection can be dead and say nothing: it is asked so often, in milliseconds. */
const askEvery = 1_000;
const patience = 2_000;

/**
 * The newest position of the log, known without asking: what this process commits at once, what others commit as soon as PostgreSQL
 * notifies (about a millisecond). Unknown while the connection that listens is away.
 */
@Injectable()
export class LogHead implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(LogHead.name);
  private readonly stopping = new AbortController();
  private isListening = false;
  private readonly waiting = new Set<() => void>();
  private newest = 0;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly config: Config) {}

  /** Null: ask the database. Never goes back while it is known. */
  known(): number | null {
    return this.isListening ? this.newest : null;
  }

  /** The log is at least there. */
  saw(position: number) {
    if (position <= this.newest) return;
    this.newest = position;
    for (const wake of this.waiting) wake();
  }

  /** Resolves when the log is heard to be beyond the position, or after so many milliseconds. */
  beyond(position: number, milliseconds: number): Promise<void> {
    return new Promise((done) => {
      if (this.newest > position) return done();
      const end = () => {
        clearTimeout(timer);
        this.waiting.delete(end);
        done();
      };
      const timer = setTimeout(end, milliseconds).unref();
      this.waiting.add(end);
    });
  }

  onModuleInit() {
    this.loop = this.forEver();
  }

  async onModuleDestroy() {
    this.stopping.abort();
    await this.loop;
  }

  private async forEver() {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.listen(signal);
      } catch (error) {
        this.log.debug({ err: error }, 'Nobody tells of new positions; listening again.');
      }
      this.isListening = false;
      await pause(askEvery, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until it is stopped or the connection breaks. */
  private async listen(signal: AbortSignal) {
    const connection = await connect(this.config.databaseUrl, { query_timeout: patience, keepAlive: true });
    try {
      connection.on('notification', ({ payload }) => this.saw(Number(payload)));
      // What is told or committed from here on counts; before, another database may have stood at this address.
      this.newest = 0;
      await connection.query('LISTEN log');
      this.saw(await ask(connection));
      this.isListening = true;
      while (!signal.aborted) {
        await pause(askEvery, undefined, { signal }).catch(() => undefined);
        if (!signal.aborted) this.saw(await ask(connection));
      }
    } finally {
      await connection.end().catch(() => undefined);
    }
  }
}

async function ask(connection: Client): Promise<number> {
  const { rows } = await connection.query<{ position: string }>('SELECT position FROM log.head');
  return Number(rows[0]?.position ?? 0);
}
