import { Command } from 'commander';
import { ApiFailure, type Answer, type Api, type Query } from './api';
import { Failure } from './failure';
import { guesses, isBareToken } from './guess';
import type { Instrument } from './instrument';
import { print, table } from './print';

type Resolved = { readonly matches: readonly Instrument[]; readonly truncated: boolean };
type Options = { asOf?: string; segment?: string; broker?: string; json?: true };

export const resolveCommand = (api: Api) =>
  new Command('resolve')
    .description('which instrument is it: a key, id, ISIN, symbol, NSE:SYMBOL, or broker:token such as kite:738561')
    .argument('<anything>')
    .option('--as-of <time>', 'a day or a time in the market; default now')
    .option('--segment <segment>', 'only this segment, such as NSE or NFO')
    .option('--broker <broker>', 'the broker whose token or symbol it is')
    .option('--json', "the API's own answer")
    .action(async (text: string, options: Options) => {
      const answer = await firstAnswer(api, await queries(api, text, options), options);
      if (!answer) throw new Failure(nothing(text, options));
      if (options.json) return print(answer.text);
      print(
        table(
          ['key', 'type', 'status', 'lot', 'tick', 'broker', 'token'],
          answer.body.matches.map(({ key, type, status, lotSize, tickSize, brokers = [] }) => [
            key,
            type,
            status,
            lotSize,
            tickSize,
            brokers.map(({ broker }) => broker).join('\n'),
            brokers.map(({ token }) => token).join('\n'),
          ]),
        ),
      );
      if (answer.body.truncated) print('There are more: say which with --segment.');
    });

function nothing(text: string, options: Options): string {
  const when = options.asOf ? ` on ${options.asOf}` : '';
  const hint = isBareToken(text, options) && !options.segment ? " If it is an exchange's token, name its segment: --segment NFO." : '';
  return `Nothing is known as "${text}"${when}.${hint}`;
}

/** A bare number may be a token, and a bare word a trading symbol, of every broker that the registry knows. */
async function queries(api: Api, text: string, options: Options): Promise<Query[]> {
  const bareToken = isBareToken(text, options);
  const likely = bareToken ? [] : guesses(text, options);
  if (!bareToken && !likely.every(({ symbol }) => symbol !== undefined)) return likely;
  const { body } = await api.get<{ items: { broker: string }[] }>('/api/v1/brokers');
  return [...likely, ...body.items.flatMap(({ broker }) => guesses(text, { ...options, broker }))];
}

/** Not found, and what cannot be asked so (a word that is no broker), lead to the next guess. */
async function firstAnswer(api: Api, all: readonly Query[], { asOf }: Options): Promise<Answer<Resolved> | undefined> {
  let invalid: ApiFailure | undefined;
  for (const query of all) {
    try {
      return await api.get<Resolved>('/api/v1/resolve', { ...query, asOf });
    } catch (error) {
      if (!(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 422)) throw error;
      if (error.status === 422) invalid ??= error;
    }
  }
  if (invalid && all.length === 1) throw invalid;
  return undefined;
}
