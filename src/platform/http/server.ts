import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { Config } from '../config';
import { LogHead } from '../event-store/log-head';
import { logRequests } from '../observability/access-log';
import { measure } from '../observability/http-metrics';
import { Log } from '../observability/log';
import { packageRoot } from '../package-root';
import { PlatformModule } from '../platform.module';
import { authenticate, decideAccess } from './authentication';
import { jsonLimit, parseBodies } from './bodies';
import { Authenticator } from './caller';
import { beginWork, carryContext, correlationIdOf } from './correlation';
import { serveDocs } from './docs';
import { answerEarly } from './early-answers';
import { answerNotModified } from './etag';
import { HotRoutes, answerHot } from './hot-routes';
import { Idempotency, answerOnce } from './idempotency';
import { RawRoutes, openApi } from './openapi';
import { Positions, tellPosition } from './position';
import { answerProblem, problemFor } from './problems';
import { RateLimits } from './rate-limits';
import { apiPrefix, decidedRoutes } from './route-options';
import { rememberRoutes } from './route-hints';
import { secure, securityHeaders } from './security-headers';

/** A request, body included, must have come within this time; an upload of 512 MiB needs 1 MiB/s. */
const requestTimeout = 10 * 60_000;
/** Answers that never end (streams) are cut off so long after the service began to stop. */
const drainTimeout = 20_000;

/** Stops HTTP before anything that requests need: those under way are finished with a database still there. */
class DrainingAdapter extends FastifyAdapter {
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- Nest awaits it, whatever the adapter's own type says
  override async beforeClose() {
    super.beforeClose();
    await this.close();
  }
}

/**
 * The service over HTTP, not listening yet. What is shared by controllers and raw routes is done by Fastify hooks, in the order below;
 * raw routes are added to `app.getHttpAdapter().getInstance()` before `init()` or `listen()`.
 */
export async function createServer(features: Type | DynamicModule, config: Config): Promise<NestFastifyApplication> {
  const adapter = new DrainingAdapter({
    logger: false,
    genReqId: correlationIdOf,
    requestIdHeader: false,
    bodyLimit: jsonLimit,
    requestTimeout,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    frameworkErrors: answerBadAddress,
    clientErrorHandler: answerBadRequest,
    skipMiddie: true,
  });
  adapter.setOnRequestHook((request, reply, done) => {
    beginWork(request);
    secure(reply);
    reply.header('x-correlation-id', request.id);
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(PlatformModule.with(features, config), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix(apiPrefix, { exclude: ['health', 'health/{*probe}', 'ready', 'metrics'] });
  app.enableCors({
    origin: (origin, decide) => decide(null, origin !== undefined && config.corsOrigins.includes(origin)),
    exposedHeaders: [
      'ETag',
      'Location',
      'Registry-Position',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Correlation-ID',
      'X-RateLimit-Limit',
      'X-RateLimit-Remaining',
      'X-RateLimit-Reset',
    ],
    maxAge: 600,
  });

  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('traceId', null);
  fastify.addHook('onRoute', decideAccess);
  const routes = decidedRoutes(fastify);
  rememberRoutes(fastify);
  parseBodies(fastify);
  measure(fastify);
  logRequests(fastify, app.get(Log));
  authenticate(fastify, app.get(Authenticator, { strict: false }), app.get(RateLimits));
  carryContext(fastify);
  tellPosition(fastify, app.get(Positions));
  answerHot(fastify, app.get(HotRoutes), app.get(LogHead));
  answerOnce(fastify, app.get(Idempotency));
  answerNotModified(fastify);
  endStreams(fastify);
  answerEarly(fastify);
  serveDocs(fastify, () => openApi(app, app.get(RawRoutes), routes, versionOfProgram()));
  return app;
}

/** The address itself cannot be read: no route, no hook. */
function answerBadAddress(error: Error, request: FastifyRequest, reply: FastifyReply) {
  beginWork(request);
  secure(reply);
  reply.header('x-correlation-id', request.id);
  answerProblem(error, request, reply);
}

/** What came is not HTTP, or its headers are too large: there is no request yet, only a connection. */
function answerBadRequest(error: Error & { code?: string }, socket: Socket) {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = problemFor({ status }, '/', 'none');
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${problem.title}\r\n${lines.join('')}\r\n${body}`);
}

function endStreams(fastify: FastifyInstance) {
  let timer: NodeJS.Timeout | undefined;
  let closing = false;
  // A connection that is busy when the service begins to stop ends with its answer.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    timer = setTimeout(() => fastify.server.closeAllConnections(), drainTimeout);
    done();
  });
  fastify.addHook('onClose', (_fastify, done) => {
    clearTimeout(timer);
    done();
  });
}

function versionOfProgram(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
