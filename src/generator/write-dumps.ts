import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isContract, type Day, type Listing } from './listing';
import { MadeUpMarket, type Size } from './market';
import { cutOff, mistaken, spoilt, type Mistake } from './mistakes';
import type { Tally } from './tally';
import type { Part, Writer } from './writer';
import { zipped } from './zip';

export type Order = Size & {
  readonly days: number;
  readonly writers: readonly Writer[];
  readonly folder: string;
  /** Of the last day's files. */
  readonly mistake: Mistake | null;
};

export type WrittenDump = { readonly broker: string; readonly path: string; readonly rows: number };
export type WrittenDay = { readonly tally: Tally; readonly dumps: readonly WrittenDump[] };

/** The dumps of one day after another, in a folder for each day. @throws CannotMistake */
export async function* writeDumps({ days, writers, folder, mistake, ...size }: Order): AsyncGenerator<WrittenDay, void, undefined> {
  const market = new MadeUpMarket(size);
  for (let n = 0; n < days; n++) {
    if (n > 0) market.advance();
    const inFolder = join(folder, market.day);
    await mkdir(inFolder, { recursive: true });
    const listings = [...market.listings()];
    const dumps: WrittenDump[] = [];
    for (const writer of writers) dumps.push(await writeDump(writer, listings, market.day, inFolder, n === days - 1 ? mistake : null));
    yield { tally: market.tally, dumps };
  }
}

async function writeDump(
  writer: Writer,
  listings: readonly Listing[],
  day: Day,
  folder: string,
  mistake: Mistake | null,
): Promise<WrittenDump> {
  const path = join(folder, writer.file);
  const wrong = mistake ? mistaken(listings, mistake, writer) : listings;
  const spoil = mistake ? spoilt(mistake, writer, exampleOf(writer, listings, day)) : (row: string) => row;
  const counted = { rows: 0 };
  const text = (part: Part) => pieces(part, wrong, day, spoil, counted);
  const [only] = writer.parts;
  if (writer.packing === 'zip')
    await pipeline(
      zipped(
        writer.parts.map((part) => ({ name: part.name, text: text(part) })),
        day,
      ),
      createWriteStream(path),
    );
  else if (only) {
    const source = Readable.from(text(only));
    if (writer.packing === 'gzip') await pipeline(source, createGzip({ level: 1 }), createWriteStream(path));
    else await pipeline(source, createWriteStream(path));
  }
  if (mistake === 'truncated') await cutOff(path);
  return { broker: writer.broker, path, rows: counted.rows };
}

/** A contract's row, as it should be. */
function exampleOf({ parts }: Writer, listings: readonly Listing[], day: Day): string {
  for (const { segments, row } of parts) {
    const contract = listings.find((one) => isContract(one) && segments.includes(one.segment));
    if (contract) return row(contract, day);
  }
  return '';
}

/** Large enough that writing costs nothing, small enough to be forgotten. */
const pieceLength = 128 * 1024;

function* pieces(
  { segments, head, row, between, tail }: Part,
  listings: readonly Listing[],
  day: Day,
  spoil: (row: string) => string,
  counted: { rows: number },
): Generator<string, void, undefined> {
  let piece = head;
  let isFirst = true;
  for (const segment of segments)
    for (const listing of listings) {
      if (listing.segment !== segment) continue;
      piece += (isFirst ? '' : between) + spoil(row(listing, day));
      isFirst = false;
      counted.rows++;
      if (piece.length < pieceLength) continue;
      yield piece;
      piece = '';
    }
  yield piece + tail;
}
