import fc from 'fast-check';
import { z } from 'zod';
import { Invalid } from '../errors';
import { jsonSchema } from './openapi-parts';
import { decodeCursor, encodeCursor, page, pageFrom } from './paging';
import { query } from './validation';

describe('a page', () => {
  const Filter = query({ ...page });

  it('has 100 items unless told otherwise', () => expect(Filter.parse({})).toEqual({ limit: 100 }));
  it('is described as taking a number', () =>
    expect(jsonSchema(Filter, 'input')).toMatchObject({
      properties: { limit: { type: 'integer', minimum: 1, maximum: 1000 } },
    }));
  it('has a next one when a row more than asked for was found', () => {
    const rows = [1, 2, 3];
    const first = pageFrom(rows, 2, (last) => [last]);
    expect(first).toEqual({ items: [1, 2], page: { limit: 2, nextCursor: encodeCursor([2]) } });
    expect(pageFrom(rows, 3, (last) => [last]).page.nextCursor).toBeNull();
    expect(pageFrom([], 3, (last) => [last])).toEqual({ items: [], page: { limit: 3, nextCursor: null } });
  });
});

describe('a cursor', () => {
  const Place = z.tuple([z.string(), z.int().nullable()]);

  it('comes back as it went', () =>
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer()), (name, number) => {
        expect(decodeCursor(Place, encodeCursor([name, number]))).toEqual([name, number]);
      }),
    ));
  it.each(['', 'nonsense', encodeCursor([1, 2]), encodeCursor(['a'])])('is refused when it is none of this list: %s', (cursor) =>
    expect(() => decodeCursor(Place, cursor)).toThrow(Invalid),
  );
});
