import { open, truncate } from 'node:fs/promises';
import { plusDays } from './calendar';
import { isContract, type Listing } from './listing';
import type { Writer } from './writer';

/** What brokers' files were seen to have: each is refused, or quarantined, by a registry that looks. */
export const mistakes = ['duplicate-token', 'stale-segment', 'mangled-dates', 'wrong-columns', 'truncated'] as const;
export type Mistake = (typeof mistakes)[number];

/** A format in which this mistake cannot be made. */
export class CannotMistake extends Error {}

/** The listings as the broker has them wrong. */
export function mistaken(listings: readonly Listing[], mistake: Mistake, { parts }: Writer): readonly Listing[] {
  switch (mistake) {
    case 'duplicate-token': {
      const [first, second] = listings.filter(({ optionType }) => optionType === 'CE');
      return listings.map((one) => (first && one === second ? { ...one, token: first.token } : one));
    }
    case 'stale-segment': {
      const frozen = parts.some(({ segments }) => segments.includes('CDS')) ? 'CDS' : 'MCX';
      return listings.map((one) => (isContract(one) && one.segment === frozen ? { ...one, expiry: plusDays(one.expiry, -60) } : one));
    }
    case 'mangled-dates':
    case 'wrong-columns':
    case 'truncated':
      return listings;
  }
}

/**
 * How the text of each row is spoilt.
 * @param example a row of this format
 * @throws CannotMistake when there is nothing in it to spoil
 */
export function spoilt(mistake: Mistake, { broker }: Writer, example: string): (row: string) => string {
  switch (mistake) {
    case 'mangled-dates':
      // as a spreadsheet program saves them
      if (mangled(example) === example) throw new CannotMistake(`${broker} does not write days as YYYY-MM-DD: there is nothing to mangle.`);
      return mangled;
    case 'wrong-columns':
      if (example.startsWith('{')) throw new CannotMistake(`${broker} writes JSON, which has no columns that could be in another order.`);
      return (row) => {
        const [first = '', ...rest] = row.split(',');
        return [...rest, first].join(',');
      };
    case 'duplicate-token':
    case 'stale-segment':
    case 'truncated':
      return (row) => row;
  }
}

const mangled = (row: string) => row.replace(/\b(\d{4})-(\d\d)-(\d\d)\b/g, '$3-$2-$1');

/** Cuts the file off after three fifths; a text in the middle of a line, where it shows. */
export async function cutOff(path: string): Promise<void> {
  const file = await open(path);
  try {
    const at = Math.floor((await file.stat()).size * 0.6);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, at);
    const lineEnd = buffer.subarray(0, bytesRead).indexOf(10);
    await truncate(path, at + lineEnd + 5);
  } finally {
    await file.close();
  }
}
