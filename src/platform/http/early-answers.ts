import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** How much more of a body is read after its answer, and for how long: enough for a client that sends all of a file before it looks. */
export type Patience = { readonly bytes: number; readonly milliseconds: number };
const patience: Patience = { bytes: 1024 * 1024 * 1024, milliseconds: 10_000 };

/** A body up to here is under way already when it is refused: the connection is worth keeping. In bytes. */
const small = 64 * 1024;

/**
 * An answer that is given before all of the body came (no key, too large, a bad parameter) says `Connection: close`, and the rest of the
 * body is read and thrown away before the connection is closed: closed at once, the kernel would reset it, and a client that is still
 * sending would see a broken connection instead of the answer. Nothing waits for such connections when the service stops.
 */
export function answerEarly(fastify: FastifyInstance, { bytes, milliseconds }: Patience = patience) {
  const lingering = new Set<() => void>();
  let closing = false;

  /** Resolves when the body has come, its sender is gone, or nobody wants to wait any longer. */
  const rest = (body: IncomingMessage) =>
    new Promise<void>((done) => {
      if (body.complete || body.destroyed) return done();
      let left = bytes;
      const end = () => {
        clearTimeout(timer);
        lingering.delete(end);
        body.off('data', count).off('end', end).off('close', end);
        done();
      };
      const count = (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) end();
      };
      const timer = setTimeout(end, milliseconds);
      lingering.add(end);
      body.unpipe();
      body.on('data', count).once('end', end).once('close', end).resume();
    });

  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { raw } = request;
    if (!isComing(raw)) return done(null, payload);
    if (Number(raw.headers['content-length'] ?? Infinity) > small) reply.header('connection', 'close');
    reply.raw.once('finish', () => {
      if (!raw.complete) raw.socket.destroySoon();
    });
    if (closing || !(typeof payload === 'string' || Buffer.isBuffer(payload))) return done(null, payload);
    // The caller has the whole answer by its length; it ends, and the connection with it, when the rest has come.
    reply.header('content-length', Buffer.byteLength(payload));
    const answer = async function* () {
      yield payload;
      await rest(raw);
    };
    done(null, Readable.from(answer(), { objectMode: false }));
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const end of lingering) end();
    done();
  });
}

/** A request that is made up for a test has no connection, and says nothing of being complete. */
const isComing = ({ complete, headers }: IncomingMessage) =>
  complete === false && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
