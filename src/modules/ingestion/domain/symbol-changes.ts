import type { SymbolChange } from '../../instruments';

/** A row of a file of symbol changes. */
export type ChangeRow = SymbolChange & { readonly line: number; readonly raw: string };

/** The changes of one security: the newest first. */
export type Chain = readonly [newest: ChangeRow, ...earlier: ChangeRow[]];

/** Follows each change to the one after it (A to B, later B to C), and puts those together that lead to the same. */
export function chainsOf(rows: readonly ChangeRow[]): Chain[] {
  const newestFirst = rows.toSorted((a, b) => (a.day > b.day ? -1 : 1));
  /** The change of each symbol that was read last, which is the next one: they are read from the newest on. */
  const next = new Map<string, ChangeRow>();
  const newestOf = new Map<ChangeRow, ChangeRow>();
  const chains = new Map<ChangeRow, [ChangeRow, ...ChangeRow[]]>();
  for (const row of newestFirst) {
    const following = next.get(row.to);
    const newest = (following && newestOf.get(following)) ?? row;
    newestOf.set(row, newest);
    const chain = chains.get(newest);
    if (chain) chain.push(row);
    else chains.set(newest, [row]);
    next.set(row.from, row);
  }
  return [...chains.values()];
}
