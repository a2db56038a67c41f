import { Command } from 'commander';
import type { Api } from './api';
import { fileToSend } from './file-to-send';
import { facts, print, table } from './print';

type Report = Record<'list' | 'day', string> &
  Record<'rows' | 'rejected' | 'added' | 'changed' | 'removed' | 'unchanged' | 'contracts', number> & {
    repeated: boolean;
    rejects: { line: number; reason: string }[];
  };
type Options = { day?: string; index?: string; insist?: true; json?: true };

export const referenceCommand = (api: Api) =>
  new Command('reference')
    .description('load a file that is no list of instruments: lots, freeze quantities, bans, members of an index, MICs')
    .argument('<file>', 'nse-lots, nse-freeze-quantities, nse-ban-list, nse-index or iso-mic')
    .argument('<path>', 'where it lies')
    .option('--day <day>', 'the day of the file, YYYY-MM-DD; the ban list says its own')
    .option('--index <index>', 'of nse-index: whose constituents they are, such as NIFTY')
    .option('--insist', 'also when so much changes that it looks like another list')
    .option('--json', "the API's own answer")
    .action(async (file: string, path: string, { day, index, insist, json }: Options) => {
      const { file: body } = await fileToSend(path);
      const address = `/api/v1/reference/${encodeURIComponent(file)}`;
      const { text, body: report } = await api.upload<Report>(address, { day, index, insist }, body, 'application/octet-stream');
      if (json) return print(text);
      const { list, rows, rejected, added, changed, removed, unchanged, contracts, repeated, rejects } = report;
      const counts = [rows, rejected, added, changed, removed, unchanged, contracts];
      print(
        facts([
          ['list', list],
          ['day', report.day + (repeated ? ' (this file was in already)' : '')],
        ]),
      );
      print(`\n${table(['rows', 'rejected', 'added', 'changed', 'removed', 'unchanged', 'contracts changed'], [counts])}`);
      if (rejects.length > 0)
        print(
          `\n${table(
            ['line', 'rejected because'],
            rejects.slice(0, 5).map((it) => [it.line, it.reason]),
          )}`,
        );
    });
