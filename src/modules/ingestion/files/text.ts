import { isUtf8 } from 'node:buffer';
import { UnusableFile } from '../domain/dump-row';

/** What a file may be written in when it is not UTF-8. Every byte is a character of it: nothing shows that it was not. */
export type Encoding = 'windows-1252';

type Limits = {
  readonly unpackedBytes: number;
  readonly ratio: number;
  readonly ratioFromBytes: number;
  readonly encoding?: Encoding | undefined;
};

/** Passes bytes on as text: no byte order mark, valid UTF-8, no NUL, within the limits. Chunks never cut a character in two. */
export async function* text(bytes: AsyncIterable<Buffer>, packedBytes: number, limits: Limits): AsyncGenerator<Buffer, void, undefined> {
  let offset = 0;
  let held: Buffer = Buffer.alloc(0);
  const decoder = limits.encoding && new TextDecoder(limits.encoding);
  for await (const raw of bytes) {
    const chunk = decoder ? Buffer.from(decoder.decode(raw)) : raw;
    const first = offset === 0 && held.length === 0;
    const joined: Buffer = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    if (first) refusePacked(joined);
    checkSize(offset + joined.length, packedBytes, limits);
    const complete = joined.subarray(0, joined.length - unfinished(joined));
    held = joined.subarray(complete.length);
    checkText(complete, offset);
    offset += complete.length;
    const out = first && complete[0] === 0xef && complete[1] === 0xbb && complete[2] === 0xbf ? complete.subarray(3) : complete;
    if (out.length > 0) yield out;
  }
  if (held.length > 0) throw new UnusableFile(`The file ends in the middle of a character, at byte ${offset}: it is cut off or not UTF-8.`);
  if (offset === 0) throw new UnusableFile('The file is empty.');
}

function refusePacked(head: Buffer): void {
  const magic = head.toString('latin1', 0, 2);
  if (magic === '\x1f\x8b' || magic === 'PK') throw new UnusableFile('The file is packed twice: unpack it once.');
  if (magic === '\xff\xfe' || magic === '\xfe\xff') throw new UnusableFile('The file is UTF-16: UTF-8 is expected.');
}

function checkSize(bytes: number, packedBytes: number, { unpackedBytes, ratio, ratioFromBytes }: Limits): void {
  if (bytes > unpackedBytes) throw new UnusableFile(`The file is larger than ${unpackedBytes} bytes when unpacked.`);
  if (bytes > ratioFromBytes && bytes / packedBytes > ratio) {
    throw new UnusableFile(`The file unpacks to more than ${ratio} times its size: no dump does.`);
  }
}

function checkText(chunk: Buffer, offset: number): void {
  const nul = chunk.indexOf(0);
  if (nul >= 0) throw new UnusableFile(`The file has a NUL byte at byte ${offset + nul}: it is not text.`);
  if (!isUtf8(chunk)) throw new UnusableFile(`The file is not valid UTF-8 at byte ${offset + firstDifference(chunk)}.`);
}

/** Decoding puts U+FFFD for what is wrong, so the first byte that changes on the way there and back is the place. */
function firstDifference(chunk: Buffer): number {
  const back = Buffer.from(chunk.toString('utf8'));
  return chunk.findIndex((byte, at) => byte !== back[at]);
}

/** How many bytes at the end are the beginning of a character that goes on in the next chunk. */
function unfinished(chunk: Buffer): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back++) {
    const byte = chunk[chunk.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
