import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the command line looks for the key of the first start. */
export const keyFile = (dataDir: string) => join(dataDir, 'api-key');

/** Keeps the key for the user who started the service, and gives the line that shows it, this once. */
export function keepFirstKey(key: string, dataDir: string): string {
  const shown = `The first API key, which may do everything and is shown this once: ${key}`;
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(keyFile(dataDir), `${key}\n`, { mode: 0o600 });
    return shown;
  } catch (error) {
    return `${shown}\nIt could not be kept in ${keyFile(dataDir)} (${String(error)}): keep it yourself.`;
  }
}
