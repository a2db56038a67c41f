import { StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { Invalid } from '../errors';

type Issue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  /** zod's own: a strict object names what it does not know. */
  readonly code?: string;
  readonly keys?: readonly string[];
};

// A parameter that is repeated where one value is wanted. Schemas that have a sentence of their own say that.
z.config({
  customError: ({ code, expected, input }) =>
    Array.isArray(input) && (code === 'invalid_value' || (code === 'invalid_type' && expected !== 'object'))
      ? 'Give one value, not several.'
      : undefined,
});

const most = 100;
const pathOf = ({ path = [] }: Issue) => path.map((part) => String(typeof part === 'object' ? part.key : part));

/** Issues of any Standard Schema as the errors of a problem document; 100 at most. */
export function invalid(issues: readonly Issue[]): Invalid {
  const errors = issues.slice(0, most).flatMap((issue) => {
    const path = pathOf(issue);
    if (issue.code === 'unrecognized_keys' && issue.keys)
      return issue.keys.slice(0, most).map((key) => ({ path: [...path, key].join('.'), message: 'Nothing here has this name.' }));
    return [{ path: path.join('.'), message: issue.message }];
  });
  const first = errors[0];
  return new Invalid(first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : 'The request is not valid.', errors);
}

/** For controllers: `@Body({ schema })`, `@Query({ schema })`, `@Param({ schema })`. */
export const validationPipe = () => new StandardSchemaValidationPipe({ exceptionFactory: invalid });

/** For raw routes. @throws Invalid */
export function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(result.error.issues);
  return result.data;
}

/** Text as PostgreSQL can keep and compare it. */
export const plainText = z.string().regex(/^[^\0]*$/, 'No text has a NUL character.');

/**
 * One schema for the whole query: an unknown parameter, or one repeated where it takes one value, is an error, never silently ignored.
 * In a controller: `const Filter = query({ segment: Segment.optional(), ...page })`, then `@Query({ schema: Filter }) filter: z.output<typeof Filter>`.
 */
export const query = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape);
