import { Command } from 'commander';
import type { Api } from './api';
import { print, table } from './print';

const fields = ['name', 'lotSize', 'tickSize', 'freezeQuantity', 'exchangeToken'] as const;
const classes = ['onlyLeft', 'onlyRight', 'differing'] as const;
type Field = (typeof fields)[number];
type Side = { readonly symbol: string } & Readonly<Record<Field, string | number | null>>;
type Item = { segment: string; key: string | null; class: string; differs: Field[]; left: Side | null; right: Side | null };
type Reconciliation = {
  day: string;
  segments: ({ segment: string; common: number; differing: number; differs: Record<Field, number> } & Record<
    'onlyLeft' | 'onlyRight',
    number
  >)[];
  items: Item[];
  page: { nextCursor: string | null };
};
type Options = { segment?: string; class?: string; field?: string; asOf?: string; limit: string; cursor?: string; json?: true };

export const reconcileCommand = (api: Api) =>
  new Command('reconcile')
    .description('what two brokers have in common, what only one has, where they differ')
    .argument('<left>', 'a broker')
    .argument('<right>', 'another broker')
    .option('--segment <segment>', 'only this segment')
    .option('--class <class>', `only ${classes.join(', ')}`)
    .option('--field <field>', `only what differs in ${fields.join(', ')}`)
    .option('--as-of <day>', 'on this day')
    .option('--limit <n>', 'how many instruments to list', '20')
    .option('--cursor <cursor>', 'where the list goes on')
    .option('--json', "the API's own answer")
    .action(async (left: string, right: string, { json, ...options }: Options) => {
      const segment = options.segment?.toUpperCase();
      const { text, body } = await api.get<Reconciliation>('/api/v1/quality/reconciliation', { left, right, ...options, segment });
      if (json) return print(text);
      const counts = body.segments.map((it) => [
        it.segment,
        it.common,
        it.onlyLeft,
        it.onlyRight,
        ...fields.map((field) => it.differs[field]),
      ]);
      const heads = ['common', `only ${left}`, `only ${right}`, 'name', 'lot', 'tick', 'freeze', 'token'];
      print(`${left} and ${right} on ${body.day}\n\n${table(['segment', ...heads], counts)}`);
      if (body.items.length === 0) return;
      const rows = body.items.map((item) => [item.segment, item.key, what(item, left, right)]);
      print(`\n${table(['segment', 'instrument', 'what'], rows)}`);
      if (body.page.nextCursor) print(`\nThere are more: --limit up to 1000, or --cursor ${body.page.nextCursor}`);
    });

function what(item: Item, left: string, right: string): string {
  if (!item.left || !item.right) return `only ${item.left ? left : right}`;
  const sides = { left: item.left, right: item.right };
  return item.differs.map((field) => `${field} ${sides.left[field]} / ${sides.right[field]}`).join('\n');
}
