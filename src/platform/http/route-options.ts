import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';

export const scopes = ['read', 'write', 'ingest', 'plan', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What the hooks know of a route. A raw Fastify route gives it as `config`, a controller by `@Route` or `@Scope`. */
export type RouteOptions = {
  /** Default: `read` for GET and HEAD, `write` for the rest. `admin` may do everything. */
  readonly scope?: Scope;
  /**
   * The body reaches the handler as a stream that was not read yet; `maxBytes` of it at most, else 413. `command` describes the JSON
   * that may come instead of a file.
   */
  readonly upload?: { readonly maxBytes: number; readonly command?: z.ZodType };
  /** The handler sets `Registry-Position` itself, from what it answered with. */
  readonly ownPosition?: true;
  /** Outside /api/v1: a key is looked at when there is one (the probes show more to callers with a key). */
  readonly optionalKey?: true;
  /** Members of the JSON answer that are shown once: not kept for a repeated Idempotency-Key. */
  readonly shownOnce?: readonly string[];
};

declare module 'fastify' {
  interface FastifyContextConfig extends RouteOptions {
    /** Set for every route by the server. */
    needsKey?: boolean;
    /** It changes nothing, whatever its method and scope. Set for every route by the server. */
    reads?: boolean;
  }
}

/** What was decided of each route, by method and path as OpenAPI writes it: `GET /api/v1/instruments/{key}`. */
export type DecidedRoutes = ReadonlyMap<string, RouteOptions & { readonly reads?: boolean }>;

/** Fills itself while routes are added. */
export function decidedRoutes(fastify: FastifyInstance): DecidedRoutes {
  const routes = new Map<string, RouteOptions & { readonly reads?: boolean }>();
  fastify.addHook('onRoute', ({ method, url, config }) => {
    for (const each of [method].flat()) routes.set(`${each} ${url.replace(/:([A-Za-z0-9_]+)/g, '{$1}')}`, config ?? {});
  });
  return routes;
}

/** Options of a controller's route; several decorators on one method add up. */
export const Route =
  (options: RouteOptions): MethodDecorator =>
  (target, name, descriptor) => {
    const handler = descriptor.value as object; // a method decorator is given a method
    const before = Reflect.getMetadata(RouteConfig({}).KEY, handler) as RouteOptions | undefined;
    return RouteConfig({ ...before, ...options })(target, name, descriptor);
  };

/** The scope that a caller's key needs here. */
export const Scope = (scope: Scope) => Route({ scope });

/** Everything under it needs a key. */
export const apiPrefix = '/api/v1';
export const isUnderApi = (path: string) => path === apiPrefix || path.startsWith(`${apiPrefix}/`);
