// `npm run bench -- <name> [--data <folder>] [--small] [--results <folder>]`: one benchmark, or all of them without a name.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, node } from '../src/build.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const all = readdirSync(here).flatMap((file) => /^(\w+)\.mts$/.exec(file)?.[1] ?? []);
const [first = '', ...rest] = process.argv.slice(2);
const named = !first.startsWith('-') && first !== '';
if (named && !all.includes(first)) {
  console.error(`There is no benchmark ${first}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
const folder = await build();
for (const name of named ? [first] : all) {
  const { status } = spawnSync(node, [join(here, `${name}.mts`), ...(named ? rest : process.argv.slice(2))], {
    stdio: 'inherit',
    env: { ...process.env, BENCH_BUILD: folder, NODE_NO_WARNINGS: '1' },
  });
  if (status !== 0) process.exitCode = status ?? 1;
}
