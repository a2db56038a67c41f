import { Command, InvalidArgumentError, Option } from 'commander';
import { CannotMistake, mistakes, otherFormats, writeDumps, writers, type Mistake, type WrittenDay } from '../generator';
import { Failure } from './failure';
import { print, table } from './print';

type Options = { instruments: number; days: number; seed: number; start: string; out: string; mistake?: Mistake; json?: true };

const formats = new Map([...writers, ...otherFormats]);

/** Whole numbers up to `most`. */
const upTo = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  return number;
};

function day(text: string): string {
  if (!/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)) throw new InvalidArgumentError('Give a day such as 2026-01-05.');
  return text;
}

export const generateCommand = () =>
  new Command('generate')
    .description('dumps of a market that does not exist, day after day, as brokers would write them: for tests and demonstrations')
    .argument('<broker...>', `all, or some of ${[...formats.keys()].join(', ')}`)
    .requiredOption('--out <folder>', 'where to write them, a folder for each day')
    .option('--instruments <n>', 'on the first day', upTo(500, 1_000_000), 10_000)
    .option('--days <n>', 'trading days', upTo(1, 1000), 1)
    .option('--seed <n>', 'the same seed gives the same files', upTo(0, 2 ** 32 - 1), 1)
    .option('--start <day>', 'the first day', day, '2026-01-05')
    .addOption(new Option('--mistake <what>', "in the last day's files").choices(mistakes))
    .option('--json', 'a line of JSON for each day')
    .action(async (brokers: string[], { out, mistake, json, ...size }: Options) => {
      const wanted = brokers.includes('all') ? [...writers.values()] : brokers.map(writerOf);
      try {
        for await (const written of writeDumps({ ...size, writers: wanted, folder: out, mistake: mistake ?? null }))
          print(json ? JSON.stringify(written) : described(written));
      } catch (error) {
        throw error instanceof CannotMistake ? new Failure(error.message) : error;
      }
    });

function writerOf(broker: string) {
  const writer = formats.get(broker);
  if (!writer) throw new Failure(`Nothing is written for ${broker}. Give all, or some of ${[...formats.keys()].join(', ')}.`);
  return writer;
}

function described({ tally: { day, instruments, ...happened }, dumps }: WrittenDay): string {
  const news = Object.entries(happened).flatMap(([what, count]) => (count > 0 ? `${count.toLocaleString('en')} ${what}` : []));
  const files = table(
    ['file', 'rows'],
    dumps.map(({ path, rows }) => [path, rows]),
  );
  return `${day}: ${instruments.toLocaleString('en')} instruments; ${news.join(', ')}\n${files}\n`;
}
