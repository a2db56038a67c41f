import { Command } from 'commander';
import type { Api } from './api';
import { facts, print, table } from './print';

type Side = { readonly key: string; readonly lotSize: number | null; readonly tickSize: string | null } | null;
type Chain = {
  readonly underlying: { readonly symbol: string; readonly key: string | null };
  readonly segment: string;
  readonly expiry: string;
  readonly type: string;
  readonly step: string | null;
  readonly min: string;
  readonly max: string;
  readonly count: number;
  readonly spot: string | null;
  readonly atm: string | null;
  readonly strikes: readonly { readonly strike: string; readonly CE: Side; readonly PE: Side }[];
};
type Options = { expiry?: string; segment?: string; spot?: string; width?: string; asOf?: string; knownAt?: string; json?: true };

export const chainCommand = (api: Api) =>
  new Command('chain')
    .description('the options on an underlying that expire on one day')
    .argument('<underlying>', 'a symbol such as NIFTY, a key such as BSE:RELIANCE, or an id')
    .option('--expiry <day>', 'a day, or current (the default), next or monthly')
    .option('--segment <segment>', 'of the contracts, where several have them')
    .option('--spot <price>', 'marks the strike nearest to it')
    .option('--width <strikes>', 'so many on either side of it')
    .option('--as-of <time>', 'as it was on a day, or at a time')
    .option('--known-at <time>', 'as it was known at a time')
    .option('--json', "the API's own answer")
    .action(async (underlying: string, { json, ...query }: Options) => {
      const { text, body } = await api.get<Chain>(`/api/v1/underlyings/${encodeURIComponent(underlying)}/option-chain`, query);
      if (json) return print(text);
      print(described(body));
      print(`\n${strikes(body)}`);
    });

const described = (it: Chain) =>
  facts([
    ['underlying', it.underlying.key ?? it.underlying.symbol],
    ['expiry', `${it.expiry} (${it.type}, ${it.segment})`],
    ['strikes', `${it.count} from ${it.min} to ${it.max}${it.step ? `, ${it.step} apart` : ''}`],
    ['at the money', it.atm && `${it.atm} (spot ${it.spot})`],
  ]);

const strikes = ({ strikes, atm }: Chain) =>
  table(
    ['call', 'strike', 'put', 'lot', 'tick'],
    strikes.map(({ strike, CE, PE }) => {
      const any = CE ?? PE;
      return [CE?.key, strike === atm ? `${strike} *` : strike, PE?.key, any?.lotSize, any?.tickSize];
    }),
  );
