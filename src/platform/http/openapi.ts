import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { isUnderApi } from './route-options';

type Json = Record<string, unknown>;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A zod schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes. `input` is what callers send, `output` what they get. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}

/** Raw Fastify routes, which Nest does not know: whoever registers one describes it here. */
@Injectable()
export class RawRoutes {
  readonly described: { readonly method: Method; readonly path: string; readonly operation: Json }[] = [];

  /** `path` as OpenAPI writes it: `/api/v1/instruments/{key}`. `operation` is an Operation Object. */
  describe(method: Method, path: string, operation: Json) {
    this.described.push({ method, path, operation });
  }
}

const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ description: 'RFC 9457 problem details.' });

const problems: Record<string, string> = {
  400: 'The body is not JSON.',
  401: 'No key, or not a good one.',
  403: 'The key lacks the scope.',
  404: 'There is no such thing.',
  409: 'Refused by a rule, or a concurrent writer was first.',
  412: 'If-Match names a version that is no longer current.',
  413: 'The body is too large.',
  422: 'A value in the path, the query or the body cannot be used; `errors` names each.',
  429: 'More requests than the budget; see Retry-After.',
  503: 'A dependency is away, or reads have not come to the asked position.',
};
const forEvery = ['401', '403', '422', '429', '503'];
const forWrites = ['400', '409', '413'];

const header = (description: string, schema: Json = { type: 'string' }) => ({ description, schema });
const headers = {
  'X-Correlation-ID': header('The id of this request in logs, events and audit rows.'),
  'RateLimit-Policy': header('IETF draft: quota (q) and window in seconds (w).'),
  RateLimit: header('IETF draft: requests left (r) and seconds until more are free than that (t).'),
  'X-RateLimit-Limit': header('Requests in any 60 s.', { type: 'integer' }),
  'X-RateLimit-Remaining': header('Requests left.', { type: 'integer' }),
  'X-RateLimit-Reset': header('Seconds until more are free than that.', { type: 'integer' }),
  'Registry-Position': header('The log position that a read reflects at least.', { type: 'integer' }),
  'Retry-After': header('Seconds to wait.', { type: 'integer' }),
};
const parameters = {
  CorrelationId: {
    name: 'X-Correlation-ID',
    in: 'header',
    description: 'Your own id for this request.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
  },
  RegistryPosition: {
    name: 'Registry-Position',
    in: 'header',
    description: 'Wait (2 s at most, else 503) until the answer reflects this log position.',
    schema: { type: 'integer', minimum: 0 },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key with the same request gives the same answer for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
};

const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
const problemName = (status: string) => `Problem${status}`;

/** The whole document, as OpenAPI 3.1. */
export function openApi(app: INestApplication, raw: RawRoutes, version: string): Json {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Instrument Registry')
    .setDescription('Every tradable instrument of every broker: one identity, every change kept, answers as of any day.')
    .setVersion(version)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Internal-API-Key', description: 'Older name of X-API-Key.' }, 'internalApiKey');
  const document = SwaggerModule.createDocument(app, builder.build(), {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? { schema: jsonSchema(schema, schemaType) } : undefined,
  });
  const paths = document.paths as Record<string, Record<string, Json>>; // of a document that was just made
  for (const { method, path, operation } of raw.described) paths[path] = { ...paths[path], [method]: operation };
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) complete(path, method, operation);
  return modern({ ...document, components: components(document), servers: [{ url: '/' }] }) as Json;
}

function components({ components }: OpenAPIObject): Json {
  const responses = Object.entries(problems).map(([status, description]) => [
    problemName(status),
    {
      description,
      headers: {
        'X-Correlation-ID': ref('headers', 'X-Correlation-ID'),
        ...(status === '429' || status === '503' ? { 'Retry-After': ref('headers', 'Retry-After') } : {}),
      },
      content: { 'application/problem+json': { schema: ref('schemas', 'Problem') } },
    },
  ]);
  return {
    ...components,
    schemas: { ...components?.schemas, Problem: jsonSchema(problem) },
    responses: Object.fromEntries(responses),
    headers,
    parameters,
  };
}

/** What is the same for all routes stands here once: keys, problems, headers. */
function complete(path: string, method: string, operation: Json) {
  if (operation['x-open'] === true || !isUnderApi(path)) {
    operation.security = [];
    return;
  }
  const reads = method === 'get';
  operation.security = [{ apiKey: [] }, { bearer: [] }, { internalApiKey: [] }];
  operation.parameters = [
    ...((operation.parameters as Json[] | undefined) ?? []),
    ref('parameters', 'CorrelationId'),
    ref('parameters', reads ? 'RegistryPosition' : 'IdempotencyKey'),
  ].filter((parameter) => method === 'get' || method === 'post' || parameter.$ref !== '#/components/parameters/IdempotencyKey');
  const responses = (operation.responses ?? {}) as Record<string, Json>;
  for (const [status, response] of Object.entries(responses))
    if (/^2/.test(status)) response.headers = { ...(response.headers as Json | undefined), ...commonHeaders(reads) };
  const statuses = [...forEvery, ...(reads ? [] : forWrites), ...(path.includes('{') ? ['404'] : [])];
  // What a controller says of a problem is that it may happen.
  const told = Object.keys(responses).filter((status) => status in problems);
  for (const status of [...statuses, ...told]) responses[status] = ref('responses', problemName(status));
  operation.responses = responses;
}

const commonHeaders = (reads: boolean) =>
  Object.fromEntries(
    Object.keys(headers)
      .filter((name) => name !== 'Retry-After' && (reads || name !== 'Registry-Position'))
      .map((name) => [name, ref('headers', name)]),
  );

/** Leftovers of OpenAPI 3.0 in what Nest writes, as JSON Schema 2020-12 has them. */
function modern(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(modern);
  if (typeof value !== 'object' || value === null) return value;
  const result = Object.fromEntries<unknown>(Object.entries(value).map(([name, inner]) => [name, modern(inner)]));
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (result[flag] === true) {
      result[flag] = result[bound];
      delete result[bound];
    } else if (result[flag] === false) delete result[flag];
  }
  if (result.nullable === true && typeof result.type === 'string') {
    result.type = [result.type, 'null'];
    delete result.nullable;
  }
  return result;
}
