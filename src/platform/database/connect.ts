import { Client, type ClientConfig } from 'pg';
import { CannotStart } from '../cannot-start';
import { codeOf } from '../error-code';

/** PostgreSQL says "starting up" or "in recovery" for so long before we give up, in milliseconds. */
const patience = 60_000;

/** A connection of its own, or one sentence that says why there is none. */
export async function connect(connectionString: string, options: ClientConfig = {}): Promise<Client> {
  const deadline = Date.now() + patience;
  for (;;) {
    const client = new Client({ connectionString, connectionTimeoutMillis: 10_000, application_name: 'instrument-registry', ...options });
    // A connection that breaks later fails the query that needs it.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (codeOf(error) !== '57P03' || Date.now() > deadline) throw new CannotStart(sentence(connectionString, error), { cause: error });
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}

function sentence(connectionString: string, error: unknown): string {
  const { hostname, port, username, pathname, searchParams } = new URL(connectionString);
  const place = `${hostname || searchParams.get('host') || 'localhost'}:${port || 5432}`;
  const user = decodeURIComponent(username);
  switch (codeOf(error)) {
    case '28P01':
    case '28000':
      return `PostgreSQL at ${place} refuses the user "${user}" or its password: check DATABASE_URL.`;
    case '3D000':
      return `PostgreSQL at ${place} has no database "${decodeURIComponent(pathname.slice(1))}": create it or check DATABASE_URL.`;
    case '53300':
      return `PostgreSQL at ${place} has no connection left: raise its max_connections or lower DATABASE_POOL_SIZE.`;
    case '57P03':
      return `PostgreSQL at ${place} has been starting up for ${patience / 1000} s and still takes no connection.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `PostgreSQL cannot be reached, the host "${hostname}" is not known: check DATABASE_URL.`;
    default: {
      const reason = codeOf(error) || (error instanceof Error ? error.message : String(error));
      return `PostgreSQL at ${place} cannot be reached (${reason}): check DATABASE_URL and that it runs.`;
    }
  }
}
