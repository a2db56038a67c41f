// The reference of every load: the same rows, copied by PostgreSQL alone.
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from } from 'pg-copy-streams';

/** Seconds for bare COPYs of CSV texts with a header into columns of text, one after another, in the same server; and which version it is. */
export async function copyTime(
  databaseUrl: string,
  columns: readonly string[],
  texts: readonly (() => NodeJS.ReadableStream)[],
): Promise<{ seconds: number; postgres: string }> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`CREATE TABLE public.bare (${columns.map((name) => `${name} text`).join(', ')})`);
    const began = performance.now();
    for (const text of texts) await pipeline(text(), client.query(from('COPY public.bare FROM STDIN (FORMAT csv, HEADER)')));
    const seconds = (performance.now() - began) / 1000;
    await client.query('DROP TABLE public.bare');
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return { seconds, postgres: rows[0]?.server_version ?? '' };
  } finally {
    await client.end();
  }
}
