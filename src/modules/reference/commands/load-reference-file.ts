import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Invalid } from '../../../platform/errors';
import { UnusableFile } from '../../ingestion';
import { Day, MarketClock } from '../../instruments';
import { load, type Content } from '../domain/reference-list';
import { Effects } from '../effects';
import { listOf, referenceFiles, type FileName } from '../files';
import type { Said } from '../files/reference-file';
import { readLines } from '../read-lines';
import { ReferenceLists } from '../reference-lists';

/** At most this share of rows may be unusable: more, and the file is not what it is taken for. */
const mostRejected = 0.05;
/** Rejects that are told. */
const told = 100;

export const LoadReport = z
  .object({
    list: z.string(),
    day: Day,
    rows: z.int(),
    rejected: z.int(),
    rejects: z.array(z.object({ line: z.int(), raw: z.string(), reason: z.string() })).describe('The first 100.'),
    added: z.int(),
    changed: z.int(),
    removed: z.int(),
    unchanged: z.int().describe('Entries of the file that held already.'),
    repeated: z.boolean().describe('This very file of this day was in already.'),
    contracts: z.int().describe('Contracts whose flags or terms the list changed.'),
  })
  .meta({
    examples: [
      {
        ...{ list: 'nse-ban-list', day: '2026-01-07', rows: 3, rejected: 0, rejects: [] },
        ...{ added: 1, changed: 0, removed: 2, unchanged: 2, repeated: false, contracts: 412 },
      },
    ],
  });
export type LoadReport = z.infer<typeof LoadReport>;

export type Wanted = {
  readonly file: FileName;
  /** Of constituents: the index that they make up. */
  readonly indexKey: string;
  /** Null: as the file says. */
  readonly day: Day | null;
  /** Whoever sends it answers for a file that looks like another list's. */
  readonly insist: boolean;
};

/** Reads a file that is no list of instruments and records what it changes; then the contracts follow. */
export class LoadReferenceFile extends Command<LoadReport & { readonly position: number }> {
  constructor(
    readonly wanted: Wanted,
    readonly body: AsyncIterable<Buffer>,
  ) {
    super();
  }
}

@CommandHandler(LoadReferenceFile)
export class LoadReferenceFileHandler implements ICommandHandler<LoadReferenceFile> {
  constructor(
    private readonly lists: ReferenceLists,
    private readonly effects: Effects,
    private readonly clock: MarketClock,
  ) {}

  async execute({ wanted, body }: LoadReferenceFile) {
    const file = referenceFiles[wanted.file];
    const { content, rejects } = await usable(async () => {
      const { lines, sha256 } = await readLines(body);
      const said = file.read(lines, wanted.indexKey);
      refuseEmptyOrBroken(said, file);
      const { rows, entries, covers, rejects } = said;
      const day = dayOf(said, wanted.day);
      const tooFar = this.clock.tooFarAhead(day);
      if (tooFar !== null) throw invalidDay(tooFar);
      const content: Content = { day, sha256, rows, entries, covers, isSteady: file.isSteady };
      return { content, rejects };
    });
    const list = listOf(file, wanted.indexKey);
    let changes = { added: 0, changed: 0, removed: 0, repeated: true };
    const loaded = await this.lists.change(list, (state) => {
      const events = load(state, content, wanted.insist);
      changes = { added: 0, changed: 0, removed: 0, repeated: events.length === 0 };
      for (const { data } of events)
        changes = { added: data.added.length, changed: data.changed.length, removed: data.removed.length, repeated: false };
      return events;
    });
    const { day, rows, entries } = content;
    const unchanged = entries.size - changes.added - changes.changed;
    const { contracts, position } = await this.effects.of(wanted.file, day);
    return {
      list,
      day,
      rows,
      rejected: rejects.length,
      rejects: rejects.slice(0, told),
      ...changes,
      unchanged,
      contracts,
      position: position ?? loaded.position,
    };
  }
}

/** @throws Invalid instead of UnusableFile: a request brought it */
async function usable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    throw new Invalid(error.message, [{ path: '', message: error.message }]);
  }
}

function refuseEmptyOrBroken({ rows, entries, rejects }: Said<object>, { whose, isSteady }: { whose: string; isSteady: boolean }) {
  const first = rejects[0];
  if (first && rejects.length > rows * mostRejected)
    throw new UnusableFile(
      `${rejects.length} of ${rows} rows cannot be used (first: line ${first.line}: ${first.reason}). Nothing was changed.`,
    );
  if (isSteady && entries.size === 0) throw new UnusableFile(`The file has no rows: ${whose} is never empty.`);
}

const invalidDay = (message: string) => new Invalid(`day: ${message}`, [{ path: 'day', message }]);

/** Stated in the file, or given. @throws Invalid when neither, or when they contradict each other */
function dayOf({ statedDay, contradicts }: Said<object>, given: Day | null): Day {
  const day = given ?? statedDay;
  if (day === null) throw invalidDay('The file does not say which day it is of: give it, YYYY-MM-DD.');
  if (statedDay !== null && statedDay !== day)
    throw invalidDay(`The file says that it is of ${statedDay}, and ${day} was given: leave the day out, or give ${statedDay}.`);
  const contradiction = contradicts(day);
  if (contradiction !== null) throw invalidDay(`The file cannot be of ${day}: ${contradiction}. Nothing was changed.`);
  return day;
}
