import Table from 'cli-table3';

type Cell = string | number | boolean | null | undefined;

export const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Without lines and colours, so that it can be read in 100 columns and cut with other tools. */
const plain = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((place) => [place, '']),
);

/** A blank for what is not there; a number in groups of three is easier to compare. */
const shown = (cell: Cell) =>
  cell === null || cell === undefined || cell === '' ? '-' : typeof cell === 'number' ? cell.toLocaleString('en') : String(cell);

/** Columns as wide as what is in them; cells may have several lines. Columns of numbers are set to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const isNumeric = head.map((_, column) => rows.some((row) => typeof row[column] === 'number'));
  const result = new Table({
    head: [...head],
    chars: { ...plain, middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: process.stdout.isTTY ? ['bold'] : [], border: [] },
    colAligns: isNumeric.map((numeric) => (numeric ? 'right' : 'left')),
  });
  result.push(...rows.map((row) => row.map(shown)));
  return result
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values, one a line; what is not there is left out. */
export const facts = (pairs: readonly (readonly [name: string, value: Cell])[]) => {
  const present = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`).join('\n');
};

/** `[from, to)`, as the API has it. */
export const period = (from: string, to: string | null) => `${from} to ${to ?? 'now'}`;
