import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Invalid } from '../errors';

/** The ETag of a version. */
export const etagOf = (version: number | string) => `"${version}"`;

export function setVersion(reply: FastifyReply, version: number | string) {
  reply.header('etag', etagOf(version));
}

const tagsIn = (header: string) => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/** Whether the caller has this already (If-None-Match). */
export function has(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  return header !== undefined && (header.trim() === '*' || tagsIn(header).includes(etag.replace(/^W\//, '')));
}

/**
 * The version that a write expects (If-Match); undefined when it expects none.
 * @throws Invalid when the header is not one ETag of ours
 */
export function expectedVersion(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  // What follows the version tells answers apart that change without a write, such as a status with the time of day.
  const version = /^"(\d{1,9})(?:-[a-z0-9-]+)?"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  const message = 'Give the ETag of the version that you read, such as "3".';
  throw new Invalid(`If-Match: ${message}`, [{ path: 'If-Match', message }]);
}

/** A read whose answer the caller has already is answered 304. A route only sets `etag`. */
export function answerNotModified(fastify: FastifyInstance) {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const etag = reply.getHeader('etag');
    if (
      reply.statusCode !== 200 ||
      typeof etag !== 'string' ||
      !has(request, etag) ||
      (request.method !== 'GET' && request.method !== 'HEAD')
    )
      return done(null, payload);
    if (payload instanceof Readable) payload.destroy();
    reply.code(304).removeHeader('content-length').removeHeader('content-type');
    done(null, null);
  });
}
