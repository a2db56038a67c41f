import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chunks } from '../../../../test/support/describe-adapter';
import { UnusableFile } from '../domain/dump-row';
import type { Batch } from './adapter';
import { nseSymbolChanges } from './nse-symbol-changes';

const text = readFileSync(path.join(__dirname, '../../../../test/fixtures/nse-symbolchange.csv'), 'utf8');

async function read(content: string, step = 65_536) {
  const batches: Batch[] = [];
  for await (const batch of nseSymbolChanges.read(chunks(Buffer.from(content), step))) batches.push(batch);
  return {
    rows: batches.flatMap(({ rows }) => rows),
    changes: batches.flatMap(({ symbolChanges = [] }) => symbolChanges),
    rejects: batches.flatMap(({ rejects }) => rejects).map(({ line, reason }) => [line, reason]),
  };
}

describe('the reader of NSE’s symbolchange.csv', () => {
  it('reads each change, in the century in which it was', async () => {
    const { rows, changes } = await read(text);
    expect(rows).toEqual([]);
    expect(changes.map(({ line, from, to, day }) => [line, from, to, day])).toEqual([
      [1, 'ACMECHAI', 'ACMETEA', '2025-04-09'],
      [2, 'ACMEHERBS', 'ACMECHAI', '2003-08-07'],
      [3, '780ACME30', '799ACME30', '2025-02-19'],
      [4, 'ACMEANCIENT', 'ACMEOLD', '1998-01-05'],
    ]);
  });

  it('rejects what it cannot use, with the reason', async () =>
    expect((await read(text)).rejects).toEqual([
      [5, 'the new symbol (blank) is not one'],
      [6, 'the symbol ACMESAME stays as it is'],
      [7, 'the day 31-FEB-2020 is not one'],
      [8, '4 columns are expected, this line has 5'],
    ]));

  it.each([1, 7, 64])('reads the same in chunks of %i bytes', async (step) => expect(await read(text, step)).toEqual(await read(text)));

  it.each(['', '<html></html>', '[{"a":1}]', 'SYMBOL,NAME OF COMPANY, SERIES, DATE OF LISTING\n', 'a,b\n'])(
    'refuses %j',
    async (content) => {
      await expect(read(content)).rejects.toThrow(UnusableFile);
    },
  );

  it('refuses a file that is cut off', async () => {
    await expect(read(text.slice(0, text.lastIndexOf('ACMESONS')))).rejects.toThrow(/cut off: it ends in line 8/);
  });
});
