import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { emptyDatabase, freshDatabase } from '../../../test/support/database';
import { type Table, canonical, tablesOf } from '../../../test/support/prisma-schema';
import { packageRoot } from '../package-root';

/** The same tables as the database has them; one that it does not have has no columns. */
async function inDatabase(url: string, tables: readonly Table[]): Promise<Table[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found: Table[] = [];
    for (const { schema, name, columns } of tables) {
      const { rows } = await client.query<{ name: string; type: string; nullable: boolean }>(
        `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable
           FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
        [schema, name],
      );
      const careless = new Set(columns.flatMap((column) => (column.nullable === null ? column.name : [])));
      found.push({
        schema,
        name,
        columns: rows.map((row) => ({ ...row, type: canonical(row.type), nullable: careless.has(row.name) ? null : row.nullable })),
      });
    }
    return found;
  } finally {
    await client.end();
  }
}

const byName = (tables: readonly Table[]) =>
  tables.map((table) => ({ ...table, columns: table.columns.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }));

describe('the Prisma schema', () => {
  it('describes its tables column by column as the migrations make them', async () => {
    const folder = join(packageRoot(), 'prisma/schema');
    const tables = tablesOf(
      readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('\n'),
    );
    expect(byName(tables)).toEqual(byName(await inDatabase(await freshDatabase(), tables)));
  });

  it('would be seen to differ in a name, a type, a nullability, a column too many or too few', async () => {
    const url = await emptyDatabase();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`
      CREATE TYPE colour AS ENUM ('red');
      CREATE TABLE fruit (id uuid NOT NULL, "name" text NOT NULL, price numeric NOT NULL, seen timestamptz, tags text[] NOT NULL,
                          colour colour NOT NULL, size integer, period daterange NOT NULL)`);
    await client.end();
    const described = `
enum Colour {
  red
  @@map("colour")
}
// A comment, and a field of another model:
model Fruit {
  id     String   @id @db.Uuid // why
  title  String   @map("name")
  price  Decimal  @db.Decimal
  seenAt DateTime? @map("seen") @db.Timestamptz(6)
  tags   String[]
  colour Colour
  size   Int?
  period Unsupported("daterange")
  others Fruit[]
  @@map("fruit")
}`;
    const differs = async (schema: string) => {
      const tables = tablesOf(schema);
      return JSON.stringify(byName(tables)) !== JSON.stringify(byName(await inDatabase(url, tables)));
    };
    expect(await differs(described)).toBe(false);
    for (const [from, to] of [
      ['@map("name")', ''],
      ['@db.Decimal', '@db.Decimal(10, 2)'],
      ['@db.Timestamptz(6)', '@db.Timestamptz(3)'],
      ['Int?', 'Int'],
      ['Int?', 'BigInt?'],
      ['  size   Int?\n', ''],
      ['  size   Int?\n', '  size   Int?\n  weight Int?\n'],
      ['@@map("fruit")', '@@map("vegetable")'],
    ] as const) {
      expect([from, to, await differs(described.replace(from, to))]).toEqual([from, to, true]);
    }
  });
});
