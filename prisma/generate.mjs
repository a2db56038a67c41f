// Generates the Prisma client when the schema is newer than it.
// `prisma generate` needs no engine binary, but its CLI looks for one: any executable file satisfies it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schema = join(root, 'prisma/schema');
const stamp = join(root, 'src/generated/prisma/.schema-sha256');

const hash = createHash('sha256');
for (const file of readdirSync(schema).sort()) hash.update(readFileSync(join(schema, file)));
const digest = hash.update(readFileSync(join(root, 'node_modules/prisma/package.json'))).digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
  const run = spawnSync(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
  writeFileSync(stamp, digest);
}
