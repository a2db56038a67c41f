import { createServer } from 'node:http';
import { CannotStart } from '../cannot-start';
import { codeOf } from '../error-code';

/** Fails at once, before anything else is started, when nobody could listen there. */
export function assertListenable(host: string, port: number): Promise<void> {
  const server = createServer();
  return new Promise((done, failed) => {
    server.once('error', (error) => failed(listeningFailed(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done()));
  });
}

/** Why listening failed, as one sentence. */
export function listeningFailed(error: Error, host: string, port: number): Error {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new CannotStart(
        `Port ${port} of ${host} is taken by another program: stop it, or choose another port, for example PORT=${port + 1}.`,
        {
          cause: error,
        },
      );
    case 'EACCES':
      return new CannotStart(`This user may not listen on port ${port}: choose one above 1023, for example PORT=8086.`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CannotStart(`${host} is no address of this machine: set HOST to 127.0.0.1, or to 0.0.0.0 for all of them.`, {
        cause: error,
      });
    default:
      return error;
  }
}
