import { Command } from 'commander';
import type { Api } from './api';
import { print, table } from './print';

const parts = ['completeness', 'agreement', 'freshness', 'rejects', 'quarantine'] as const;
type Checked = {
  day: string;
  segment: string;
  score: number | null;
  parts: Record<(typeof parts)[number], number | null>;
  measured: { instruments: number; compared: number; doubtful: number };
};
type Options = { check?: true; json?: true };

const percent = (share: number | null) => (share === null ? null : `${(100 * share).toFixed(1)}%`);

export const qualityCommand = (api: Api) =>
  new Command('quality')
    .description('how good each segment is: its score from 0 to 100, and what it is made of')
    .option('--check', 'measure it now (wants the scope ingest)')
    .option('--json', "the API's own answer")
    .action(async ({ check, json }: Options) => {
      const { text, body } = check
        ? await api.post<{ items: Checked[] }>('/api/v1/quality/checks', {})
        : await api.get<{ items: Checked[] }>('/api/v1/quality/segments');
      if (json) return print(text);
      if (body.items.length === 0) return print('Nothing was checked yet: "registry quality --check" does it now.');
      print(
        table(
          ['segment', 'day', 'score', ...parts, 'listed', 'doubted'],
          body.items.map((it) => [
            it.segment,
            it.day,
            it.score?.toFixed(1),
            ...parts.map((name) => percent(it.parts[name])),
            it.measured.instruments,
            it.measured.doubtful,
          ]),
        ),
      );
    });
