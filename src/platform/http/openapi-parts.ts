import { z } from 'zod';

type Json = Record<string, unknown>;

/** A zod schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. `input` is what callers send, `output` what they get. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  // zod takes the examples of what is transformed for what comes out; ours are of what callers send.
  const examples = io === 'input' ? schema.meta()?.examples : undefined;
  return { ...rest, ...(examples !== undefined && { examples }) };
}

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({
    description: 'RFC 9457 problem details.',
    examples: [
      {
        type: 'about:blank',
        title: 'Unprocessable Entity',
        status: 422,
        detail: 'limit: Give a whole number from 1 to 1000.',
        instance: '/api/v1/instruments',
        correlationId: 'order.42',
        errors: [{ path: 'limit', message: 'Give a whole number from 1 to 1000.' }],
      },
    ],
  });

export const problems: Record<string, string> = {
  400: 'The body is not JSON.',
  401: 'No key, or not a good one.',
  403: 'The key lacks the scope.',
  404: 'There is no such thing.',
  408: 'This took longer than allowed and was given up.',
  409: 'Refused by a rule, or a concurrent writer was first.',
  412: 'If-Match names a version that is no longer current.',
  413: 'The body is too large.',
  415: 'A Content-Type or a Content-Encoding that is not taken here.',
  422: 'A value in the path, the query or the body cannot be used; `errors` names each.',
  429: 'More requests than the budget; see Retry-After.',
  503: 'A dependency is away, or reads have not come to the asked position.',
};

export const ref = (kind: 'headers' | 'parameters' | 'responses' | 'schemas', name: string) => ({ $ref: `#/components/${kind}/${name}` });
export const problemRef = (status: string) => ref('responses', `Problem${status}`);

/** `headers` of an answer that sets the ETag: reads then take If-None-Match, writes to what is there already If-Match. */
export const versioned = { ETag: ref('headers', 'ETag') };
/** `headers` of an answer that says where what it made is found. */
export const located = { Location: ref('headers', 'Location') };

const header = (description: string, schema: Json = { type: 'string' }) => ({ description, schema });
const count = { type: 'integer', minimum: 0 };
/** On every answer to a key. */
export const commonHeaders = {
  'X-Correlation-ID': header('The id of this request in logs, events and audit rows.'),
  'RateLimit-Policy': header('IETF draft: quota (q) and window in seconds (w).'),
  RateLimit: header('IETF draft: requests left (r) and seconds until more are free than that (t).'),
  'X-RateLimit-Limit': header('Requests in any 60 s.', count),
  'X-RateLimit-Remaining': header('Requests left.', count),
  'X-RateLimit-Reset': header('Seconds until more are free than that.', count),
};
const headers = {
  ...commonHeaders,
  'Registry-Position': header('Of a read: the log position that it reflects at least. Of a write: the one at which reads show it.', count),
  'Retry-After': header('Seconds to wait.', count),
  ETag: header('The version, such as "3" with its quotes.'),
  Location: header('Where what was made is found.'),
};

const parameter = (name: string, description: string, schema: Json = { type: 'string' }) => ({ name, in: 'header', description, schema });
const parameters = {
  CorrelationId: parameter('X-Correlation-ID', 'Your own id for this request.', { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' }),
  RegistryPosition: parameter('Registry-Position', 'Wait (2 s at most, else 503) until the answer reflects this log position.', count),
  IdempotencyKey: parameter('Idempotency-Key', 'The same key with the same request gives the same answer for 24 hours.', {
    type: 'string',
    minLength: 1,
    maxLength: 255,
  }),
  IfNoneMatch: parameter('If-None-Match', 'The ETag of an answer that you have: 304 when it is still the same.'),
  IfMatch: parameter('If-Match', 'The ETag of the version that you read: 412 when somebody was faster.'),
};

/** What operations refer to. */
export function components(): Record<'schemas' | 'responses' | 'headers' | 'parameters', Json> {
  const responses = Object.entries(problems).map(([status, description]) => [
    `Problem${status}`,
    {
      description,
      headers: {
        'X-Correlation-ID': ref('headers', 'X-Correlation-ID'),
        ...(status === '429' || status === '503' ? { 'Retry-After': ref('headers', 'Retry-After') } : {}),
      },
      content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
    },
  ]);
  return { schemas: { Problem: jsonSchema(Problem) }, responses: Object.fromEntries(responses) as Json, headers, parameters };
}
