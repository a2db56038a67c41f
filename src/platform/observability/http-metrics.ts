import type { FastifyInstance } from 'fastify';
import { counter, histogram } from './metrics';

const labels = ['method', 'route', 'status'];

export const httpRequests = counter({ name: 'http_requests_total', help: 'Answers by method, route and class of status.', labels });
export const httpDuration = histogram({
  name: 'http_request_duration_seconds',
  help: 'From the first byte of the request to the last of the answer.',
  labels,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
export const rateLimited = counter({ name: 'rate_limited_total', help: 'Requests refused with 429, by budget.', labels: ['budget'] });

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The route is the template, so there are as many series as routes; what is nowhere is one. */
export function measure(fastify: FastifyInstance) {
  fastify.addHook('onResponse', (request, reply, done) => {
    const series = {
      method: methods.has(request.method) ? request.method : 'other',
      route: (!request.is404 && request.routeOptions.url) || 'none',
      status: `${Math.floor(reply.statusCode / 100)}xx`,
    };
    httpRequests.inc(series);
    httpDuration.observe(series, reply.elapsedTime / 1000);
    done();
  });
}
