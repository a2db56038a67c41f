import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { answerEarly, type Patience } from './early-answers';

const open: { server: FastifyInstance; socket: Socket }[] = [];
afterEach(async () => {
  for (const { server, socket } of open.splice(0)) {
    socket.destroy();
    await server.close();
  }
});

/** A connection to a service that refuses everything, when its answer has come. The body is said to be large. */
async function refused(patience: Patience) {
  const server = fastify();
  answerEarly(server, patience);
  server.addHook('onRequest', (_request, reply) => void reply.code(401).send('no key'));
  server.post('/', () => '');
  await server.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
  // Whoever sends on to a closed connection is told so.
  socket.on('error', () => undefined);
  open.push({ server, socket });
  socket.write('POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 100000000\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [string];
  expect(answer).toMatch(/^HTTP\/1\.1 401 .*\r\nconnection: close\r\n.*no key$/is);
  return socket;
}

const closed = (socket: Socket) => new Promise<void>((done) => socket.once('close', () => done()));

describe('a connection whose request was refused before its body came', () => {
  it('is closed when nothing comes for too long', async () => {
    const socket = await refused({ bytes: 1_000_000, milliseconds: 50 });
    await closed(socket);
  });

  it('is closed when too much comes', async () => {
    const socket = await refused({ bytes: 1_000_000, milliseconds: 60_000 });
    const end = closed(socket);
    const block = Buffer.alloc(100_000);
    let sent = 0;
    for (; !socket.destroyed && sent < 90_000_000; sent += block.length)
      if (!socket.write(block)) await Promise.race([end, new Promise((done) => socket.once('drain', done))]);
    await end;
    expect(sent).toBeLessThan(90_000_000);
  });

  it('is closed at once when the service stops', async () => {
    const socket = await refused({ bytes: 1_000_000, milliseconds: 60_000 });
    await Promise.all([closed(socket), open[0]?.server.close()]);
  });
});
