import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LogHead } from '../event-store/log-head';
import { counter } from '../observability/metrics';

const operations = counter({
  name: 'cache_operations_total',
  help: 'Look-ups in caches, by what came of them.',
  labels: ['cache', 'outcome'],
});
const [hit, miss] = [
  { cache: 'catalogue', outcome: 'hit' },
  { cache: 'catalogue', outcome: 'miss' },
];

export type HotAnswer = {
  /** JSON. */
  readonly payload: string;
  /** Of the log: what the answer reflects at least. */
  readonly position: number;
  readonly etag?: string;
};

/**
 * Answers a request without the controller; null leaves it to the controller, which gives the same answer from the database. Whatever
 * is wrong with the request is left to it, too. @param atLeast the log position that the caller has seen
 */
export type Hot = (request: FastifyRequest, atLeast: number) => HotAnswer | null | Promise<HotAnswer | null>;

/** The few reads that are answered before Nest is asked: its pipeline would take longer than the answer. */
@Injectable()
export class HotRoutes {
  private readonly routes = new Map<string, Hot>();
  private readonly listeners: ((position: number) => void)[] = [];

  /** @param route method and template of a controller's route: `GET /api/v1/instruments/:key` */
  add(route: string, hot: Hot) {
    this.routes.set(route, hot);
  }

  /** A caller was told that something is done; `listener` hears from which position on it shows. */
  onWrite(listener: (position: number) => void) {
    this.listeners.push(listener);
  }

  of({ method, routeOptions }: FastifyRequest): Hot | undefined {
    return this.routes.get(`${method} ${routeOptions.url}`);
  }

  wrote(position: number) {
    for (const listener of this.listeners) listener(position);
  }
}

/** After everything that both kinds of answer share: key, budget, position. */
export function answerHot(fastify: FastifyInstance, hot: HotRoutes, head: LogHead) {
  fastify.addHook('preHandler', (request, reply, done) => {
    const answer = hot.of(request);
    if (!answer) return done();
    const send = (given: HotAnswer | null) => {
      operations.inc(given ? hit : miss);
      if (!given) return done();
      reply.header('registry-position', given.position);
      if (given.etag !== undefined) reply.header('etag', given.etag);
      reply.header('content-type', 'application/json; charset=utf-8').send(given.payload);
    };
    const fail = (error: unknown) => done(error as Error); // Fastify hands whatever was thrown to the error handler
    try {
      const given = answer(request, Number(request.headers['registry-position'] ?? 0));
      if (given instanceof Promise) given.then(send, fail);
      else send(given);
    } catch (error) {
      fail(error);
    }
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { config } = request.routeOptions;
    if (config.needsKey && !config.reads && reply.statusCode < 400)
      hot.wrote(Number(reply.getHeader('registry-position') ?? head.known() ?? 0));
    done(null, payload);
  });
}
