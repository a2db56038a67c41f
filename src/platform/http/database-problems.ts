import type { Meaning } from './problem';

/** A connection that could not be made or broke: from Node, pg and Prisma. */
const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
]);
/** pg gives these no code. */
const connectionMessages = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

const away: Meaning = { status: 503, detail: 'The database is away for the moment. Try again.', headers: { 'retry-after': '1' } };

const full: Meaning = {
  status: 503,
  detail: 'The disk of the database is full, and nothing of this was kept. Free some space, then try again.',
  headers: { 'retry-after': '60' },
};

type Cause = { readonly code?: unknown; readonly message?: unknown; readonly cause?: unknown };

/** The error itself, what caused it, and what caused that. */
function* causes(error: unknown): Generator<Cause> {
  let cause = error;
  for (let depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    yield cause;
    cause = (cause as Cause).cause; // an object may have one
  }
}

/** Errors of PostgreSQL that mean something to a caller, by SQLSTATE. Their text is never passed on. */
export function databaseProblem(error: unknown): Meaning | undefined {
  for (const cause of causes(error)) {
    const code = typeof cause.code === 'string' ? cause.code : '';
    if (connectionCodes.has(code) || connectionMessages.test(String(cause.message))) return away;
    if (code === '53100') return full;
    // 08 connection, 53 out of connections or memory, 57P shut down or starting.
    if (/^(08...|53...|57P0.)$/.test(code)) return away;
    if (code === '57014')
      return { status: 408, detail: 'This took longer than allowed and was given up. Ask for less, or for something narrower.' };
    if (code === '40001' || code === '40P01' || code === '23505' || code === '23P01')
      return { status: 409, detail: 'Another writer did something at the same time that contradicts this. Read again and retry.' };
    if (/^22...$/.test(code)) return { status: 422, detail: 'A value in the request cannot be stored or compared.' };
  }
  return undefined;
}
