import type { Context } from '../context';
import type { Scope } from './route-options';

/** Whose key came with the request. */
export type Caller = {
  readonly id: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Requests per minute, and how many more in a rush; absent: the service's own. */
  readonly rateLimitPerMinute?: number | undefined;
  readonly burst?: number | undefined;
};

/** Knows keys. Bound by the module that keeps them. */
export abstract class Authenticator {
  /**
   * The caller of a key that is good now, from this address; null for any other. At once when the key was verified within the last second.
   * @throws Forbidden when the key may not be used from this address
   */
  abstract authenticate(key: string, address: string): Caller | null | Promise<Caller | null>;
}

export const may = (caller: Caller, scope: Scope) => caller.scopes.has(scope) || caller.scopes.has('admin');

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until a key was accepted. */
    caller: Caller | null;
    work: Context;
    /** Of the W3C `traceparent` that came with the request; null without one. */
    traceId: string | null;
  }
}
