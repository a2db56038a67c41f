import type { FastifyInstance } from 'fastify';
import type { Log } from './log';
import { withoutQuerySecrets } from './log';

/** One line per request. Probes are asked every few seconds and say nothing unless they fail. */
export function logRequests(fastify: FastifyInstance, { pino }: Log) {
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    const quiet = statusCode < 400 && request.routeOptions.config.optionalKey === true;
    const level = quiet ? 'debug' : statusCode >= 500 ? 'warn' : 'info';
    if (pino.isLevelEnabled(level))
      pino[level](
        {
          correlationId: request.id,
          actor: request.work.actor,
          ...(request.traceId && { traceId: request.traceId }),
          method: request.method,
          url: withoutQuerySecrets(request.raw.url ?? '/'),
          route: request.routeOptions.url ?? null,
          status: statusCode,
          milliseconds: Math.round(reply.elapsedTime * 100) / 100,
          address: request.ip,
        },
        'request',
      );
    done();
  });
}
