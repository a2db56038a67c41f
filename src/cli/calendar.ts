import { Command } from 'commander';
import type { Api } from './api';
import { fileToSend } from './file-to-send';
import { facts, print } from './print';

type Loaded = { venue: string; years: number[]; days: number; contradictions: number };

export const calendarCommand = (api: Api) =>
  new Command('calendar')
    .description('load the holidays and special sessions of a venue: CSV with day,name[,open,close]')
    .argument('<venue>', 'NSE, BSE, CDS, BCD, MCX, NCO or NCDEX')
    .argument('<file>', 'a list of whole years: it replaces what was known of them')
    .option('--accept-contradictions', 'the list is right although live contracts expire on days that it closes')
    .option('--json', "the API's own answer")
    .action(async (venue: string, path: string, { acceptContradictions, json }: { acceptContradictions?: true; json?: true }) => {
      const { file } = await fileToSend(path);
      const { text, body } = await api.upload<Loaded>(
        `/api/v1/calendar/${encodeURIComponent(venue.toUpperCase())}`,
        { contradictions: acceptContradictions && 'accept' },
        file,
        'text/csv',
      );
      if (json) return print(text);
      print(
        facts([
          ['venue', body.venue],
          ['years', body.years.join(', ')],
          ['days', body.days],
          ['contracts that expire on closed days', body.contradictions || null],
        ]),
      );
    });
