import { Command } from 'commander';
import type { Api } from './api';
import { Failure } from './failure';
import { ended, follow, type Run } from './ingest';
import { print, table } from './print';

type Change = { type: string; key: string | null; validFrom: string | null; before: object | null; after: object | null };
type Changes = { items: Change[]; page: { nextCursor: string | null } };
type Listed = { pending?: true; limit: string; cursor?: string; json?: true };
type Decided = { reason?: string; json?: true };

const pathOf = (run: string) => `/api/v1/ingestions/${encodeURIComponent(run)}`;

export const changesCommand = (api: Api) =>
  new Command('changes')
    .description('what a run changed')
    .argument('<run>', 'its id')
    .option('--pending', 'what it would change in the segments that wait for a decision; of a dry run, in all')
    .option('--limit <n>', 'how many changes to list', '20')
    .option('--cursor <cursor>', 'where the list goes on')
    .option('--json', "the API's own answer")
    .action(async (run: string, { pending, limit, cursor, json }: Listed) => {
      const { text, body } = await api.get<Changes>(`${pathOf(run)}/changes`, { ...(pending && { pending: 'true' }), limit, cursor });
      if (json) return print(text);
      if (body.items.length === 0) return print('None.');
      print(
        table(
          ['change', 'from', 'what'],
          body.items.map((change) => [change.type, change.validFrom, [change.key ?? '', ...values(change)].join('\n')]),
        ),
      );
      if (body.page.nextCursor) print(`\nThere are more: --limit up to 1000, or --cursor ${body.page.nextCursor}`);
    });

/** What an instrument or a token came with is in its key; of a change of terms, the terms. */
function values({ before, after }: Change): string[] {
  if (!before || !after) return [];
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).flatMap(([name, value]) => (name === 'key' ? [] : `${name} ${shown(was.get(name))} -> ${shown(value)}`));
}

const shown = (value: unknown) => (value === null || value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value));

export const approveCommand = (api: Api) =>
  new Command('approve')
    .description('publish the segments of a run that wait for a decision')
    .argument('<run>', 'its id')
    .option('--reason <text>', 'why; it is kept with your key')
    .option('--json', "the API's own answer")
    .action(async (run: string, { reason, json }: Decided) => {
      await api.post(`${pathOf(run)}/approval`, { reason });
      await ended(api, await follow(api, run, !json), json === true);
    });

export const rejectCommand = (api: Api) =>
  new Command('reject')
    .description('leave out for good the segments of a run that wait for a decision')
    .argument('<run>', 'its id')
    .option('--reason <text>', 'why; it is kept with your key')
    .option('--json', "the API's own answer")
    .action(async (run: string, { reason, json }: Decided) => {
      await api.post(`${pathOf(run)}/rejection`, { reason });
      const { text, body } = await api.get<Run>(pathOf(run));
      if (body.status !== 'completed') throw new Failure(`The run is ${body.status}.`);
      print(json ? text : 'Rejected.');
    });
