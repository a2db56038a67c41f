/** The rules say no (HTTP 409). */
export class Refused extends Error {}

/** There is no such thing (HTTP 404). */
export class NotFound extends Error {}

/** Something in the request cannot be used (HTTP 422); each entry names the place and what to do. */
export class Invalid extends Error {
  constructor(
    message: string,
    readonly errors: readonly { readonly path: string; readonly message: string }[] = [],
  ) {
    super(message);
  }
}

/** The caller's If-Match names a version that is no longer current (HTTP 412). */
export class Stale extends Error {}

/** A dependency or a precondition in time is away (HTTP 503). */
export class Unavailable extends Error {
  constructor(
    message: string,
    readonly retryAfterSeconds = 1,
  ) {
    super(message);
  }
}

/** The caller asked for more than fits (HTTP 413). */
export class TooLarge extends Error {}
