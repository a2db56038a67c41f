import { createHash } from 'node:crypto';

/**
 * The version of an answer, for its ETag. What is shown changes without a write to the instrument: another `asOf`, the close of the last
 * day, terms that were announced, an underlying that is registered. Behind the stream's version, which a write takes, stands a hash of it all.
 */
export function versionOf(answer: { readonly version: number }): string {
  const hash = createHash('sha1').update(JSON.stringify(answer)).digest('hex').slice(0, 12);
  return `${answer.version}-${hash}`;
}
