import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, crc32, createGzip, deflateRawSync, gzipSync } from 'node:zlib';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { dataFile, describeWithData } from '../../../../test/support/data';
import { UnusableFile } from '../domain/dump-row';
import { dumpLimits, openDump, type DumpLimits, type OpenDump } from './open-dump';

const folder = mkdtempSync(path.join(tmpdir(), 'open-dump-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (content: Buffer | string) => {
  const name = path.join(folder, 'dump.txt');
  writeFileSync(name, content);
  return name;
};

/** Of a dump in one part. */
const textOf = ({ parts: [part] }: OpenDump) => part?.stream ?? [];

async function read(content: Buffer | string, limits?: DumpLimits): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of textOf(await openDump(file(content), limits))) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

/** A zip as another program would write it: stored or deflated entries with a DOS date. */
function zip(entries: readonly { name: string; content: Buffer; date?: [number, number, number]; crc?: number; flags?: number }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, date: [year, month, day] = [2031, 1, 7], crc = crc32(content), flags = 0 } of entries) {
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(((year - 1980) << 9) | (month << 5) | day, 8);
    fields.writeUInt32LE(crc, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

const text = `token,name\n${'1,Acmé\n'.repeat(50_000)}`;
const plain = Buffer.from(text);

describe('opening a dump', () => {
  it.each([
    ['plain text', plain, 'none'],
    ['text with a byte order mark', Buffer.concat([Buffer.from('\ufeff'), plain]), 'none'],
    ['gzip', gzipSync(plain), 'gzip'],
    ['gzip in several members', Buffer.concat([gzipSync(plain.subarray(0, 1001)), gzipSync(plain.subarray(1001))]), 'gzip'],
    ['gzip with a byte order mark', gzipSync(Buffer.concat([Buffer.from('\ufeff'), plain])), 'gzip'],
    ['zip', zip([{ name: 'x.csv', content: plain }]), 'zip'],
    [
      'zip with a folder and a hidden file',
      zip([
        { name: 'a/', content: Buffer.alloc(0) },
        { name: '__MACOSX/._x', content: plain },
        { name: 'a/x', content: plain },
      ]),
      'zip',
    ],
  ])('goes by the content: %s', async (_title, content, packing) => {
    const dump = await openDump(file(content));
    expect(dump.packing).toBe(packing);
    expect(await read(content)).toBe(text);
  });

  it('takes the day from the entry of a zip, and from nothing else', async () => {
    const dayOf = async (content: Buffer) => (await openDump(file(content))).statedDay;
    expect(await dayOf(zip([{ name: 'x', content: plain, date: [2031, 1, 7] }]))).toBe('2031-01-07');
    expect(await dayOf(zip([{ name: 'x', content: plain, date: [1980, 1, 1] }]))).toBeNull();
    expect(await dayOf(gzipSync(plain))).toBeNull();
    expect(await dayOf(plain)).toBeNull();
  });

  it.each([plain, gzipSync(plain), zip([{ name: 'x', content: plain }])])('tells how much of the file has been read', async (content) => {
    const dump = await openDump(file(content));
    expect(dump.packedBytesRead()).toBe(0);
    for await (const chunk of textOf(dump)) expect(chunk.length).toBeGreaterThan(0);
    expect([dump.packedBytes, dump.packedBytesRead()]).toEqual([content.length, content.length]);
  });
});

const gzip = gzipSync(plain);
const flipped = (at: number, content: Buffer = gzip) => Buffer.from(content).fill((content[at] ?? 0) ^ 0xff, at, at + 1);

describe('a file that is not whole or not text', () => {
  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /empty/],
    ['gzip of nothing', gzipSync(''), /empty/],
    ['gzip cut off in the middle', gzip.subarray(0, gzip.length / 2), /cut off/],
    ['gzip cut off in its trailer', gzip.subarray(0, -4), /cut off/],
    ['gzip with text behind it', Buffer.concat([gzip, Buffer.from('more')]), /bytes follow its end/],
    ['gzip with a broken member behind it', Buffer.concat([gzip, gzip.subarray(0, 30)]), /cut off/],
    ['gzip with zeros behind it', Buffer.concat([gzip, Buffer.alloc(512)]), /bytes follow its end/],
    ['gzip that is none', Buffer.from([0x1f, 0x8b, 0, 0, 1, 2, 3]), /damaged \(unknown compression method\)/],
    ['gzip with a wrong checksum', flipped(gzip.length - 6), /damaged \(incorrect data check\)/],
    ['gzip with a wrong length', flipped(gzip.length - 2), /damaged \(incorrect length check\)/],
    ['zip with a wrong checksum', zip([{ name: 'x', content: plain, crc: 1 }]), /checksum of x is wrong/],
    ['zip with broken contents', flipped(60, zip([{ name: 'x', content: plain }])), /zip file is damaged|checksum/],
    ['zip cut off', zip([{ name: 'x', content: plain }]).subarray(0, -30), /zip file is damaged/],
    ['zip without a file', zip([{ name: 'a/', content: Buffer.alloc(0) }]), /holds no file/],
    ['zip of several files', zip([{ name: 'x', content: plain }, { name: 'y', content: plain }]), /several files \(x, y, ...\)/], // prettier-ignore
    ['zip with a password', zip([{ name: 'x', content: plain, flags: 1 }]), /encrypted/],
    ['gzip in gzip', gzipSync(gzip), /packed twice/],
    ['zip in gzip', gzipSync(zip([{ name: 'x', content: plain }])), /packed twice/],
    ['UTF-16', Buffer.from('\ufefftoken,name', 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from('token,name\n1,Acm\xe9\n', 'latin1'), /not valid UTF-8 at byte 16/],
    ['a character cut off', Buffer.from('1,é').subarray(0, -1), /middle of a character, at byte 2/],
    ['NUL', Buffer.from('a,b\n\0'), /NUL byte at byte 4/],
  ])('is refused: %s', async (_title, content, why) => {
    const reading = read(content);
    await expect(reading).rejects.toThrow(UnusableFile);
    await expect(reading).rejects.toThrow(why);
  });

  it('gives the place of a wrong byte that is not in the first chunk', async () => {
    const late = Buffer.concat([Buffer.alloc(1_000_000, 'é'), Buffer.from([0xc3, 0x28])]);
    await expect(read(late)).rejects.toThrow('not valid UTF-8 at byte 1000000');
  });
});

