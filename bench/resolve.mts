// Reads: one question, a thousand at once, a question about a past day; against bare HTTP, bare JSON and bare SQL.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'pg';
import { described, generatedDump, realDump } from './support/dumps.mts';
import { seconds } from './support/options.mts';
import { rateOf, rateOfHttp, type Rate } from './support/rates.mts';
import { check, report, type Figure } from './support/report.mts';
import { apiKey, withService, type Service } from './support/service.mts';

const day = '2026-01-07';
const connections = 32;
const headers = { 'x-api-key': apiKey };
const started = new Date();

type Mapping = { readonly broker: string; readonly token: string };
type Instrument = { readonly id: string; readonly key: string; readonly brokers: readonly Mapping[] };
type Page = { readonly items: readonly Instrument[]; readonly page: { readonly nextCursor: string | null } };
type Known = { readonly key: string; readonly token: string };

/** The n-th moment of the day, one apart from the other. */
const moment = (n: number) => new Date(Date.parse(`${day}T04:00:00Z`) + n * 100).toISOString();

await withService(async (service) => {
  const dumps = [realDump('upstox/2026-01-07_complete.csv.gz') ?? generatedDump()];
  await service.ingest('upstox', dumps[0]?.file ?? Buffer.alloc(0), day);
  for (const path of ['kite/2026-01-07_NFO.csv.gz', 'kite/2026-01-07_NSE.csv']) {
    const dump = realDump(path);
    if (!dump) continue;
    dumps.push(dump);
    await service.ingest('kite', dump.file, day);
  }
  await service.settled();
  const known = await someTokens(service);
  const byToken = known.map(({ token }) => `/api/v1/resolve?broker=upstox&token=${encodeURIComponent(token)}`);
  const sample = await checkedAnswer(service, byToken, known);
  await checkedAnswer(
    service,
    byToken.map((path, n) => `${path}&asOf=${moment(n)}`),
    known,
  );

  const bare = await bareHttp(sample.length);
  const get = (pathOf: (n: number) => string) => {
    let n = 0;
    return rateOfHttp(service.base, () => ({ path: pathOf(n++), headers }), connections);
  };
  const round = (n: number) => n % known.length;
  const resolve = await get((n) => byToken[round(n)] ?? '');
  const instrument = await get((n) => `/api/v1/instruments/${encodeURIComponent(known[round(n)]?.key ?? '')}`);
  // The present is answered from memory; asked about a moment, PostgreSQL answers.
  const asOf = await get((n) => `${byToken[round(n)]}&asOf=${moment(n)}`);
  const { rate: sql, postgres } = await bareSql(service.databaseUrl, known);
  const items = Array.from({ length: 1_000 }, (_, n) => ({ broker: 'upstox', token: known[n % known.length]?.token }));
  const body = JSON.stringify({ items });
  const bulk = await rateOfHttp(
    service.base,
    () => ({ method: 'POST', path: '/api/v1/resolve', headers: { ...headers, 'content-type': 'application/json' }, body }),
    4,
  );
  const answer = await bulkAnswer(service, body, known);
  const json = await rateOf(() => Promise.resolve(JSON.stringify(JSON.parse(body)).length + JSON.stringify(JSON.parse(answer)).length), 1);

  const against = (name: string, rate: Rate, reference: string, of: Rate, least: number): Figure[] => [
    {
      name,
      value: rate.perSecond,
      unit: '/s',
      ratio: rate.perSecond / of.perSecond,
      reference,
      target: `>= ${least} of it`,
      met: rate.perSecond / of.perSecond >= least,
    },
    { name: `${name}, P50`, value: rate.p50, unit: 'ms' },
    { name: `${name}, P99`, value: rate.p99, unit: 'ms' },
  ];
  report('resolve', { started, postgres, data: { files: dumps.map(described), secondsEach: seconds, connections } }, [
    { name: 'bare node:http', value: bare.perSecond, unit: '/s' },
    ...against('GET resolve by token', resolve, 'bare node:http', bare, 0.55),
    ...against('GET instrument by key', instrument, 'bare node:http', bare, 0.3),
    { name: 'bare SQL, named', value: sql.perSecond, unit: '/s' },
    ...against('GET resolve as of a time, from SQL', asOf, 'bare SQL', sql, 0.5),
    { name: 'parse and stringify the same bodies', value: json.perSecond, unit: '/s' },
    ...against('POST resolve, 1,000 items', bulk, 'parse and stringify', json, 0.4),
  ]);
});

