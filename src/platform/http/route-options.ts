import { RouteConfig } from '@nestjs/platform-fastify';

export const scopes = ['read', 'write', 'ingest', 'plan', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** What the hooks know of a route. A raw Fastify route gives it as `config`, a controller by `@Route` or `@Scope`. */
export type RouteOptions = {
  /** Default: `read` for GET and HEAD, `write` for the rest. `admin` may do everything. */
  readonly scope?: Scope;
  /** The body reaches the handler as a stream that was not read yet; `maxBytes` of it at most, else 413. */
  readonly upload?: { readonly maxBytes: number };
  /** The handler sets `Registry-Position` itself, from what it answered with. */
  readonly ownPosition?: true;
  /** The answer depends on the address, the log and the minute alone: it is given again until one of them changes. */
  readonly remembered?: true;
  /** Outside /api/v1: a key is looked at when there is one (the probes show more to callers with a key). */
  readonly optionalKey?: true;
  /** Members of the JSON answer that are shown once: not kept for a repeated Idempotency-Key. */
  readonly shownOnce?: readonly string[];
};

declare module 'fastify' {
  interface FastifyContextConfig extends RouteOptions {
    /** Set for every route by the server. */
    needsKey?: boolean;
  }
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

/** Its answers are given again while neither the log nor the minute has moved on. */
export const Remembered = () => Route({ remembered: true });

/** Everything under it needs a key. */
export const apiPrefix = '/api/v1';
export const isUnderApi = (path: string) => path === apiPrefix || path.startsWith(`${apiPrefix}/`);
