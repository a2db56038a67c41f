import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { beginWork, correlationIdOf } from './correlation';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';
// True enough: these are all that is looked at.
const trace = (traceparent?: string) => {
  const request = { id: 'c', headers: { traceparent } } as unknown as FastifyRequest;
  beginWork(request);
  return request.traceId;
};
const correlation = (given?: string) => correlationIdOf({ headers: { 'x-correlation-id': given } } as unknown as IncomingMessage);

describe('a correlation id', () => {
  it.each(['a', 'A-b_c.9', 'x'.repeat(128)])('is taken: %s', (given) => expect(correlation(given)).toBe(given));
  it.each([undefined, '', 'a b', 'é', 'x'.repeat(129), 'a\nb'])('is made instead of %j', (given) =>
    expect(correlation(given)).toMatch(/^[0-9a-f-]{36}$/),
  );
});

describe('a traceparent', () => {
  it('gives its trace id', () => expect(trace(`00-${id}-00f067aa0ba902b7-01`)).toBe(id));
  it.each([undefined, 'x', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${id}-${'0'.repeat(16)}-01`, id])(
    'gives none when it is %j',
    (given) => expect(trace(given)).toBeNull(),
  );
});
