import { TooLarge } from '../errors';

/** No key, or not a good one (HTTP 401). */
export class Unauthenticated extends Error {}

/** The key is good, what it is used for is not (HTTP 403). */
export class Forbidden extends Error {}

/** More requests than the caller's budget (HTTP 429). */
export class TooManyRequests extends Error {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(message);
  }
}

/** What was asked took longer than allowed and was given up (HTTP 408). */
export class TimedOut extends Error {}

/** The body is packed in a way that is not taken here (HTTP 415). */
export class UnknownEncoding extends Error {
  constructor(
    encoding: string,
    readonly taken: readonly string[],
  ) {
    super(`A body with Content-Encoding ${encoding} is not taken here; what is taken: ${taken.join(', ')}.`);
  }
}

export class BodyTooLarge extends TooLarge {
  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes, which is the most that is taken here.`);
  }
}
