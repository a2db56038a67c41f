import { z } from 'zod';
import { startService, type Service } from './support/service';

type Json = Record<string, unknown>;
type Media = { readonly schema: Json; readonly examples?: Record<string, { readonly value: unknown }> };
type Content = Record<string, Media>;
type Operation = {
  readonly description?: string;
  readonly parameters: readonly { readonly $ref?: string; readonly in?: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Record<string, { readonly $ref?: string; readonly headers?: Json; readonly content?: Content }>;
};

describe('the OpenAPI document', () => {
  let service: Service;
  let document: { paths: Record<string, Record<string, Operation>>; components: Record<string, Record<string, Json>> };
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, method, operation })),
    );
  const operation = (name: string) => operations().find((one) => one.name === name)?.operation as Operation; // a missing one fails where it is used
  const takes = ({ parameters }: Operation) => parameters.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? []);
  const bodies = () =>
    operations().flatMap(({ name, operation: { requestBody, responses } }) =>
      [requestBody, ...Object.entries(responses).flatMap(([status, response]) => (/^2/.test(status) ? response : []))].flatMap((holder) => {
        const media = holder?.content?.['application/json'];
        return media ? [{ name, media }] : [];
      }),
    );

  beforeAll(async () => {
    service = await startService();
    document = (await (await fetch(`${service.base}/api/openapi.json`)).json()) as typeof document;
  }, 60_000);
  afterAll(() => service.stop());

  it('has an example for every JSON body and answer', () => {
    const without = bodies()
      .filter(({ media }) => !media.examples)
      .map(({ name }) => name);
    expect(without).toEqual([]);
    expect(bodies().length).toBeGreaterThan(25);
  });

  it('has only examples that their schemas accept, however deep they stand', () => {
    const wrong: unknown[] = [];
    const check = (where: string, schema: Json, value: unknown) => {
      const { success, error } = z.fromJSONSchema(schema).safeParse(value);
      if (!success) wrong.push([where, error.issues]);
    };
    const look = (where: string, value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      const schema = value as Json;
      if (Array.isArray(schema.examples)) for (const example of schema.examples) check(where, schema, example);
      for (const [name, inner] of Object.entries(schema)) if (name !== 'examples') look(`${where}/${name}`, inner);
    };
    for (const { name, media } of bodies()) {
      for (const { value } of Object.values(media.examples ?? {})) check(name, media.schema, value);
      look(name, media.schema);
    }
    look('components', document.components.schemas);
    expect(wrong).toEqual([]);
  });

  it('says what an ingestion takes: a file of several types, or a command', () => {
    const { requestBody } = operation('POST /api/v1/brokers/{broker}/ingestions');
    const types = Object.keys(requestBody?.content ?? {});
    expect(types).toEqual(
      expect.arrayContaining(['text/csv', 'application/zip', 'application/gzip', 'application/octet-stream', 'application/json']),
    );
    expect(requestBody?.content['text/csv']?.schema).toMatchObject({ type: 'string', format: 'binary' });
    expect(requestBody?.content['application/json']?.schema).toMatchObject({ anyOf: [{ properties: { source: { type: 'string' } } }, {}] });
  });

  it('says where versions are told, asked for and expected', () => {
    const tells = operations().filter(({ operation }) =>
      Object.values(operation.responses).some(({ headers }) => headers && 'ETag' in headers),
    );
    const names = (some: typeof tells) => some.map(({ name }) => name).sort();
    const reads = tells.filter(({ method }) => method === 'get');
    expect(names(reads)).toEqual([
      'GET /api/v1/brokers/{broker}/instruments/{token}',
      'GET /api/v1/brokers/{broker}/tokens/{key}',
      'GET /api/v1/ingestions/{id}',
      'GET /api/v1/instruments/{key}',
    ]);
    for (const { operation } of reads)
      expect([takes(operation).includes('IfNoneMatch'), '304' in operation.responses]).toEqual([true, true]);
    const writes = operations().filter(({ operation }) => takes(operation).includes('IfMatch'));
    expect(names(writes)).toEqual([
      'PATCH /api/v1/instruments/{key}',
      ...['adjustment', 'delisting', 'rename', 'resumption', 'suspension'].map((what) => `POST /api/v1/instruments/{key}/${what}`),
    ]);
    for (const { operation } of writes) expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['204', '412', '415']));
    expect(operation('POST /api/v1/instruments').responses['201']?.headers).toMatchObject({ ETag: {}, Location: {} });
  });

  it('promises 415 where there is a body, and the position with every read', () => {
    for (const { name, operation } of operations().filter(({ path }) => path.startsWith('/api/v1/'))) {
      expect([name, '415' in operation.responses]).toEqual([name, operation.requestBody !== undefined]);
      if (!name.startsWith('GET ')) continue;
      expect(takes(operation)).toContain('RegistryPosition');
      expect(operation.responses['200']?.headers).toHaveProperty('Registry-Position');
    }
    expect(takes(operation('POST /api/v1/resolve'))).not.toContain('IdempotencyKey');
    expect(operation('POST /api/v1/resolve').responses['200']?.headers).toHaveProperty('Registry-Position');
  });

  it('keeps that promise', async () => {
    const lists = operations().filter(
      ({ name, operation, path }) =>
        name.startsWith('GET /api/v1/') && !path.includes('{') && !operation.parameters.some(({ required }) => required),
    );
    for (const { path } of [...lists, { path: '/api/v1/instruments/NSE:NOTHING' }, { path: '/api/v1/resolve?key=NSE:NOTHING' }]) {
      const { headers } = await service.call('GET', path.replace('/api/v1', ''));
      expect([path, headers.get('registry-position')]).toEqual([path, '0']);
    }
    expect(lists.map(({ path }) => path)).toContain('/api/v1/api-keys');
  });

  it('knows that keys are opaque', () => {
    expect(document.components.securitySchemes?.bearer).not.toHaveProperty('bearerFormat');
    expect(operation('GET /api/v1/api-keys').description).toContain('`admin`');
  });
});
