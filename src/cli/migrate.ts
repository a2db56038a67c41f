import { Command } from 'commander';
import type { Config } from '../platform/config';
import { migrate } from '../platform/database/migrations';
import { ownerUrl } from './database';
import { print } from './print';

export const migrateCommand = (config: Config) =>
  new Command('migrate')
    .description('bring the database to the schema of this version (DATABASE_URL, MIGRATION_DATABASE_URL)')
    .option('--json', 'the names of what was applied')
    .action(async ({ json }: { json?: true }) => {
      const { applied } = await migrate(ownerUrl(config));
      if (json) print(JSON.stringify({ applied }));
      else print(applied.length > 0 ? `Applied: ${applied.join(', ')}.` : 'The database is up to date.');
    });
