import type { FastifyInstance } from 'fastify';
import { Invalid, Unavailable } from '../errors';
import './caller';

/** How far what is read has come in the log. Answers never go back in time when each is asked for at the position of the one before. */
export abstract class Positions {
  abstract current(): number | Promise<number>;
  /** True as soon as reads reflect `position`; false when they do not within `milliseconds`. */
  abstract waitFor(position: number, milliseconds: number): Promise<boolean>;
}

const patience = 2_000;

/** `Registry-Position`: what a read must reflect at least, and what it does reflect (taken before reading, so never too high). */
export function tellPosition(fastify: FastifyInstance, positions: Positions) {
  fastify.addHook('preHandler', (request, reply, done) => {
    const { config } = request.routeOptions;
    if (!config.needsKey || !config.reads) return done();
    const fail = (error: unknown) => done(error as Error); // Fastify hands whatever was thrown to the error handler
    const tell = (position: number) => {
      reply.header('registry-position', position);
      done();
    };
    const read = () => {
      if (config.ownPosition) return done();
      const current = positions.current();
      if (typeof current === 'number') tell(current);
      else current.then(tell, fail);
    };
    const wanted = request.headers['registry-position'];
    if (wanted === undefined) read();
    else waitFor(positions, wanted).then(read, fail);
  });
}

async function waitFor(positions: Positions, wanted: string | string[]) {
  if (typeof wanted !== 'string' || !/^\d{1,15}$/.test(wanted)) {
    const message = 'Give a log position, such as the one that an answer brought.';
    throw new Invalid(`Registry-Position: ${message}`, [{ path: 'Registry-Position', message }]);
  }
  if (!(await positions.waitFor(Number(wanted), patience)))
    throw new Unavailable(`Reads have not come to position ${wanted} within ${patience / 1000} s.`);
}
