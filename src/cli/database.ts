import type { Config } from '../platform/config';
import { runningEmbedded } from '../platform/embedded/embedded';
import { Failure } from './failure';

/** The database's owner: of the environment, else of the embedded PostgreSQL that a service here has started. */
export function ownerUrl(config: Config): string {
  const url = config.migrationDatabaseUrl || runningEmbedded(config)?.migrationDatabaseUrl;
  if (url) return url;
  throw new Failure(
    `No service with an embedded database runs on ${config.dataDir}: start it, or set DATABASE_URL (and MIGRATION_DATABASE_URL when the owner of the tables is another user).`,
  );
}
