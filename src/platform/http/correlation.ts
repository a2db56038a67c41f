import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { withContext } from '../context';

const wellFormed = /^[A-Za-z0-9._-]{1,128}$/;
/** W3C Trace Context: version, trace id, parent id, flags. An id of zeros is invalid. */
const traceparent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/;

/** The caller's own correlation id when it is one, else a new one. Becomes Fastify's request id. */
export function correlationIdOf(request: IncomingMessage): string {
  const given = request.headers['x-correlation-id'];
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
}

/** The first thing that happens to a request: whose work it is, before anything can fail. */
export function beginWork(request: FastifyRequest) {
  request.work = { correlationId: request.id, actor: 'anonymous' };
  const trace = request.headers.traceparent;
  request.traceId = (typeof trace === 'string' && traceparent.exec(trace)?.[1]) || null;
}

/** Everything from here to the handler runs in the request's context. Again after the body: its reading leaves the context behind. */
export function carryContext(fastify: FastifyInstance) {
  fastify.addHook('preValidation', (request, _reply, done) => withContext(request.work, done));
}
