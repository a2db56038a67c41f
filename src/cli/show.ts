import { Command } from 'commander';
import type { Api } from './api';
import type { Instrument } from './instrument';
import { facts, period, print, table } from './print';

type Happened = { position: number; type: string; data: Record<string, unknown>; validFrom: string | null };
type Options = { asOf?: string; knownAt?: string; history?: true; json?: true };

export const showCommand = (api: Api) =>
  new Command('show')
    .description('one instrument: its terms and its tokens at each broker')
    .argument('<key>', 'a key such as NSE:RELIANCE, or an id')
    .option('--as-of <time>', 'as it was on a day, or at a time')
    .option('--known-at <time>', 'as it was known at a time')
    .option('--history', 'what happened to it, oldest first')
    .option('--json', "the API's own answer")
    .action(async (key: string, { asOf, knownAt, history, json }: Options) => {
      const path = `/api/v1/instruments/${encodeURIComponent(key)}`;
      const { text, body } = await api.get<Instrument & { history?: Happened[] }>(path, {
        asOf,
        knownAt,
        include: history ? 'brokers,history' : 'brokers',
      });
      if (json) return print(text);
      print(described(body));
      print(`\n${mappings(body)}`);
      if (body.history) print(`\n${events(body.history)}`);
    });

const described = (it: Instrument) =>
  facts([
    ['key', it.key],
    ['id', it.id],
    ['name', it.name],
    ['type', it.type],
    ['status', it.status],
    ['segment', `${it.segment} (${it.exchange})`],
    ['series', it.series],
    ['ISIN', it.isin],
    ['underlying', it.underlying && (it.underlying.key ?? it.underlying.symbol)],
    ['expiry', it.expiry],
    ['strike', it.strike && `${it.strike} ${it.optionType ?? ''}`.trim()],
    ['lot size', it.lotSize],
    ['tick size', it.tickSize],
    ['multiplier', it.multiplier],
    ['freeze quantity', it.freezeQuantity],
    ['currency', it.currency],
    ['valid', period(it.validFrom, it.validTo)],
    ['version', it.version],
  ]);

const mappings = ({ brokers = [] }: Instrument) =>
  brokers.length === 0
    ? 'No broker has a token for it.'
    : table(
        ['broker', 'token', 'exchange', 'symbol', 'lot', 'tick', 'valid'],
        brokers.map((it) => [it.broker, it.token, it.exchangeToken, it.symbol, it.lotSize, it.tickSize, period(it.validFrom, it.validTo)]),
      );

const events = (items: readonly Happened[]) =>
  table(
    ['position', 'valid from', 'what', 'set'],
    items.map(({ position, validFrom, type, data }) => [position, validFrom, type.replace('instrument.', ''), summary(data)]),
  );

/** The new values, in what is left of a line. */
function summary(data: Record<string, unknown>): string {
  const told = typeof data.set === 'object' && data.set !== null ? data.set : data;
  const all = Object.entries(told).flatMap(([name, value]) =>
    value === null || typeof value === 'object' || name.startsWith('valid') ? [] : `${name} ${String(value)}`,
  );
  const text = all.join(', ');
  return text.length > 48 ? `${text.slice(0, 47)}…` : text;
}
