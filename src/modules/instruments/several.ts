import { z } from 'zod';

/** Several values of one query parameter, with commas between or the parameter repeated. */
export const several = <Value extends z.ZodType<string, string>>(value: Value) =>
  z
    .union([z.string(), z.array(z.string())], 'Give values with commas between, or repeat the parameter.')
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(value).min(1).max(100));
