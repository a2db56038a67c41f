import type { Table } from '../../platform/event-store/table';
import type { ReferenceList } from './domain/reference-list';
import { isListOf, referenceFiles } from './files';
import type { ReferenceFile } from './files/reference-file';

/** The inline read models of lists: which there are, and of each kind what it says, every fact for its period. */

const files: readonly ReferenceFile[] = Object.values(referenceFiles);

/** `expiryMonth` is the column `expiry_month`. */
export const columnOf = (member: string) => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const lists: Table<ReferenceList> = {
  name: 'registry.reference_lists',
  columns: ['list', 'version', 'file', 'first_day', 'newest_day', 'days', 'entries'],
  key: ['list'],
  rows: (list, version, { loads, facts }) => {
    const days = Object.keys(loads).sort();
    const newest = days.at(-1);
    const file = files.find((one) => isListOf(one, list));
    if (newest === undefined || !file) return [];
    const entries = Object.values(facts).filter((periods) =>
      periods.some(({ from, to }) => from <= newest && (to === null || to > newest)),
    );
    return [
      { list, version, file: file.name, first_day: days[0] ?? newest, newest_day: newest, days: days.length, entries: entries.length },
    ];
  },
};

const factsOf = (file: ReferenceFile): Table<ReferenceList> => {
  const members = Object.keys(file.fact.shape);
  return {
    name: `registry.${file.table}`,
    columns: ['list', 'subject', 'valid_from', 'valid_to', ...members.map(columnOf)],
    key: ['list', 'subject', 'valid_from'],
    rows: (list, _version, { facts }) =>
      isListOf(file, list)
        ? Object.entries(facts).flatMap(([subject, periods]) =>
            periods.map(({ from, to, value }) => ({
              ...{ list, subject, valid_from: from, valid_to: to },
              ...Object.fromEntries(members.map((member) => [columnOf(member), value[member] ?? null])),
            })),
          )
        : [],
  };
};

export const referenceTables: readonly Table<ReferenceList>[] = [lists, ...files.map(factsOf)];
