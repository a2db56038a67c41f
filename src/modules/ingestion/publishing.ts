import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config';
import { Database } from '../../platform/database/database';
import { exchangeLists, isExchangeList, type Day } from '../instruments';
import type { DumpRow } from './domain/dump-row';
import type { Judged } from './judging';
import type { Gone, Match, Matching } from './matching';
import type { Publisher } from './publish';

/** Some segments' rows, those of them that need a decision, and mappings whose row is gone. */
export type Part = { readonly rows: readonly DumpRow[]; readonly news: readonly DumpRow[]; readonly gone: readonly Gone[] };

/** Publishes a part of a file chunk by chunk. */
@Injectable()
export class Publishing {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** What is new or different, then what is gone. */
  async part(
    { run, request, day }: Judged,
    publisher: Publisher,
    matching: Matching,
    { rows, news, gone }: Part,
    onProgress: (done: number) => Promise<void>,
  ) {
    await this.rows(publisher, matching, news, onProgress);
    const moved = isExchangeList(request.broker) ? await this.moved(gone, day, rows) : null;
    for (let first = 0; first < gone.length; first += this.config.ingestionBatchSize) {
      const some = gone.slice(first, first + this.config.ingestionBatchSize);
      await (moved ? publisher.left(some, moved, run) : publisher.gone(some));
    }
  }

  /** Two chunks at a time: one is decided here while the other is written there. */
  private async rows(publisher: Publisher, matching: Matching, rows: readonly DumpRow[], onProgress: (done: number) => Promise<void>) {
    let done = 0;
    const publish = async (matches: readonly Match[]) => {
      await publisher.rows(matches, (names) => matching.siblings(names));
      await onProgress((done += matches.length));
    };
    const running = new Set<Promise<void>>();
    try {
      for (const chunk of chunks(rows, this.config.ingestionBatchSize)) {
        const matches = await matching.matches(chunk);
        if (running.size >= 2) await Promise.race(running);
        const work: Promise<void> = publish(matches).finally(() => running.delete(work));
        work.catch(() => undefined); // awaited below
        running.add(work);
      }
      await Promise.all(running);
    } finally {
      // Whatever went wrong: nothing is written once this has ended.
      await Promise.allSettled(running);
    }
  }

  /**
   * Of listings that left an exchange's list, those whose security this list or another one has in another series: by its ISIN, or, when a
   * split gave it another one at once (7 shares between the lists of June 2025 and July 2026), by the symbol in this list.
   */
  private async moved(gone: readonly Gone[], day: Day, rows: readonly DumpRow[]): Promise<ReadonlySet<string>> {
    const listed = await this.database.query<{ id: string }>({
      text: `SELECT DISTINCT g.id FROM unnest($1::uuid[]) AS g (id)
             JOIN registry.lot_sizes t ON t.instrument_id = g.id AND t.valid_from <= $2 AND (t.valid_to IS NULL OR t.valid_to > $2)
             WHERE t.isin = ANY($3) OR t.symbol = ANY($5) OR EXISTS (
               SELECT FROM registry.instrument_identifiers i
               JOIN registry.broker_tokens b ON b.instrument_id = i.instrument_id AND b.broker = ANY($4)
                 AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)
               WHERE i.value = t.isin AND i.kind = 'isin' AND i.segment = t.segment AND i.instrument_id <> ALL($1)
             )`,
      values: [
        gone.map(({ instrument }) => instrument),
        day,
        rows.map(({ isin }) => isin),
        exchangeLists,
        rows.map(({ symbol }) => symbol),
      ],
    });
    return new Set(listed.map(({ id }) => id));
  }
}

/** Cuts between underlyings, so that contracts that swap keys or tokens are decided together. */
function* chunks(rows: readonly DumpRow[], size: number): Generator<readonly DumpRow[]> {
  let first = 0;
  for (let n = 1; n < rows.length; n++) {
    const [last, row] = [rows[n - 1], rows[n]];
    const apart = last?.symbol !== row?.symbol || last?.segment !== row?.segment;
    if ((n - first >= size && apart) || n - first >= 3 * size) {
      yield rows.slice(first, n);
      first = n;
    }
  }
  if (first < rows.length) yield rows.slice(first);
}
