import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Client, DatabaseError } from 'pg';
import { CannotStart } from '../cannot-start';
import { packageRoot } from '../package-root';
import { connect } from './connect';

/** Prisma's own advisory lock, so that its CLI and this runner wait for each other. */
const prismaLock = 72_707_369;

/** As Prisma creates it. */
const bookkeeping = `
  CREATE TABLE public._prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };
type Recorded = { readonly name: string; readonly checksum: string; readonly finished: boolean };

/**
 * Applies what is new in `folder`, each migration in one transaction; concurrent starters wait for each other.
 * Migrations that the folder does not know are left alone: an older program runs on a newer schema.
 */
export async function migrate(url: string, folder = 'prisma/migrations'): Promise<{ applied: string[] }> {
  const client = await connect(url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
    if (!(await hasBookkeeping(client))) await client.query(bookkeeping);
    const recorded = await recordedIn(client);
    const applied: string[] = [];
    for (const migration of migrationsIn(folder)) {
      const before = recorded.get(migration.name);
      if (before) check(migration, before);
      else {
        await apply(client, migration);
        applied.push(migration.name);
      }
    }
    return { applied };
  } finally {
    // The lock ends with the connection.
    await client.end();
  }
}

/** Migrations of `folder` that the database does not have yet. */
export async function pendingMigrations(url: string, folder = 'prisma/migrations'): Promise<string[]> {
  const client = await connect(url);
  try {
    const recorded = (await hasBookkeeping(client)) ? await recordedIn(client) : new Map<string, Recorded>();
    return migrationsIn(folder).flatMap(({ name }) => (recorded.get(name)?.finished ? [] : name));
  } finally {
    await client.end();
  }
}

/** `folder` is relative to package.json. */
function migrationsIn(folder: string): Migration[] {
  const path = resolve(packageRoot(), folder);
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    .sort()
    .map((name) => {
      const file = readFileSync(join(path, name, 'migration.sql'));
      return { name, sql: file.toString('utf8'), checksum: createHash('sha256').update(file).digest('hex') };
    });
}

async function hasBookkeeping(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(`SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS found`);
  return rows[0]?.found === true;
}

async function recordedIn(client: Client): Promise<Map<string, Recorded>> {
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return new Map(rows.map((row) => [row.name, row]));
}

function check({ name, checksum }: Migration, recorded: Recorded) {
  if (!recorded.finished) {
    throw new CannotStart(
      `Migration ${name} was begun on this database and did not finish: repair it and tell Prisma with "prisma migrate resolve".`,
    );
  }
  if (recorded.checksum !== checksum) {
    throw new CannotStart(
      `Migration ${name} is not the one that this database has: its migration.sql was edited after it was applied; restore it and add a new migration.`,
    );
  }
}

/** Its record commits with it, so a migration that fails leaves nothing behind and can be tried again. */
async function apply(client: Client, { name, sql, checksum }: Migration) {
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [randomUUID(), checksum, name],
    );
    await client.query(sql);
    await client.query(
      `UPDATE public._prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1
        WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
      [name],
    );
    await client.query('COMMIT');
    // A migration may have set a search path or a time zone for itself.
    await client.query('RESET ALL');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (!(error instanceof DatabaseError)) throw error;
    const line = error.position ? ` in line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
    throw new CannotStart(`Migration ${name} failed${line} and was rolled back: ${error.message}.`, { cause: error });
  }
}
