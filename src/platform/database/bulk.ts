import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { escapeIdentifier, type ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Row, Value } from '../event-store/table';

/** A value in COPY's text format. */
export function copyText(value: Value | undefined): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, escape) : text;
}

/** JSON in COPY's text format: of what COPY escapes, JSON text holds backslashes only. */
export function copyJson(value: object): string {
  const text = JSON.stringify(value);
  return text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const escape = (character: string) => escapes[character] ?? character;

/** Lines are joined once per chunk: text that grows piece by piece leaves a piece behind with every step. */
function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  let length = 0;
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length > 60_000) {
      chunk.push('');
      yield chunk.join('\n');
      chunk = [];
      length = 0;
    }
  }
  if (length > 0) yield [...chunk, ''].join('\n');
}

/** Writes lines in COPY's text format (tabs between columns) into the table. */
export async function copyLines(tx: ClientBase, table: string, columns: readonly string[], lines: Iterable<string>) {
  await pipeline(
    Readable.from(inChunks(lines)),
    tx.query(copyFrom(`COPY ${table} (${columns.map(escapeIdentifier).join(', ')}) FROM STDIN`)),
  );
}

/** From here on one COPY is faster than one INSERT. */
const many = 50;

/** Inserts rows: by COPY when there are many, in one statement when there are few. */
export async function insertRows(tx: ClientBase, table: string, columns: readonly string[], rows: readonly Row[]) {
  if (rows.length === 0) return;
  if (rows.length >= many) return copyRows(tx, table, columns, rows);
  const list = columns.map(escapeIdentifier).join(', ');
  await tx.query(`INSERT INTO ${table} (${list}) SELECT ${list} FROM jsonb_populate_recordset(NULL::${table}, $1)`, [JSON.stringify(rows)]);
}

export type Fields = readonly (string | null)[];

const unescapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const fieldOf = (text: string) => {
  if (!text.includes('\\')) return text;
  return text === '\\N' ? null : text.replace(/\\(.)/g, (_, character: string) => unescapes[character] ?? character);
};

/** What a query gives, its fields as text, by COPY: a million rows need neither be held nor be made into objects one does not want. It takes no parameters. */
export async function* copiedRows(tx: ClientBase, select: string): AsyncGenerator<Fields[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of tx.query(copyTo(`COPY (${select}) TO STDOUT`)) as AsyncIterable<Buffer>) {
    const end = chunk.lastIndexOf(10) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const lines = Buffer.concat([rest, chunk.subarray(0, end - 1)]).toString('utf8');
    rest = chunk.subarray(end);
    yield lines.split('\n').map((line) => line.split('\t').map(fieldOf));
  }
}

/** Inserts rows by COPY, each made when it is its turn. */
export async function copyRows(tx: ClientBase, table: string, columns: readonly string[], rows: Iterable<Row>) {
  const lines = function* () {
    const fields = new Array<string>(columns.length);
    for (const row of rows) {
      for (let n = 0; n < columns.length; n++) fields[n] = copyText(row[columns[n] as string]); // n is one of its places
      yield fields.join('\t');
    }
  };
  await copyLines(tx, table, columns, lines());
}

const keysMatch = (key: readonly string[]) => key.map((column) => `t.${column} = r.${column}`).join(' AND ');

export async function updateRows(tx: ClientBase, table: string, columns: readonly string[], key: readonly string[], rows: readonly Row[]) {
  if (rows.length === 0) return;
  const set = columns.filter((column) => !key.includes(column));
  await tx.query(
    `UPDATE ${table} t SET (${set.join(', ')}) = ROW(${set.map((column) => `r.${column}`).join(', ')})
     FROM jsonb_populate_recordset(NULL::${table}, $1) r WHERE ${keysMatch(key)}`,
    [JSON.stringify(rows)],
  );
}

export async function deleteRows(tx: ClientBase, table: string, key: readonly string[], rows: readonly Row[]) {
  if (rows.length === 0) return;
  await tx.query(`DELETE FROM ${table} t USING jsonb_populate_recordset(NULL::${table}, $1) r WHERE ${keysMatch(key)}`, [
    JSON.stringify(rows),
  ]);
}
