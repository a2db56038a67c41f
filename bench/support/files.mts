// Which real files there are, of which broker and day; or as many made-up ones.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WrittenDay } from '../../src/generator/index.js';
import { buildFolder } from './options.mts';

const require = createRequire(import.meta.url);
// The generator of the build, as the command line has it.
export const { writeDumps, writers } = require(join(buildFolder, 'generator/index.js')) as typeof import('../../src/generator/index.js');

export type DumpFile = {
  readonly broker: string;
  readonly day: string;
  readonly name: string;
  readonly path: string;
  /** Why the registry does not take it; null of a file that it takes. */
  readonly refused: string | null;
};

/** What is sent without a better word: the service goes by the content. */
export const typeOf = (path: string) =>
  path.endsWith('.json') ? 'application/json' : path.endsWith('.zip') ? 'application/zip' : 'text/csv';

/** Files that lie and that must not come in. */
const refused: Readonly<Record<string, string>> = {
  'upstox/2024-03-28_complete.csv.gz': 'cut off',
  'kite/2024-04-03_pykc_instruments.csv.gz': 'mangled by a spreadsheet program',
  'dhan/2025-05-14_api-scrip-master-detailed.csv': 'a part without its header',
};

/** Of files whose content is older than their name: the day that the rows, the zip's entries or the last whole set of expiries tell. */
const contentDays: Readonly<Record<string, string>> = {
  'dhan/2026-04-09_api-scrip-master.csv.gz': '2026-02-10',
  'fyers/2025-09-25_MCX_COM.csv.gz': '2025-09-05',
  'fyers/2025-10-13_': '2025-10-10',
  'fyers/2025-10-14_': '2025-10-13',
  'fyers/2025-10-16_': '2025-10-15',
  'icici/2025-09-19_SecurityMaster.zip': '2025-09-18',
  'shoonya/2025-10-23_NFO_symbols.txt.zip': '2025-10-07',
  'upstox/2025-12-09a_complete.json.gz': '2025-11-25',
};

const folders = ['aliceblue', 'angel', 'dhan', 'fyers', 'icici', 'kite', 'nuvama', 'shoonya', 'upstox'] as const;

/** Files of exchanges, each list a source of its own. */
const lists: readonly (readonly [name: RegExp, source: string])[] = [
  [/^nse\/.*_EQUITY_L\.csv$/, 'nse'],
  [/^nse\/.*_SME_EQUITY_L\.csv$/, 'nse-sme'],
  [/^nse\/.*_eq_etfseclist\.csv$/, 'nse-etf'],
  [/^nse\/.*_REITS_L\.csv$/, 'nse-reit'],
  [/^nse\/.*_INVITS_L\.csv$/, 'nse-invit'],
  [/^nse\/.*_symbolchange\.csv$/, 'nse-symbolchange'],
  [/^us\/.*listed\.txt$/, 'nasdaq'],
];

/** All files of the folder that an adapter reads, by day, then by broker and name. */
export function realFiles(data: string): DumpFile[] {
  const names = [...folders, 'nse', 'us'].flatMap((folder) =>
    existsSync(join(data, folder)) ? readdirSync(join(data, folder)).map((file) => `${folder}/${file}`) : [],
  );
  const files = names.flatMap((name): DumpFile[] => {
    const broker = folders.find((folder) => name.startsWith(`${folder}/`)) ?? lists.findLast(([form]) => form.test(name))?.[1];
    const named = /\/(\d{4}-\d\d-\d\d)/.exec(name)?.[1];
    if (!broker || !named) return [];
    const day = Object.entries(contentDays).find(([prefix]) => name.startsWith(prefix))?.[1] ?? named;
    return [{ broker, day, name, path: join(data, name), refused: refused[name] ?? null }];
  });
  return inOrder(files);
}

/** Some days of all the brokers that the generator writes for. */
export async function generatedFiles(
  folder: string,
  size: { readonly instruments: number; readonly days: number; readonly seed: number; readonly start: string },
  brokers: readonly string[] = [...writers.keys()],
): Promise<DumpFile[]> {
  const wanted = brokers.flatMap((broker) => writers.get(broker) ?? []);
  const days: WrittenDay[] = [];
  for await (const day of writeDumps({ ...size, writers: wanted, folder, mistake: null })) days.push(day);
  const files = days.flatMap(({ tally, dumps }) =>
    dumps.map(({ broker, path }) => ({ broker, day: tally.day, name: path.slice(folder.length + 1), path, refused: null })),
  );
  return inOrder(files);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (files: readonly DumpFile[]) =>
  [...files].sort((a, b) => compare(a.day, b.day) || compare(a.broker, b.broker) || compare(a.name, b.name));

/** Day by day, the brokers of each the other way round; several files of one broker and day stay in their order. */
export const brokersReversed = (files: readonly DumpFile[]) =>
  [...files].sort((a, b) => compare(a.day, b.day) || compare(b.broker, a.broker) || compare(a.name, b.name));
