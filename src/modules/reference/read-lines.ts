import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { csvLines, dumpLimits, openDump, type Line } from '../ingestion';

/** The largest of these files, all MICs, has 0.6 MB. */
const unpackedBytes = 32 * 1024 * 1024;

/** The lines of a file, packed or not, and the SHA-256 of its text. @throws UnusableFile when it is no text, or not whole */
export async function readLines(body: AsyncIterable<Buffer>): Promise<{ readonly lines: Line[]; readonly sha256: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-reference-'));
  try {
    const path = join(folder, 'file');
    await pipeline(body, createWriteStream(path));
    const { parts } = await openDump(path, { ...dumpLimits, unpackedBytes });
    const hash = createHash('sha256');
    const lines: Line[] = [];
    for (const { stream } of parts) for await (const some of csvLines(hashed(stream, hash))) lines.push(...some);
    return { lines, sha256: hash.digest('hex') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* hashed(stream: AsyncIterable<Buffer>, hash: ReturnType<typeof createHash>) {
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
}
