import { isDeepStrictEqual } from 'node:util';

/** A value as PostgreSQL reads it from JSON or COPY text. */
export type Value = string | number | boolean | null | object;
export type Row = Readonly<Record<string, Value>>;

/**
 * An inline read model: the rows of one table that a stream's state stands for.
 * Pure, so the live table, the rebuilt one and the fold of the log cannot differ.
 */
export type Table<State> = {
  /** `registry.broker_tokens` */
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns that identify a row; the first one holds the stream's id. */
  readonly key: readonly string[];
  /** Where rows go that are no longer what is known, with the version of the stream that superseded them. */
  readonly history?: string;
  /** The part of the state that the rows are read from: while it is the very same object, they are the same. Without it: also the version. */
  readonly readFrom?: (state: State) => unknown;
  readonly rows: (id: string, version: number, state: State) => readonly Row[];
};

/** What happened to one stream in one transaction. */
export type Change<State> = {
  readonly id: string;
  readonly before: { readonly version: number; readonly state: State };
  readonly after: { readonly version: number; readonly state: State };
};

export type Difference = { readonly removed: Row[]; readonly changed: Row[]; readonly added: Row[]; readonly superseded: Row[] };

const same = (a: Row, b: Row, columns: readonly string[]) =>
  columns.every((column) => {
    const [x, y] = [a[column] ?? null, b[column] ?? null];
    // Members count, not their order.
    return x === y || (typeof x === 'object' && typeof y === 'object' && isDeepStrictEqual(x, y));
  });

/** A key has texts, days and numbers; no text in PostgreSQL holds the character between. */
const keyOf = ({ key }: { readonly key: readonly string[] }, row: Row) => key.map((column) => row[column] as string).join('\u0000');

/** The rows to delete, to update and to insert so that the table says what the states say. */
export function difference<State>(table: Table<State>, changes: readonly Change<State>[]): Difference {
  const result: Difference = { removed: [], changed: [], added: [], superseded: [] };
  for (const { id, before, after } of changes) {
    if (before.version > 0 && table.readFrom && table.readFrom(before.state) === table.readFrom(after.state)) continue;
    const rows = table.rows(id, after.version, after.state);
    if (before.version === 0) {
      for (const row of rows) result.added.push(row);
      continue;
    }
    const old = new Map(table.rows(id, before.version, before.state).map((row) => [keyOf(table, row), row]));
    for (const row of rows) {
      const key = keyOf(table, row);
      const previous = old.get(key);
      old.delete(key);
      if (!previous) result.added.push(row);
      else if (!same(previous, row, table.columns)) {
        result.changed.push(row);
        if (table.history) result.superseded.push({ ...previous, superseded_version: after.version });
      }
    }
    for (const row of old.values()) {
      result.removed.push(row);
      if (table.history) result.superseded.push({ ...row, superseded_version: after.version });
    }
  }
  return result;
}
