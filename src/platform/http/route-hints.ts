import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Meaning } from './problem';

type Pattern = { readonly matches: RegExp; readonly methods: Set<string> };

/** The routes of each server, so that a wrong path or method gets a useful answer. */
const patterns = new WeakMap<object, Map<string, Pattern>>();

/** `/a/:b/c` matches `/a/x/c`; `*` matches the rest. */
const matcher = (url: string) =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z0-9_]+/g, '[^/]+')
      .replace(/\*/g, '.*')}/?$`,
  );

export function rememberRoutes(fastify: FastifyInstance) {
  const routes = new Map<string, Pattern>();
  patterns.set(fastify.server, routes);
  fastify.addHook('onRoute', ({ url, method }) => {
    // The catch-all that answers preflights is no route of ours.
    if (method === 'OPTIONS') return;
    const pattern = routes.get(url) ?? { matches: matcher(url), methods: new Set() };
    for (const each of [method].flat()) pattern.methods.add(each);
    routes.set(url, pattern);
  });
}

/** Nothing is routed here: 405 when another method would be, else 404. */
export function hintFor(request: FastifyRequest): Meaning {
  const path = request.raw.url?.split('?', 1)[0] ?? '/';
  const found = [...(patterns.get(request.server.server)?.values() ?? [])].filter(
    ({ matches, methods }) => matches.test(path) && !methods.has(request.method),
  );
  const methods = [...new Set(found.flatMap((pattern) => [...pattern.methods]))].sort();
  if (methods.length === 0)
    return { status: 404, detail: `There is nothing at ${request.method} ${path}. The routes are described at /api/docs.` };
  return { status: 405, detail: `${path} takes ${methods.join(', ')}, not ${request.method}.`, headers: { allow: methods.join(', ') } };
}
