import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { NotFound } from '../errors';
import { pagePolicy } from './security-headers';

/** Swagger UI comes with @nestjs/swagger. */
const assets = dirname(createRequire(require.resolve('@nestjs/swagger')).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Instrument Registry API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The document itself is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;
const start = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: true, tryItOutEnabled: true, filter: true });\n`;

const files: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The OpenAPI document and a page to try it on, from this service alone. The document is made when it is first asked for: all routes are known by then. */
export function serveDocs(fastify: FastifyInstance, document: () => object) {
  let text: string | undefined;
  fastify.get('/api/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(document());
    return reply.header('content-type', 'application/json; charset=utf-8').header('access-control-allow-origin', '*').send(text);
  });
  fastify.get('/api/docs', (_request, reply) =>
    reply.headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': pagePolicy }).send(page),
  );
  fastify.get('/api/docs/start.js', (_request, reply) => reply.header('content-type', 'text/javascript; charset=utf-8').send(start));
  fastify.get<{ Params: { file: string } }>('/api/docs/:file', ({ params: { file } }, reply) => {
    const type = Object.hasOwn(files, file) ? files[file] : undefined;
    if (!type) throw new NotFound('There is no such file.');
    return reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' }).send(createReadStream(join(assets, file)));
  });
}
