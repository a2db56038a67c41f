import type { Client, PoolClient } from 'pg';
import { connect } from '../database/connect';
import type { Database } from '../database/database';
import type { EventStore, Recorded } from './event-store';

/** Somebody else leads now: what this process was about to write is refused. */
export class Fenced extends Error {}

export type Follower = {
  /** Names the checkpoint; never reused for another purpose. */
  readonly name: string;
  readonly batch: number;
  /** The effect, in the same transaction as the checkpoint: it happens exactly once for every event. */
  readonly handle: (tx: PoolClient, events: readonly Recorded[]) => Promise<void>;
};

/** A wake-up can be lost; a poll cannot. In milliseconds. */
const pollEvery = 500;

/**
 * Follows the log from the follower's own checkpoint. One process at a time leads (an advisory lock); its epoch, raised when it took
 * over, is checked with every checkpoint, so a leader that was paused and replaced cannot write any more.
 */
export class LogFollower {
  private readonly stopping = new AbortController();
  private wakeUp = () => {};
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly follower: Follower,
    private readonly database: Database,
    private readonly store: EventStore,
    private readonly databaseUrl: string,
    private readonly trouble: (error: unknown) => void,
  ) {}

  start() {
    this.loop = this.forEver();
  }

  async stop() {
    this.stopping.abort();
    this.wakeUp();
    await this.loop;
  }

  private async forEver() {
    while (!this.stopping.signal.aborted) {
      try {
        await this.lead();
      } catch (error) {
        this.trouble(error);
      }
      await this.pause();
    }
  }

  /** Leads until stopped, fenced off or cut off. Returns at once when another process leads. */
  private async lead() {
    const connection = await connect(this.databaseUrl);
    try {
      const { rows } = await connection.query<{ leads: boolean }>(
        `SELECT pg_try_advisory_lock(hashtextextended('follower:' || $1, 0)) AS leads`,
        [this.follower.name],
      );
      if (!rows[0]?.leads) return;
      await this.listen(connection);
      const { position: begin, epoch } = await this.takeOver();
      let position = begin;
      while (!this.stopping.signal.aborted) {
        const events = await this.store.after(position, this.follower.batch);
        if (events.length > 0) position = await this.carryOut(events, epoch);
        else await this.pause(connection);
      }
    } finally {
      await connection.end();
    }
  }

  private async listen(connection: Client) {
    connection.on('notification', () => this.wakeUp());
    await connection.query('LISTEN log');
  }

  private async takeOver(): Promise<{ position: number; epoch: number }> {
    const [row] = await this.database.query<{ position: number; epoch: number }>({
      text: `INSERT INTO log.followers AS f (follower, epoch) VALUES ($1, 1)
             ON CONFLICT (follower) DO UPDATE SET epoch = f.epoch + 1, updated_at = now() RETURNING position, epoch`,
      values: [this.follower.name],
    });
    if (!row) throw new Error('An upsert returns its row.');
    return row;
  }

  private carryOut(events: readonly Recorded[], epoch: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const position = events.at(-1)?.position ?? 0;
      // First: a leader that lost its place must not even begin.
      const { rowCount } = await tx.query({
        name: 'follower-checkpoint',
        text: 'UPDATE log.followers SET position = $3, updated_at = now() WHERE follower = $1 AND epoch = $2',
        values: [this.follower.name, epoch, position],
      });
      if (rowCount !== 1) throw new Fenced(`Another process leads ${this.follower.name} now.`);
      await this.follower.handle(tx, events);
      return position;
    });
  }

  /** Until something was appended, or the poll is due. A dead connection ends the lead. */
  private pause(connection?: Client): Promise<void> {
    return new Promise((done, failed) => {
      const end = () => {
        clearTimeout(timer);
        connection?.off('end', lost);
        done();
      };
      const lost = () => {
        clearTimeout(timer);
        failed(new Error(`The connection that holds the lead of ${this.follower.name} broke.`));
      };
      const timer = setTimeout(end, pollEvery);
      this.wakeUp = end;
      connection?.once('end', lost);
    });
  }
}
