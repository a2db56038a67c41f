import { z } from 'zod';
import { Invalid } from '../errors';

/** A whole number in a query parameter. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `Give a whole number from ${least} to ${most}.`)
    .transform(Number)
    .refine((number) => number >= least && number <= most, `Give a whole number from ${least} to ${most}.`)
    .meta({ type: 'integer', minimum: least, maximum: most, pattern: undefined });

/** Query parameters of every list: `query({ ...page })`. */
export const page = {
  limit: wholeNumber(1, 1000).default(100).describe('How many items at most; 100 unless given.'),
  cursor: z.string().min(1).max(2000).optional().describe('`page.nextCursor` of the answer before.'),
};

export type Page<Item> = { readonly items: readonly Item[]; readonly page: { readonly limit: number; readonly nextCursor: string | null } };

/** The answer of a list as a schema, for OpenAPI. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    page: z.object({ limit: z.int(), nextCursor: z.string().nullable() }).meta({ examples: [{ limit: 100, nextCursor: null }] }),
  });

/** Where the next page begins: the values that the list is ordered by, of the last item. Opaque to callers. */
export const encodeCursor = (values: readonly unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url');

/** @throws Invalid when it is none of ours */
export function decodeCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const result = schema.safeParse(parsed(cursor));
  if (result.success) return result.data;
  const message = 'This is not a cursor of this list. Take `page.nextCursor` as it is, with the same filters.';
  throw new Invalid(`cursor: ${message}`, [{ path: 'cursor', message }]);
}

/** Where the next page of a list begins that is ordered by one text: after this one; '' at first. @throws Invalid */
export const afterText = (cursor: string | undefined): string =>
  cursor === undefined ? '' : decodeCursor(z.tuple([z.string()]), cursor)[0];

/** A page of what is at hand whole, in the order of a text. @throws Invalid */
export function pageAmong<Item>(
  all: readonly Item[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  textOf: (item: Item) => string,
): Page<Item> {
  const after = afterText(cursor);
  return pageFrom(
    all.filter((item) => textOf(item) > after),
    limit,
    (last) => [textOf(last)],
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A page of `rows`, which were read with one more than `limit` to see whether there is a next one. */
export function pageFrom<Item>(rows: readonly Item[], limit: number, cursorOf: (last: Item) => readonly unknown[]): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, page: { limit, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null } };
}
