import { Transform, type Readable, type TransformCallback } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BodyTooLarge, UnknownEncoding } from './refusals';

/** JSON bodies that are read whole. */
export const jsonLimit = 16 * 1024 * 1024;

/** What an upload route takes besides application/json; packed or not is seen from the content. */
export const uploadTypes = [
  'text/csv',
  'text/plain',
  'application/csv',
  'application/x-ndjson',
  'application/zip',
  'application/x-zip-compressed',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
];

/** A file may come packed, and is unpacked where it is read. Nothing unpacks a JSON body. */
const encodingsOf = (isUpload: boolean) => (isUpload ? ['gzip', 'identity'] : ['identity']);

function refusedEncoding({ headers, routeOptions: { config } }: FastifyRequest): UnknownEncoding | undefined {
  const encoding = headers['content-encoding']?.trim() || 'identity';
  const taken = encodingsOf(config.upload !== undefined);
  // x-gzip is the same by another name (RFC 9110).
  return taken.includes(encoding.toLowerCase().replace(/^x-/, '')) ? undefined : new UnknownEncoding(encoding, taken);
}

/** Lets `maxBytes` through and then fails, so that what reads it stops. */
class ByteLimit extends Transform {
  private bytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) done(new BodyTooLarge(this.maxBytes));
    else done(null, chunk);
  }
}

/** The body as it comes. The request itself is left alone when reading fails, so that it can still be answered. */
function limited(request: FastifyRequest, body: Readable, maxBytes: number): Readable {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  const limit = new ByteLimit(maxBytes);
  // Whoever reads it sees the failure; when nobody does any more, it is nobody's.
  limit.on('error', () => undefined);
  body.once('error', (error) => limit.destroy(error));
  body.once('close', () => {
    if (!body.readableEnded) limit.destroy(new Error('The upload broke off.'));
  });
  return body.pipe(limit);
}

function whole(request: FastifyRequest, body: Readable, done: (error: Error | null, text?: string) => void) {
  if (Number(request.headers['content-length'] ?? 0) > jsonLimit) return done(new BodyTooLarge(jsonLimit));
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  const end = (error: Error | null, text?: string) => {
    if (ended) return;
    ended = true;
    body.off('data', collect);
    done(error, text);
  };
  const collect = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > jsonLimit) end(new BodyTooLarge(jsonLimit));
    else chunks.push(chunk);
  };
  body.on('data', collect);
  body.once('end', () => end(null, Buffer.concat(chunks).toString('utf8')));
  body.once('error', (error) => end(error));
}

/** Upload routes get their body as a stream, whatever it is; the others get parsed JSON, or 415. Nobody reads what is sent to nowhere. */
export function parseBodies(fastify: FastifyInstance) {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', (request, body, done) => {
    if (request.is404) return done(null);
    const refused = refusedEncoding(request);
    if (refused) return done(refused);
    const { upload } = request.routeOptions.config;
    if (upload) return stream(request, body, upload.maxBytes, done);
    whole(request, body, (error, text) => {
      if (error) done(error);
      // Clients that always say application/json have no body either.
      else if (text === '') done(null, undefined);
      else void parse(request, text ?? '', done);
    });
  });
  fastify.addContentTypeParser(uploadTypes, (request, body, done) => {
    if (request.is404) return done(null);
    const refused = refusedEncoding(request);
    if (refused) return done(refused);
    const { upload } = request.routeOptions.config;
    if (upload) stream(request, body, upload.maxBytes, done);
    else done(Object.assign(new Error('Not taken here.'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 }));
  });
}

function stream(request: FastifyRequest, body: Readable, maxBytes: number, done: (error: Error | null, body?: unknown) => void) {
  try {
    done(null, limited(request, body, maxBytes));
  } catch (error) {
    done(error as Error); // a BodyTooLarge
  }
}
