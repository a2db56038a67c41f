import { relative } from 'node:path';
import { keyFile } from './first-key';
import type { Config } from './platform/config';

/** What to try next, for whoever has started the service by hand. */
export function greeting({ host, port, dataDir, bootstrapApiKey }: Config): string {
  const base = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  const near = relative('', dataDir);
  const file = keyFile(near.startsWith('..') ? dataDir : near);
  const key = bootstrapApiKey ? '$BOOTSTRAP_API_KEY' : `$(cat ${file})`;
  const registry = `${port === 8086 ? '' : `REGISTRY_URL=${base} `}npm run registry --`;
  return `
The instrument registry serves ${base}/api/v1, and explains itself at ${base}/api/docs.
${bootstrapApiKey ? 'BOOTSTRAP_API_KEY is an admin key' : `The key of the first start is in ${file}`}. Ctrl-C stops everything. To try next, in another terminal:

  ${registry} ingest kite <the day's instruments.csv> --day ${new Date().toISOString().slice(0, 10)}
  ${registry} resolve RELIANCE
  curl -H "X-API-Key: ${key}" "${base}/api/v1/resolve?symbol=RELIANCE&segment=NSE"
`;
}
