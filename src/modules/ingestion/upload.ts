import { z } from 'zod';
import { valid } from '../../platform/http/validation';
import { Day, Segment } from '../instruments';
import { Mode, Priority, usualPriority } from './domain/run';

/** The JSON body that asks the registry to fetch a file by itself. */
export const IngestionCommand = z
  .strictObject({
    source: z.string().min(1),
    mode: Mode.default('full'),
    day: Day.optional(),
    segments: z.array(Segment).min(1).optional(),
    symbols: z.array(z.string().min(1)).min(1).max(10_000).optional(),
    dryRun: z.boolean().default(false),
    priority: Priority.default(usualPriority),
  })
  .meta({ examples: [{ source: 'file:/dumps/kite-nfo.csv.gz', day: '2026-01-07' }] });
export type IngestionCommand = z.output<typeof IngestionCommand>;

/** A body is a command if it is a JSON object with `source` in it, up to this size; else it is the file. */
const commandBytes = 64 * 1024;

export type Body = { readonly command: IngestionCommand } | { readonly file: AsyncIterable<Buffer> };

/** Looks at the beginning of a JSON body without reading on: the file itself may be JSON, too. */
export async function commandOrFile(body: AsyncIterable<Buffer>, isJson: boolean, isEncoded: boolean): Promise<Body> {
  if (!isJson || isEncoded) return { file: body };
  const iterator = body[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let size = 0;
  let ended = false;
  while (size <= commandBytes && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else {
      read.push(next.value);
      size += next.value.length;
    }
  }
  const parsed = ended ? objectIn(Buffer.concat(read)) : undefined;
  if (parsed && 'source' in parsed) return { command: valid(IngestionCommand, parsed) };
  return {
    file: (async function* () {
      yield* read;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    })(),
  };
}

function objectIn(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
