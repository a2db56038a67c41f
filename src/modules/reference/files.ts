import { isoMic } from './files/iso-mic';
import { nseBanList } from './files/nse-ban-list';
import { nseFreezeQuantities } from './files/nse-freeze-quantities';
import { nseIndex } from './files/nse-index';
import { nseLots } from './files/nse-lots';
import type { ReferenceFile } from './files/reference-file';

/** The files that can be loaded, by the name that routes use. */
export const referenceFiles = {
  'nse-lots': nseLots,
  'nse-freeze-quantities': nseFreezeQuantities,
  'nse-ban-list': nseBanList,
  'nse-index': nseIndex,
  'iso-mic': isoMic,
} as const;
export type FileName = keyof typeof referenceFiles;
export const fileNames = Object.keys(referenceFiles) as FileName[]; // its own names

/** The stream of a list: one for each kind of file, and of constituents one for each index. */
export const listOf = ({ name, isPerIndex }: Pick<ReferenceFile, 'name' | 'isPerIndex'>, indexKey: string) =>
  isPerIndex ? `${name}-${indexKey.slice(indexKey.indexOf(':') + 1)}` : name;

/** Whether the list is made of files of this kind. */
export const isListOf = ({ name, isPerIndex }: ReferenceFile, list: string) => (isPerIndex ? list.startsWith(`${name}-`) : list === name);
