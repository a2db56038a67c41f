import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createGunzip } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import type { Day } from '../../instruments';
import { UnusableFile } from '../domain/dump-row';
import { text, type Encoding } from './text';

export type DumpLimits = {
  /** Bytes after unpacking. */
  readonly unpackedBytes: number;
  /** Unpacked over packed bytes; looked at once `ratioFromBytes` came out. Real dumps are packed 7 to 20 times. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  /** What the text is written in; UTF-8 without it. */
  readonly encoding?: Encoding | undefined;
};

export const dumpLimits: DumpLimits = { unpackedBytes: 2 * 1024 ** 3, ratio: 200, ratioFromBytes: 16 * 1024 ** 2 };

export type Part = {
  /** The entry of a zip; null for a file that is none. */
  readonly name: string | null;
  /** The text: unpacked, valid UTF-8 without byte order mark and without NUL. Ends with `UnusableFile` when the file turns out not to be whole. Read it once. */
  readonly stream: AsyncIterable<Buffer>;
};

export type OpenDump = {
  /** One, or the entries of a zip that were asked for. Read them one after another. */
  readonly parts: readonly Part[];
  readonly packing: 'none' | 'gzip' | 'zip';
  /** The date of a zip's newest entry as its writer's clock had it; null when there is none. */
  readonly statedDay: Day | null;
  /** Size of the file as it is. */
  readonly packedBytes: number;
  /** How many of them have been read so far: for progress. */
  readonly packedBytesRead: () => number;
};

/**
 * Opens a dump by what it contains, never by its name. Memory stays flat whatever is in it.
 * @param entries which entries of a zip are read; without it there may be only one
 */
export async function openDump(path: string, limits: DumpLimits = dumpLimits, entries: RegExp | null = null): Promise<OpenDump> {
  const packedBytes = (await stat(path)).size;
  if (packedBytes === 0) throw new UnusableFile('The file is empty.');
  const head = await firstBytes(path);
  if (isGzip(head)) return openGzip(path, packedBytes, limits);
  if (isZip(head)) return openZip(path, packedBytes, limits, entries);
  const progress = { read: 0 };
  const stream = text(counted(createReadStreamOf(path), progress), packedBytes, { ...limits, ratio: Infinity });
  return { parts: [{ name: null, stream }], packing: 'none', statedDay: null, packedBytes, packedBytesRead: () => progress.read };
}

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;
const isZip = (head: Buffer) => head.toString('latin1', 0, 2) === 'PK' && (head[2] === 3 || head[2] === 5);

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const createReadStreamOf = (path: string) => createReadStream(path, { highWaterMark: 256 * 1024 });

async function* counted(stream: AsyncIterable<Buffer>, progress: { read: number }) {
  for await (const chunk of stream) {
    progress.read += chunk.length;
    yield chunk;
  }
}

