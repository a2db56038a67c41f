import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { withContext } from '../context';
import { Authenticator, may, type Caller } from './caller';
import { pathOf } from './problems';
import type { RateLimits } from './rate-limits';
import { Forbidden, Unauthenticated } from './refusals';
import { isUnderApi, type Scope } from './route-options';

/** Searching and resolving read, whatever the method. */
const reading = new Set(['/api/v1/resolve', '/api/v1/search']);

/** Decided once per route, from the path that it was registered with: a request cannot spell it differently. */
export function decideAccess(route: RouteOptions) {
  const reads =
    [route.method].flat().every((method) => method === 'GET' || method === 'HEAD') ||
    reading.has(route.url) ||
    route.config?.scope === 'read';
  const scope: Scope = route.config?.scope ?? (reads ? 'read' : 'write');
  route.config = { ...route.config, scope, reads, needsKey: isUnderApi(route.url) };
}

/** The key, wherever it was put. Never in the address, which ends in logs and histories. */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const bearer = headers.authorization && /^Bearer +(\S+)$/i.exec(headers.authorization)?.[1];
  const key = headers['x-api-key'] ?? bearer ?? headers['x-internal-api-key'];
  return typeof key === 'string' && key ? key : undefined;
}

/** Who calls, within what budget, and whether the key is enough for the route: in this order, before the body is read. */
export function authenticate(fastify: FastifyInstance, authenticator: Authenticator, limits: RateLimits) {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { config } = request.routeOptions;
    const needsKey = request.is404 ? isUnderApi(pathOf(request)) : config.needsKey === true;
    if (!needsKey && !config.optionalKey) return done();
    const key = keyOf(request);
    if (!needsKey && key === undefined) return done();

    const accept = (caller: Caller) => {
      request.caller = caller;
      request.work = { ...request.work, actor: `key:${caller.id}` };
    };
    const proceed = () => withContext(request.work, done);
    const fail = (error: unknown) => done(error as Error); // Fastify hands whatever was thrown to the error handler
    const check = (caller: Caller | null): void => {
      if (!needsKey) {
        if (caller) accept(caller);
        return proceed();
      }
      if (!caller) return void limits.refuse(request).then(() => fail(new Unauthenticated(key ? wrong : missing)), fail);
      accept(caller);
      const spend = limits.spend(request, reply, caller);
      const admit = () => {
        const scope = config.scope ?? 'read';
        if (request.is404 || may(caller, scope)) proceed();
        else fail(new Forbidden(`This needs a key with the scope ${scope}; yours has ${[...caller.scopes].join(', ')}.`));
      };
      if (spend) spend.then(admit, fail);
      else admit();
    };

    try {
      const caller = key === undefined ? null : authenticator.authenticate(key, request.ip);
      // A probe shows no details when keys cannot be looked up, and still answers.
      if (caller instanceof Promise) caller.then(check, needsKey ? fail : () => check(null));
      else check(caller);
    } catch (error) {
      fail(error);
    }
  });
}

const missing = 'A key is needed: X-API-Key, or Authorization: Bearer.';
const wrong = 'This key is not known, or no longer good.';
