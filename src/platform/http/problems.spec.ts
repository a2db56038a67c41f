import { Invalid, NotFound, Refused, Stale, TooLarge, Unavailable } from '../errors';
import { WrongExpectedVersion } from '../event-store/event-store';
import { meaningOf } from './problems';
import { Forbidden, TooManyRequests, Unauthenticated } from './refusals';

const withCode = (code: string, message = 'SELECT secret', cause?: unknown) => Object.assign(new Error(message, { cause }), { code });

describe('an error', () => {
  it.each<[unknown, number]>([
    [new Refused('no'), 409],
    [new WrongExpectedVersion(['instrument-1']), 409],
    [new NotFound('no'), 404],
    [new Invalid('no'), 422],
    [new Stale('no'), 412],
    [new TooLarge('no'), 413],
    [new Unavailable('no'), 503],
    [new Unauthenticated('no'), 401],
    [new Forbidden('no'), 403],
    [new TooManyRequests('no', 3), 429],
    [new Error('no'), 500],
    ['no', 500],
    [undefined, 500],
    [Object.assign(new Error('no'), { statusCode: 502 }), 500],
  ])('%p is a %i', (error, status) => expect(meaningOf(error).status).toBe(status));

  it.each([
    ['ECONNREFUSED', 503],
    ['57P01', 503],
    ['08006', 503],
    ['53300', 503],
    ['53100', 503],
    ['P1001', 503],
    ['57014', 408],
    ['40001', 409],
    ['23505', 409],
    ['22021', 422],
    ['42P01', 500],
  ])('of the database, %s, is a %i and shows none of its text', (code, status) => {
    for (const error of [withCode(code), new Error('wrapped', { cause: withCode(code) })]) {
      expect(meaningOf(error).status).toBe(status);
      expect(meaningOf(error).detail ?? '').not.toContain('SELECT');
    }
  });

  it('of a full disk says what to do', () => expect(meaningOf(withCode('53100')).detail).toContain('Free some space'));

  it('of a pool that has no connection is a 503', () =>
    expect(meaningOf(new Error('timeout exceeded when trying to connect')).status).toBe(503));

  it('says when to try again', () => {
    expect(meaningOf(new TooManyRequests('no', 2.2)).headers).toEqual({ 'retry-after': '3' });
    expect(meaningOf(new Unavailable('no', 0)).headers).toEqual({ 'retry-after': '1' });
  });
});
