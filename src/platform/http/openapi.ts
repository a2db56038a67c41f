import { STATUS_CODES } from 'node:http';
import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { uploadTypes } from './bodies';
import { exampleOf } from './openapi-examples';
import { commonHeaders, components, jsonSchema, problemRef, problems, ref, versioned } from './openapi-parts';
import { isUnderApi, type DecidedRoutes, type RouteOptions } from './route-options';

type Json = Record<string, unknown>;
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Raw Fastify routes, which Nest does not know: whoever registers one describes it here. */
@Injectable()
export class RawRoutes {
  readonly described: { readonly method: Method; readonly path: string; readonly operation: Json }[] = [];

  /** `path` as OpenAPI writes it: `/api/v1/instruments/{key}`. `operation` is an Operation Object. */
  describe(method: Method, path: string, operation: Json) {
    this.described.push({ method, path, operation });
  }
}

const forEvery = ['401', '403', '422', '429', '503'];
const forBodies = ['400', '413', '415'];

const about = `Every tradable instrument of every broker: one identity, every change kept, answers as of any day.

A method that a path does not take is answered 405, with \`Allow\`. Problems are \`application/problem+json\` (RFC 9457).`;

/** The whole document, as OpenAPI 3.1. */
export function openApi(app: INestApplication, raw: RawRoutes, routes: DecidedRoutes, version: string): Json {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Instrument Registry')
    .setDescription(about)
    .setVersion(version)
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, 'apiKey')
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'The same key as a bearer token.' })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Internal-API-Key', description: 'Older name of X-API-Key.' }, 'internalApiKey');
  const document = SwaggerModule.createDocument(app, builder.build(), {
    standardSchemaConverter: (schema, { schemaType }) =>
      schema instanceof z.ZodType ? { schema: jsonSchema(schema, schemaType) } : undefined,
  });
  const paths = document.paths as Record<string, Record<string, Json>>; // of a document that was just made
  for (const { method, path, operation } of raw.described) paths[path] = { ...paths[path], [method]: operation };
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations))
      complete(path, method, operation, routes.get(`${method.toUpperCase()} ${path}`) ?? {});
  const { schemas, ...shared } = components();
  const all = { ...document.components, schemas: { ...document.components?.schemas, ...schemas }, ...shared };
  return modern({ ...document, components: all, servers: [{ url: '/' }] }) as Json;
}

/** What is the same for all routes stands here once: keys, problems, headers. */
function complete(path: string, method: string, operation: Json, { reads = false, scope, upload }: RouteOptions & { reads?: boolean }) {
  const responses = (operation.responses ?? {}) as Record<string, Json>;
  for (const [status, response] of Object.entries(responses)) response.description ||= STATUS_CODES[status] ?? status;
  if (operation['x-open'] === true || !isUnderApi(path)) {
    operation.security = [];
    return;
  }
  operation.security = [{ apiKey: [] }, { bearer: [] }, { internalApiKey: [] }];
  if (scope) operation.description = [operation.description, `Needs a key with the scope \`${scope}\`.`].filter(Boolean).join(' ');
  if (upload) operation.requestBody = uploadBody(upload);
  const body = operation.requestBody as { required?: boolean; content: Record<string, Json> } | undefined;
  const isVersioned = Object.values(responses).some(({ headers }) => headers !== undefined && 'ETag' in (headers as Json));
  const changes = isVersioned && !reads && !('201' in responses);

  for (const response of [body, ...Object.values(responses)]) illustrate(response?.content as Record<string, Json> | undefined);
  // A body that has a default may be left out.
  for (const { schema } of Object.values(body?.content ?? {})) if (body && 'default' in (schema as Json)) body.required = false;
  for (const [status, response] of Object.entries(responses))
    if (/^2/.test(status)) response.headers = { ...(response.headers as Json | undefined), ...answerHeaders(reads || isVersioned) };
  if (isVersioned && reads) responses['304'] = { description: 'You have it already.', headers: { ...versioned, ...answerHeaders(true) } };

  operation.parameters = [
    ...((operation.parameters as Json[] | undefined) ?? []),
    ref('parameters', 'CorrelationId'),
    ...(reads ? [ref('parameters', 'RegistryPosition')] : []),
    ...(method === 'post' && !reads && !upload ? [ref('parameters', 'IdempotencyKey')] : []),
    ...(isVersioned && reads ? [ref('parameters', 'IfNoneMatch')] : []),
    ...(changes ? [ref('parameters', 'IfMatch')] : []),
  ];
  // What a controller says of a problem is that it may happen.
  const told = Object.keys(responses).filter((status) => status in problems);
  const statuses = [
    ...forEvery,
    ...(reads ? ['408'] : ['409']),
    ...(body ? forBodies : []),
    ...(path.includes('{') ? ['404'] : []),
    ...(changes ? ['412'] : []),
  ];
  for (const status of [...statuses, ...told]) responses[status] = problemRef(status);
  operation.responses = responses;
}

const answerHeaders = (withPosition: boolean) =>
  Object.fromEntries(
    [...Object.keys(commonHeaders), ...(withPosition ? ['Registry-Position'] : [])].map((name) => [name, ref('headers', name)]),
  );

/** An example beside every JSON schema that has one, or whose parts have. */
function illustrate(content: Record<string, Json> = {}) {
  for (const media of Object.values(content)) {
    const value = exampleOf((media.schema ?? {}) as Json);
    if (value !== undefined) media.examples = { typical: { value } };
  }
}

/** The file itself, in one of the types that are taken; or, where a command may come instead, as JSON that or the file. */
function uploadBody({ command, maxBytes }: NonNullable<RouteOptions['upload']>) {
  const description = `The file itself, packed or not, up to ${maxBytes} bytes; \`Content-Encoding: gzip\` may say that it is.`;
  const file = { type: 'string', format: 'binary', description };
  const asJson = { type: 'array', items: {}, description: 'The file itself, when it is JSON.' };
  const types = Object.fromEntries(uploadTypes.map((type) => [type, { schema: file }]));
  const json = command && { 'application/json': { schema: { anyOf: [jsonSchema(command, 'input'), asJson] } } };
  return { required: true, content: { ...types, ...json } };
}

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
  if ('example' in result && ('type' in result || 'anyOf' in result || 'oneOf' in result)) {
    result.examples = [result.example];
    delete result.example;
  }
  if (result.nullable === true && typeof result.type === 'string') {
    result.type = [result.type, 'null'];
    delete result.nullable;
  }
  return result;
}