describe('limits', () => {
  it('end a file that is too large', async () => {
    await expect(read(plain, { ...dumpLimits, unpackedBytes: 1000 })).rejects.toThrow(/larger than 1000 bytes/);
    await expect(read(gzip, { ...dumpLimits, unpackedBytes: plain.length - 1 })).rejects.toThrow(/larger than/);
    await expect(read(gzip, { ...dumpLimits, unpackedBytes: plain.length })).resolves.toBe(text);
  });

  it('end a file that unpacks to far more than it is, whatever it says of itself, with the memory flat', async () => {
    const bomb = path.join(folder, 'bomb.gz');
    async function* zeros() {
      for (let i = 0; i < 300; i++) yield await Promise.resolve(Buffer.alloc(1024 * 1024, '0'));
    }
    await pipeline(zeros(), createGzip({ level: constants.Z_BEST_COMPRESSION }), createWriteStream(bomb));
    const before = process.memoryUsage().rss;
    let most = 0;
    let bytes = 0;
    const reading = async () => {
      for await (const chunk of textOf(await openDump(bomb))) {
        bytes += chunk.length;
        most = Math.max(most, process.memoryUsage().rss);
      }
    };
    await expect(reading()).rejects.toThrow(/more than 200 times/);
    expect(bytes).toBeLessThan(100 * 1024 * 1024);
    expect(most - before).toBeLessThan(150 * 1024 * 1024);
    await expect(read(zip([{ name: 'x', content: Buffer.alloc(40 * 1024 * 1024, '0') }]))).rejects.toThrow(/more than 200 times/);
  });
});

describeWithData('the file of 2024-03-28', ['upstox/2024-03-28_complete.csv.gz'], () => {
  it('is refused: 294 bytes of another stream follow its end', async () => {
    const drain = async () => {
      for await (const chunk of textOf(await openDump(dataFile('upstox/2024-03-28_complete.csv.gz'))))
        expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(drain()).rejects.toThrow(/The gzip file is damaged: bytes follow its end/);
  });
});
