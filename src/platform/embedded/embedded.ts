import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../cannot-start';
import type { Config } from '../config';
import { codeOf } from '../error-code';
import { holderOf, lock } from './lock';
import { startPostgres } from './postgres';
import { startRedis } from './redis';

export type Embedded = { readonly config: Config; stop(): Promise<void> };

const Addresses = z.object({ databaseUrl: z.string(), redisUrl: z.string() });
const addressFile = (dataDir: string) => join(dataDir, 'embedded.json');

/**
 * Starts what the environment does not name: a private PostgreSQL, a private Redis, both under the data folder.
 * The configuration that comes back has their addresses. One service at a time per data folder.
 */
export async function startEmbedded(config: Config, say: (line: string) => void): Promise<Embedded> {
  if (config.databaseUrl && config.redisUrl) return { config, stop: () => Promise.resolve() };
  const { dataDir } = config;
  const locked = await take(dataDir);
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(addressFile(dataDir), { force: true });
    locked.release();
  };
  const keep = async <Server extends { stop(): Promise<void> }>(starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const [postgres, redis] = await Promise.allSettled([
    config.databaseUrl ? undefined : keep(startPostgres({ folder: join(dataDir, 'postgres'), say })),
    config.redisUrl ? undefined : keep(startRedis(join(dataDir, 'redis'), config.searchPath, say)),
  ]);
  try {
    if (postgres.status === 'rejected') throw postgres.reason;
    if (redis.status === 'rejected') throw redis.reason;
    const addresses = { databaseUrl: postgres.value?.url ?? config.databaseUrl, redisUrl: redis.value?.url ?? config.redisUrl };
    writeFileSync(addressFile(dataDir), JSON.stringify(addresses), { mode: 0o600 });
    return { config: config.with(addresses), stop };
  } catch (error) {
    await stop();
    throw sayWhy(dataDir, error);
  }
}

/** For the command line: the addresses of the servers that a running service has started, or undefined when none runs here. */
export function runningEmbedded(config: Config): Config | undefined {
  if (!holderOf(config.dataDir) || !existsSync(addressFile(config.dataDir))) return undefined;
  return config.with(Addresses.parse(JSON.parse(readFileSync(addressFile(config.dataDir), 'utf8'))));
}

/** Others may pass through the folder (PostgreSQL may run as another user); what is private in it has its own mode. */
async function take(dataDir: string) {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    return await lock(dataDir);
  } catch (error) {
    throw sayWhy(dataDir, error);
  }
}

/** What the disk says about the data folder, as one sentence. */
function sayWhy(dataDir: string, error: unknown): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new CannotStart(`The disk of ${dataDir} is full: free some space or set DATA_DIR to a folder on another disk.`, {
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new CannotStart(`The data folder ${dataDir} cannot be written by this user: set DATA_DIR to one that can.`, { cause: error });
    default:
      return error;
  }
}
