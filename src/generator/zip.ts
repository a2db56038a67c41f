import { Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import type { Day } from './listing';

type Entry = { readonly name: string; readonly text: Iterable<string> };

/** Sizes are not known before: they follow the data (APPNOTE 4.3.9). */
const sizesFollow = 8;
const deflated = 8;

/** A zip as it is made (PKWARE's APPNOTE 6.3), all entries of eight in the morning of the day. */
export async function* zipped(entries: readonly Entry[], day: Day): AsyncGenerator<Buffer, void, undefined> {
  const directory: Buffer[] = [];
  let at = 0;
  const sized = (bytes: Buffer) => {
    at += bytes.length;
    return bytes;
  };
  for (const { name, text } of entries) {
    const begin = at;
    yield sized(
      Buffer.concat([fixed(0x04034b50, [20, sizesFollow, deflated, ...dosTime(day)], [0, 0, 0], [name.length, 0]), Buffer.from(name)]),
    );
    const sums = { crc: 0, size: 0 };
    const data = at;
    for await (const bytes of Readable.from(summed(text, sums)).pipe(createDeflateRaw({ level: 1 }))) yield sized(bytes as Buffer);
    const facts = [sums.crc, at - data, sums.size];
    yield sized(fixed(0x08074b50, [], facts, []));
    const header = fixed(0x02014b50, [20, 20, sizesFollow, deflated, ...dosTime(day)], facts, [name.length, 0, 0, 0, 0]);
    directory.push(header, numbers([], [0, begin]), Buffer.from(name));
  }
  const central = Buffer.concat(directory);
  yield central;
  yield fixed(0x06054b50, [0, 0, entries.length, entries.length], [central.length, at], [0]);
}

function* summed(text: Iterable<string>, sums: { crc: number; size: number }): Generator<Buffer, void, undefined> {
  for (const piece of text) {
    const bytes = Buffer.from(piece);
    sums.crc = crc32(bytes, sums.crc);
    sums.size += bytes.length;
    yield bytes;
  }
}

/** A record: its signature, numbers of two bytes, of four, and of two again. */
const fixed = (signature: number, words: readonly number[], longs: readonly number[], more: readonly number[]) =>
  Buffer.concat([numbers([], [signature]), numbers(words, longs), numbers(more, [])]);

function numbers(words: readonly number[], longs: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * words.length + 4 * longs.length);
  words.forEach((word, n) => bytes.writeUInt16LE(word, 2 * n));
  longs.forEach((long, n) => bytes.writeUInt32LE(long, 2 * words.length + 4 * n));
  return bytes;
}

function dosTime(day: Day): [time: number, date: number] {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return [8 << 11, ((year - 1980) << 9) | (month << 5) | date];
}
