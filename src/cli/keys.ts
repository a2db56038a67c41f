import { Command } from 'commander';
import type { Api } from './api';
import { facts, print, table } from './print';

type Key = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  status: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
};
type New = { scopes: string; expires?: string; rate?: string; burst?: string; ip?: string[]; json?: true };

export function keysCommand(api: Api) {
  const keys = new Command('keys').description('API keys (needs the scope admin)');
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .argument('<name>', 'whom it is for')
    .option('--scopes <list>', 'read, write, ingest, plan, admin; commas between', 'read')
    .option('--expires <time>', 'when it ends, such as 2027-01-31T00:00:00Z')
    .option('--rate <n>', 'requests a minute; default: the service decides')
    .option('--burst <n>', 'requests above that at once')
    .option('--ip <address...>', 'addresses or ranges that it may be used from')
    .option('--json', "the API's own answer")
    .action(async (name: string, { scopes, expires, rate, burst, ip, json }: New) => {
      const { text, body } = await api.post<Key & { key: string }>('/api/v1/api-keys', {
        name,
        scopes: scopes.split(',').map((scope) => scope.trim()),
        ...(expires && { expiresAt: expires }),
        ...(rate && { rateLimitPerMinute: Number(rate) }),
        ...(burst && { burst: Number(burst) }),
        ...(ip && { allowedIps: ip }),
      });
      if (json) return print(text);
      print(
        facts([
          ['key', body.key],
          ['id', body.id],
          ['scopes', body.scopes.join(', ')],
          ['expires', body.expiresAt],
        ]),
      );
      print('Keep the key now: it is not shown again.');
    });
  keys
    .command('list')
    .description('all keys, newest first, without their secrets')
    .option('--json', "the API's own answer")
    .action(async ({ json }: { json?: true }) => {
      const { text, body } = await api.get<{ items: Key[] }>('/api/v1/api-keys', { limit: 1000 });
      if (json) return print(text);
      const minute = (time: string | null) => time && time.slice(0, 16).replace('T', ' ');
      print(
        table(
          ['id', 'name', 'prefix', 'scopes', 'status', 'last used'],
          body.items.map((it) => [it.id, it.name, it.prefix, it.scopes.join('\n'), it.status, minute(it.lastUsedAt)]),
        ),
      );
    });
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>')
    .option('--json', 'print nothing')
    .action(async (id: string, { json }: { json?: true }) => {
      await api.delete(`/api/v1/api-keys/${encodeURIComponent(id)}`);
      if (!json) print('Revoked.');
    });
  return keys;
}