/** A thousand instruments and Upstox's tokens of them. */
async function someTokens(service: Service): Promise<Known[]> {
  const { items } = await service.get<Page>('/instruments?broker=upstox&include=brokers&limit=1000');
  const known = items.flatMap(({ key, brokers }) => {
    const token = brokers.find(({ broker }) => broker === 'upstox')?.token;
    return token === undefined ? [] : [{ key, token }];
  });
  check(known.length === items.length && known.length > 100, `${known.length} of ${items.length} instruments have a token`);
  return known;
}

/** Every fiftieth token means what the list says. Returns the text of one answer. */
async function checkedAnswer({ base }: Service, paths: readonly string[], known: readonly Known[]): Promise<string> {
  let text = '';
  for (let n = 0; n < paths.length; n += 50) {
    text = await (await fetch(base + paths[n], { headers })).text();
    const { matches } = JSON.parse(text) as { matches: Instrument[] };
    check(
      matches.some(({ key }) => key === known[n]?.key),
      `${paths[n]} gives ${matches.map(({ key }) => key).join()}, not ${known[n]?.key}`,
    );
  }
  return text;
}

async function bulkAnswer({ base }: Service, body: string, known: readonly Known[]): Promise<string> {
  const response = await fetch(`${base}/api/v1/resolve`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  const text = await response.text();
  const { results } = JSON.parse(text) as { results: { matches: Instrument[] }[] };
  check(
    results.length === 1_000 && results.every(({ matches }, n) => matches.some(({ key }) => key === known[n % known.length]?.key)),
    'bulk resolve gives the instrument of each token',
  );
  return text;
}

/** A server in a process of its own that answers a constant as long as an answer of ours. */
async function bareHttp(bytes: number): Promise<Rate> {
  const server = spawn(process.execPath, [join(import.meta.dirname, 'support/bare-server.mts'), String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  try {
    const [port] = (await once(server.stdout ?? server, 'data')) as [Buffer];
    return await rateOfHttp(`http://127.0.0.1:${port.toString()}`, () => ({ path: '/' }), connections);
  } finally {
    server.kill();
  }
}

/** Token to instrument, terms and mappings by one named statement, over as many connections as the service has. */
async function bareSql(databaseUrl: string, known: readonly Known[]): Promise<{ rate: Rate; postgres: string }> {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  try {
    const text = `SELECT i.*, t.*, (SELECT json_agg(o) FROM registry.broker_tokens o WHERE o.instrument_id = i.id AND o.valid_from <= $2 AND (o.valid_to IS NULL OR o.valid_to > $2)) AS brokers
      FROM registry.broker_tokens b JOIN registry.instruments i ON i.id = b.instrument_id
      JOIN registry.lot_sizes t ON t.instrument_id = i.id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
      WHERE b.token = $1 AND b.broker = 'upstox' AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)`;
    const rate = await rateOf(async (n) => {
      const { rowCount } = await pool.query({ name: 'bare', text, values: [known[n % known.length]?.token, day] });
      check(rowCount !== 0, 'the bare statement finds the token');
    }, connections);
    const { rows } = await pool.query<{ server_version: string }>('SHOW server_version');
    return { rate, postgres: rows[0]?.server_version ?? '' };
  } finally {
    await pool.end();
  }
}
