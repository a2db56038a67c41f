import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import type { Fetched } from './domain/run';

const chunkBytes = 1024 * 1024;

export type Stored = { readonly sha256: string; readonly bytes: number };

/**
 * The bytes of runs' files, kept in the database: an upload that was acknowledged survives the process and the machine that took it,
 * and any worker can run it. Never held whole.
 */
@Injectable()
export class RunFiles {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** All or nothing: a broken upload leaves no bytes. */
  store(run: string, body: AsyncIterable<Buffer>): Promise<Stored> {
    return this.database.transaction(async (tx) => {
      const hash = createHash('sha256');
      let bytes = 0;
      let n = 0;
      for await (const chunk of inPieces(body)) {
        hash.update(chunk);
        bytes += chunk.length;
        await tx.query({
          name: 'ingestion-file-chunk',
          text: 'INSERT INTO registry.ingestion_files (run_id, n, bytes) VALUES ($1, $2, $3)',
          values: [run, n++, chunk],
        });
      }
      return { sha256: hash.digest('hex'), bytes };
    });
  }

  /** Writes the file to the data folder while `work` needs it. */
  async whileOnDisk<T>(run: string, work: (path: string) => Promise<T>): Promise<T> {
    const folder = join(this.config.dataDir, 'runs');
    await mkdir(folder, { recursive: true });
    const path = join(folder, run);
    try {
      await pipeline(Readable.from(this.chunks(run)), createWriteStream(path));
      return await work(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  private async *chunks(run: string): AsyncGenerator<Buffer> {
    for (let n = 0; ; n++) {
      const [row] = await this.database.query<{ bytes: Buffer }>({
        name: 'ingestion-file-read',
        text: 'SELECT bytes FROM registry.ingestion_files WHERE run_id = $1 AND n = $2',
        values: [run, n],
      });
      if (!row) return;
      yield row.bytes;
    }
  }

  /** The newest usable file that was fetched from this source, and has an ETag there. */
  async lastFetched(broker: string, source: string): Promise<(Stored & { readonly run: string; readonly fetched: Fetched }) | undefined> {
    const [last] = await this.database.query<Stored & { run: string; fetched: Fetched }>({
      text: `SELECT r.id AS run, r.sha256, r.bytes::float8 AS bytes, r.fetched FROM registry.ingestion_runs r
             WHERE r.broker = $1 AND r.source = $2 AND r.fetched IS NOT NULL AND r.status IN ('completed', 'quarantined')
               AND EXISTS (SELECT FROM registry.ingestion_files f WHERE f.run_id = r.id)
             ORDER BY r.queued_at DESC LIMIT 1`,
      values: [broker, source],
    });
    return last;
  }

  /** The file of one run is that of another, too. */
  async copy(from: string, to: string) {
    await this.database.query({
      text: 'INSERT INTO registry.ingestion_files (run_id, n, bytes) SELECT $2, n, bytes FROM registry.ingestion_files WHERE run_id = $1',
      values: [from, to],
    });
  }

  async forget(run: string) {
    await this.database.query({ text: 'DELETE FROM registry.ingestion_files WHERE run_id = $1', values: [run] });
  }
}

async function* inPieces(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(parts);
}
