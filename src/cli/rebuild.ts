import { SingleBar } from 'cli-progress';
import { Argument, Command } from 'commander';
import type { Config } from '../platform/config';
import { rebuild } from '../platform/event-store/rebuild';
import { ownerUrl } from './database';
import { print, table } from './print';
import { readModels } from './read-models';

export const rebuildCommand = (config: Config) =>
  new Command('rebuild')
    .description('fold the log into a new copy of a read model and its history, and put right what differs (DATABASE_URL)')
    .addArgument(new Argument('<read model>').choices([...Object.keys(readModels), 'all']))
    .option('--json', 'what was found, as JSON')
    .action(async (name: string, { json }: { json?: true }) => {
      const url = ownerUrl(config);
      const bar = process.stderr.isTTY && !json ? new SingleBar({ format: '{bar} {value} events', barsize: 30, hideCursor: true }) : null;
      const results = [];
      for (const [each, run] of Object.entries(readModels)) {
        if (name !== 'all' && name !== each) continue;
        bar?.start(1, 0);
        try {
          results.push(
            await run((decider, model) =>
              rebuild(url, decider, model, (events, position) => {
                bar?.setTotal(position);
                bar?.update(events);
              }),
            ),
          );
        } finally {
          bar?.stop();
        }
      }
      if (json) return print(JSON.stringify(results));
      const rows = results.flatMap(({ tables, events, seconds }) =>
        tables.map((it) => [it.name, it.rows, it.wrong, it.missing, events, Math.round(events / seconds), seconds.toFixed(1)]),
      );
      print(table(['table', 'rows', 'wrong', 'missing', 'events', 'events/s', 'seconds'], rows));
      const differing = results.flatMap(({ tables }) => tables).reduce((sum, { wrong, missing }) => sum + wrong + missing, 0);
      print(
        differing === 0
          ? 'What was there equals the log.'
          : `${differing.toLocaleString('en')} rows did not agree with the log and were put right.`,
      );
    });
