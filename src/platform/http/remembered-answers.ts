import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { LogHead } from '../event-store/log-head';
import { counter } from '../observability/metrics';

const operations = counter({
  name: 'cache_operations_total',
  help: 'Look-ups in caches, by what came of them.',
  labels: ['cache', 'outcome'],
});

/** All answers together, in characters; then the oldest go. */
const mostCharacters = 64 * 1024 * 1024;

type Answer = { readonly payload: string; readonly contentType: string; readonly etag: string | undefined };

/**
 * Answers of routes that say `remembered` are given again while neither the log nor the minute has moved on: what they say depends on
 * the address, on what is known, and on the time of day alone, and is the same for every caller who may read.
 */
export function rememberAnswers(fastify: FastifyInstance, head: LogHead) {
  const answers = new Map<string, Answer>();
  let [size, position, minute] = [0, -1, -1];

  /** Forgets everything when the world has moved on. Null when nobody knows whether it has. */
  const now = (): number | null => {
    const known = head.known();
    const present = Math.floor(Date.now() / 60_000);
    if (known !== position || present !== minute) {
      answers.clear();
      [size, position, minute] = [0, known ?? -1, present];
    }
    return known;
  };
  const remember = (url: string, answer: Answer) => {
    answers.set(url, answer);
    size += url.length + answer.payload.length;
    for (const [oldest, { payload }] of answers) {
      if (size <= mostCharacters) break;
      answers.delete(oldest);
      size -= oldest.length + payload.length;
    }
  };
  const isRemembered = ({ method, routeOptions: { config } }: FastifyRequest) => config.remembered === true && method === 'GET';

  fastify.decorateRequest('readAt', null);
  fastify.addHook('preHandler', (request, reply, done) => {
    if (!isRemembered(request)) return done();
    request.readAt = now();
    const answer = request.readAt === null ? undefined : answers.get(request.raw.url ?? '');
    operations.inc({ cache: 'answers', outcome: answer ? 'hit' : 'miss' });
    if (!answer) return done();
    if (answer.etag !== undefined) reply.header('etag', answer.etag);
    reply.header('content-type', answer.contentType);
    reply.send(answer.payload);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    // What was read while the log moved on is newer than the position it was read at: right, but not worth keeping.
    if (isRemembered(request) && reply.statusCode === 200 && typeof payload === 'string' && request.readAt !== null) {
      const url = request.raw.url ?? '';
      const [contentType, etag] = [reply.getHeader('content-type'), reply.getHeader('etag')];
      if (now() === request.readAt && !answers.has(url) && typeof contentType === 'string')
        remember(url, { payload, contentType, etag: typeof etag === 'string' ? etag : undefined });
    }
    done(null, payload);
  });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The log position at which a remembered route began to read; null when it was not known. */
    readAt: number | null;
  }
}
