import { STATUS_CODES } from 'node:http';
import { HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Invalid, NotFound, Refused, Stale, TooLarge, Unavailable } from '../errors';
import { WrongExpectedVersion } from '../event-store/event-store';
import { codeOf } from '../error-code';
import { Forbidden, TimedOut, TooManyRequests, Unauthenticated, UnknownEncoding } from './refusals';
import { databaseProblem } from './database-problems';
import type { Meaning, Problem } from './problem';
import { hintFor } from './route-hints';

const retryAfter = (seconds: number) => ({ 'retry-after': String(Math.max(1, Math.ceil(seconds))) });

/** The only place where an error becomes an HTTP status. */
export function meaningOf(error: unknown): Meaning {
  if (error instanceof Invalid) return { status: 422, detail: error.message, ...(error.errors.length > 0 && { errors: error.errors }) };
  if (error instanceof NotFound) return { status: 404, detail: error.message };
  if (error instanceof Refused || error instanceof WrongExpectedVersion) return { status: 409, detail: error.message };
  if (error instanceof Stale) return { status: 412, detail: error.message };
  if (error instanceof TooLarge) return { status: 413, detail: error.message };
  if (error instanceof TimedOut) return { status: 408, detail: error.message };
  if (error instanceof UnknownEncoding)
    return { status: 415, detail: error.message, headers: { 'accept-encoding': error.taken.join(', ') } };
  if (error instanceof Unauthenticated)
    return { status: 401, detail: error.message, headers: { 'www-authenticate': 'Bearer realm="instrument-registry"' } };
  if (error instanceof Forbidden) return { status: 403, detail: error.message };
  if (error instanceof TooManyRequests) return { status: 429, detail: error.message, headers: retryAfter(error.retryAfterSeconds) };
  if (error instanceof Unavailable) return { status: 503, detail: error.message, headers: retryAfter(error.retryAfterSeconds) };
  return frameworkProblem(error) ?? databaseProblem(error) ?? { status: 500 };
}

/** What Fastify and Nest throw themselves. Their messages below 500 are about the request and safe to show. */
function frameworkProblem(error: unknown): Meaning | undefined {
  const code = codeOf(error) || (error instanceof HttpException ? codeOf(error.cause) : '');
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { status: 413, detail: 'The body is larger than the 16 MiB that are taken here.' };
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return { status: 400, detail: 'The body is not JSON.' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return { status: 415, detail: 'This route does not take a body of this Content-Type; most take application/json.' };
  }
  if (!(status >= 400 && status < 500)) return undefined;
  // An error that carries a status without being Fastify's or Nest's own may say anything.
  const detail = error instanceof HttpException || (error instanceof Error && code.startsWith('FST_')) ? error.message : undefined;
  return { status, ...(detail && { detail }) };
}

const statusOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : NaN;

export function problemFor(meaning: Meaning, path: string, correlationId: string): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[meaning.status] ?? 'Error',
    status: meaning.status,
    ...(meaning.detail && { detail: meaning.detail }),
    instance: path,
    correlationId,
    ...(meaning.errors && { errors: meaning.errors }),
  };
}

const log = new Logger('http');

/** The path without its query, which may hold what somebody should not have put there. */
export const pathOf = (request: FastifyRequest) => request.raw.url?.split('?', 1)[0] ?? '/';

/** Answers an error. Nothing of an unexpected one reaches the caller; the log has all of it under the same correlation id. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (reply.sent || reply.raw.headersSent) {
    // Too late for a problem document: the caller sees a broken answer, which it is.
    reply.raw.destroy();
    log.warn({ err: error, correlationId: request.id }, 'An answer broke off.');
    return;
  }
  const meaning = request.is404 && meaningOf(error).status === 404 ? hintFor(request) : meaningOf(error);
  if (meaning.status >= 500 && meaning.status !== 503) log.error({ err: error, correlationId: request.id }, 'A request failed.');
  else if (meaning.status === 503) log.warn({ err: error, correlationId: request.id }, 'A dependency is away.');
  void reply
    .status(meaning.status)
    .headers({ 'cache-control': 'no-store', ...meaning.headers })
    .removeHeader('etag')
    .header('content-type', 'application/problem+json')
    // Bytes, so that Fastify adds no charset: JSON has none.
    .send(Buffer.from(JSON.stringify(problemFor(meaning, pathOf(request), request.id))));
}
