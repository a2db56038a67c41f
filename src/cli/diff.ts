import { Command } from 'commander';
import type { Api } from './api';
import { print, table } from './print';

const classes = ['added', 'gone', 'reused', 'adjusted', 'rescheduled', 'renamed', 'amended'] as const;
type Side = { readonly key: string } & Readonly<Record<string, string | number | null>>;
type Item = { segment: string; exchangeToken: string; class: string; changed: string[]; before: Side | null; after: Side | null };
type Diff = {
  segments: ({ segment: string; common: number } & Record<(typeof classes)[number], number>)[];
  items: Item[];
  page: { nextCursor: string | null };
};
type Options = { segment?: string; class?: string; limit: string; cursor?: string; json?: true };

export const diffCommand = (api: Api) =>
  new Command('diff')
    .description("what changed in a broker's tokens between two days")
    .argument('<broker>')
    .argument('<from>', 'a day, YYYY-MM-DD')
    .argument('<to>', 'a day, YYYY-MM-DD')
    .option('--segment <segment>', 'only this segment')
    .option('--class <class>', `only ${classes.join(', ')}`)
    .option('--limit <n>', 'how many tokens to list', '20')
    .option('--cursor <cursor>', 'where the list goes on')
    .option('--json', "the API's own answer")
    .action(async (broker: string, from: string, to: string, { json, ...options }: Options) => {
      const segment = options.segment?.toUpperCase();
      const { text, body } = await api.get<Diff>(`/api/v1/brokers/${encodeURIComponent(broker)}/diff`, { from, to, ...options, segment });
      if (json) return print(text);
      print(
        table(
          ['segment', 'common', ...classes],
          body.segments.map((it) => [it.segment, it.common, ...classes.map((name) => it[name])]),
        ),
      );
      if (body.items.length === 0) return;
      print(`\n${table(['segment', 'token', 'class', 'what'], body.items.map(row))}`);
      if (body.page.nextCursor) print(`\nThere are more: --limit up to 1000, or --cursor ${body.page.nextCursor}`);
    });

const row = (item: Item) => [item.segment, item.exchangeToken, item.class, what(item)];

function what({ class: how, changed, before, after }: Item): string {
  if (how === 'reused') return `${before?.key}\n-> ${after?.key}`;
  if (!before || !after) return (before ?? after)?.key ?? '';
  const values = changed
    .filter((name) => name !== 'key' && name !== 'id')
    .map((name) => `${name} ${before[name] ?? '-'} -> ${after[name] ?? '-'}`);
  return [before.key, ...values].join('\n');
}