function openGzip(path: string, packedBytes: number, limits: DumpLimits): OpenDump {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  async function* unpacked() {
    let begun = false;
    // an error of either reaches the reader of gunzip
    pipeline(createReadStreamOf(path), gunzip, () => undefined);
    try {
      for await (const chunk of gunzip) {
        begun = true;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw gzipTrouble(error, packedBytes, begun);
    }
    // zlib takes zeros behind the last member for padding and says nothing
    if (gunzip.bytesWritten !== packedBytes) throw new UnusableFile(behindTheEnd);
  }
  return {
    parts: [{ name: null, stream: text(unpacked(), packedBytes, limits) }],
    packing: 'gzip',
    statedDay: null,
    packedBytes,
    packedBytesRead: () => gunzip.bytesWritten,
  };
}

const behindTheEnd = 'The gzip file is damaged: bytes follow its end that do not belong to it.';

/** Words of zlib's when what should be the header of the next member is none. */
const noMember = ['incorrect header check', 'unknown compression method', 'unknown header flags set'];

function gzipTrouble(error: unknown, packedBytes: number, begun: boolean): unknown {
  const { code, message } = error as NodeJS.ErrnoException; // streams fail with errors only
  if (!code?.startsWith('Z_')) return error;
  if (code === 'Z_BUF_ERROR')
    return new UnusableFile(`The gzip file is cut off: it ends in the middle, after ${packedBytes} bytes.`, { cause: error });
  return new UnusableFile(begun && noMember.includes(message) ? behindTheEnd : `The gzip file is damaged (${message}).`, { cause: error });
}

async function openZip(path: string, packedBytes: number, limits: DumpLimits, wanted: RegExp | null): Promise<OpenDump> {
  const entries = await entriesOf(path, wanted);
  const total = entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  const progress = { done: 0, read: 0 };
  async function* unpacked(entry: Entry) {
    const zip = await zipTrouble(openPromise(path, { autoClose: false, lazyEntries: true }));
    try {
      const stream = await zipTrouble(zip.openReadStreamPromise(entry));
      let sum = 0;
      let bytes = 0;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        sum = crc32(chunk, sum);
        bytes += chunk.length;
        const here = (bytes / Math.max(entry.uncompressedSize, bytes)) * entry.compressedSize;
        progress.read = Math.round(((progress.done + here) / total) * packedBytes);
        yield chunk;
      }
      if (sum !== entry.crc32) throw new UnusableFile(`The zip file is damaged: the checksum of ${entry.fileName} is wrong.`);
      progress.done += entry.compressedSize;
    } catch (error) {
      throw asZipTrouble(error);
    } finally {
      zip.close();
    }
  }
  const days = entries.flatMap((entry) => dayOf(entry) ?? []);
  return {
    parts: entries.map((entry) => ({ name: entry.fileName, stream: text(unpacked(entry), entry.compressedSize, limits) })),
    packing: 'zip',
    statedDay: days.sort().at(-1) ?? null,
    packedBytes,
    packedBytesRead: () => progress.read,
  };
}

/** The data files in a zip. Where one is expected, several would need a choice, and choosing silently would lose the others. */
async function entriesOf(path: string, wanted: RegExp | null): Promise<readonly Entry[]> {
  const zip: ZipFile = await zipTrouble(openPromise(path, { autoClose: false, lazyEntries: true }));
  try {
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (/\/$|^__MACOSX\/|(^|\/)\./.test(entry.fileName) || (wanted && !wanted.test(entry.fileName))) continue;
      entries.push(entry);
      if (entries.length > 1 && !wanted) break;
    }
    const [entry, second] = entries;
    if (!entry) throw new UnusableFile(wanted ? `The zip file holds no file named like ${wanted.source}.` : 'The zip file holds no file.');
    if (second && !wanted)
      throw new UnusableFile(`The zip file holds several files (${entry.fileName}, ${second.fileName}, ...): one is expected.`);
    if (entries.some((one) => one.isEncrypted())) throw new UnusableFile('The zip file is encrypted.');
    return entries;
  } catch (error) {
    throw asZipTrouble(error);
  } finally {
    zip.close();
  }
}

/** Zip times have no zone: the date is taken as it was written. 1980-01-01 is what writers without a clock leave. */
function dayOf(entry: Entry): Day | null {
  const day = entry.getLastModDate({ timezone: 'UTC', forceDosFormat: true });
  if (Number.isNaN(day.getTime()) || day.getUTCFullYear() <= 1980) return null;
  return day.toISOString().slice(0, 10);
}

const zipTrouble = <T>(promise: Promise<T>): Promise<T> =>
  promise.catch((error: unknown) => {
    throw asZipTrouble(error);
  });

/** Errors with a code that is not zlib's are the system's (a disk that cannot be read): those are not the file's fault. */
function asZipTrouble(error: unknown): unknown {
  if (error instanceof UnusableFile) return error;
  const { code, message } = error as NodeJS.ErrnoException; // yauzl and streams fail with errors only
  return code && !code.startsWith('Z_') ? error : new UnusableFile(`The zip file is damaged (${message}).`, { cause: error });
}
