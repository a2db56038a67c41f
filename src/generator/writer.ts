import { markets, type Day, type Listing, type Market } from './listing';

/** A text of one or several segments: the whole file, or an entry of a zip. */
export type Part = {
  /** The entry's name; '' where the file is no zip. */
  readonly name: string;
  readonly segments: readonly Market[];
  readonly head: string;
  readonly row: (listing: Listing, day: Day) => string;
  readonly between: string;
  readonly tail: string;
};

/** How one broker writes its dump. */
export type Writer = {
  readonly broker: string;
  readonly file: string;
  readonly packing: 'none' | 'gzip' | 'zip';
  readonly parts: readonly Part[];
};

export const csv = (header: string, row: Part['row'], segments: readonly Market[] = markets, name = ''): Part => ({
  ...{ name, segments, row },
  ...{ head: header && `${header}\n`, between: '\n', tail: '\n' },
});

export const jsonArray = (row: Part['row']): Part => ({ name: '', segments: markets, row, head: '[', between: ',\n', tail: ']\n' });
