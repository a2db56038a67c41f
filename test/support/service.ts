import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module';
import { Config } from '../../src/platform/config';
import { createServer } from '../../src/platform/http/server';
import { freshDatabase, redisUrl } from './database';

export const rootKey = 'bootstrap-key-of-the-end-to-end-specs';

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

/** The whole service on a free port, with a database of its own, listening on real HTTP. */
export async function startService(env: Record<string, string> = {}, databaseUrl?: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'registry-e2e-'));
  const database = databaseUrl ?? (await freshDatabase());
  const config = Config.load({
    DATABASE_URL: database,
    REDIS_URL: redisUrl(),
    DATA_DIR: dataDir,
    BOOTSTRAP_API_KEY: rootKey,
    MARKET_CLOCK: 'follow',
    LOG_LEVEL: 'silent',
    PORT: '0',
    INSTRUMENT_REGISTRY_RATE_LIMIT_PER_MINUTE: '1000000',
    ...env,
  });
  const app: NestFastifyApplication = await createServer(AppModule, config);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;

  /** The newest log position that an answer brought: like any client that wants to see its own writes, it asks for that at least. */
  let seen = 0;
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const isJson = body !== undefined && !(body instanceof Uint8Array) && typeof body !== 'string' && !(body instanceof ReadableStream);
    const response = await fetch(`${base}/api/v1${path}`, {
      method,
      headers: {
        'x-api-key': rootKey,
        'registry-position': String(seen),
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body, duplex: 'half' }),
    } as RequestInit);
    seen = Math.max(seen, Number(response.headers.get('registry-position') ?? 0));
    const text = await response.text();
    const isJsonAnswer = response.headers.get('content-type')?.includes('json') === true;
    const read = isJsonAnswer ? (JSON.parse(text) as Record<string, unknown>) : text ? { text } : {};
    return { status: response.status, headers: response.headers, body: read };
  }

  /** The run as it ended. */
  async function ended(id: unknown): Promise<Record<string, unknown> & { counts: Record<string, number> }> {
    for (const deadline = Date.now() + 120_000; ; await pause(30)) {
      const { body } = await call('GET', `/ingestions/${String(id)}`);
      if (body.status !== 'queued' && body.status !== 'running')
        return body as Record<string, unknown> & { counts: Record<string, number> };
      if (Date.now() > deadline) throw new Error(`The run ${String(id)} did not end: ${JSON.stringify(body)}`);
    }
  }

  const upload = (broker: string, file: string | Uint8Array | ReadableStream, query = '', type = 'text/csv') =>
    call('POST', `/brokers/${broker}/ingestions${query}`, file, { 'content-type': type });

  async function ingest(broker: string, file: string | Uint8Array | ReadableStream, query = '', type = 'text/csv') {
    const { status, body } = await upload(broker, file, query, type);
    if (status !== 202) throw new Error(`The upload was answered ${status}: ${JSON.stringify(body)}`);
    return ended(body.id);
  }

  async function stop() {
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  return { app, base, call, upload, ingest, ended, stop, databaseUrl: database };
}
export type Service = Awaited<ReturnType<typeof startService>>;
