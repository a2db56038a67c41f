import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '../database/database';
import { Invalid, Refused } from '../errors';

/** How long an answer is kept for a repeated key. */
const kept = '24 hours';
/** A request that has not been answered for so long never will be: its process died. */
const abandoned = '5 minutes';
/** How long a repeated request waits for the one that is under way. */
const patience = 10_000;
const keptHeaders = ['content-type', 'location', 'etag', 'registry-position', 'cache-control'];

type Claim = { readonly caller: string; readonly route: string; readonly key: string };
type Answer = { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
type Row = {
  readonly request_hash: Buffer;
  readonly status: number | null;
  readonly headers: Record<string, string> | null;
  readonly body: string | null;
};

/** Answers of creating requests by caller, route and Idempotency-Key. */
@Injectable()
export class Idempotency {
  constructor(private readonly database: Database) {}

  /** Null when the request is new and the caller's to carry out; else the answer that it had. @throws Invalid, Refused */
  async claim(claim: Claim, hash: Buffer): Promise<Answer | null> {
    for (const deadline = Date.now() + patience; ; await pause(50)) {
      if (await this.begin(claim, hash)) return null;
      const row = await this.find(claim);
      if (!row) continue;
      if (!row.request_hash.equals(hash)) {
        const message = 'This key was used for another request within the last 24 hours.';
        throw new Invalid(`Idempotency-Key: ${message}`, [{ path: 'Idempotency-Key', message }]);
      }
      if (row.status !== null) return { status: row.status, headers: row.headers ?? {}, body: row.body ?? '' };
      if (Date.now() > deadline)
        throw new Refused('The first request with this Idempotency-Key is still under way. Ask again in a moment.');
    }
  }

  private async begin({ caller, route, key }: Claim, hash: Buffer): Promise<boolean> {
    const rows = await this.database.query({
      name: 'idempotency-begin',
      text: `INSERT INTO registry.idempotency_keys AS k (caller, route, key, request_hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT (caller, route, key) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, headers = NULL, body = NULL, created_at = now()
             WHERE k.created_at < now() - interval '${kept}' OR (k.status IS NULL AND k.created_at < now() - interval '${abandoned}')
             RETURNING 1`,
      values: [caller, route, key, hash],
    });
    return rows.length > 0;
  }

  private async find({ caller, route, key }: Claim): Promise<Row | undefined> {
    const rows = await this.database.query<Row>({
      name: 'idempotency-find',
      text: 'SELECT request_hash, status, headers, body FROM registry.idempotency_keys WHERE caller = $1 AND route = $2 AND key = $3',
      values: [caller, route, key],
    });
    return rows[0];
  }

  async keep({ caller, route, key }: Claim, { status, headers, body }: Answer) {
    await this.database.query({
      text: 'UPDATE registry.idempotency_keys SET status = $4, headers = $5, body = $6 WHERE caller = $1 AND route = $2 AND key = $3',
      values: [caller, route, key, status, headers, body],
    });
    await this.database.query({
      text: `DELETE FROM registry.idempotency_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM registry.idempotency_keys WHERE created_at < now() - interval '${kept}' LIMIT 20))`,
    });
  }

  /** The request failed: it may be tried again with the same key. */
  async release({ caller, route, key }: Claim) {
    await this.database.query({
      text: 'DELETE FROM registry.idempotency_keys WHERE caller = $1 AND route = $2 AND key = $3 AND status IS NULL',
      values: [caller, route, key],
    });
  }
}

const claims = new WeakMap<FastifyRequest, Claim>();

/** Any POST that writes and whose body is JSON may carry an `Idempotency-Key`: its answer is given again for 24 hours, once it was a good one. */
export function answerOnce(fastify: FastifyInstance, idempotency: Idempotency) {
  fastify.addHook('preHandler', async (request, reply) => {
    const claim = claimOf(request);
    if (!claim) return;
    const hash = createHash('sha256')
      .update(`${request.url}\n${JSON.stringify(request.body ?? null)}`)
      .digest();
    const answer = await idempotency.claim(claim, hash);
    if (!answer) return void claims.set(request, claim);
    reply.status(answer.status).headers({ ...answer.headers, 'idempotency-replayed': 'true' });
    await reply.send(answer.body);
  });
  fastify.addHook('onSend', async (request, reply, payload) => {
    const claim = claims.get(request);
    if (!claim) return payload;
    claims.delete(request);
    if (reply.statusCode >= 200 && reply.statusCode < 300 && (typeof payload === 'string' || payload === null || payload === undefined))
      await idempotency.keep(claim, { status: reply.statusCode, headers: headersOf(reply), body: withoutSecrets(request, payload ?? '') });
    else await idempotency.release(claim);
    return payload;
  });
}

function claimOf(request: FastifyRequest): Claim | undefined {
  const key = request.headers['idempotency-key'];
  const { config, url } = request.routeOptions;
  if (key === undefined || request.method !== 'POST' || !request.caller || config.reads || config.upload) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return { caller: request.caller.id, route: url ?? '', key };
  const message = 'Give 1 to 255 printable characters without blanks.';
  throw new Invalid(`Idempotency-Key: ${message}`, [{ path: 'Idempotency-Key', message }]);
}

const headersOf = (reply: FastifyReply) =>
  Object.fromEntries(keptHeaders.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])));

/** A secret is shown once, to whoever asked first; it is not kept here. */
function withoutSecrets(request: FastifyRequest, body: string): string {
  const { shownOnce } = request.routeOptions.config;
  if (!shownOnce || !body) return body;
  const members = Object.entries(JSON.parse(body) as object); // such routes answer with an object
  return JSON.stringify(Object.fromEntries(members.filter(([name]) => !shownOnce.includes(name))));
}
