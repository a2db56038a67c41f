import type { z } from 'zod';
import type { Line, RejectedRow } from '../../ingestion';
import type { Day } from '../../instruments';
import type { Content } from '../domain/reference-list';

/** What a file says, before its day is settled. */
export type Said<Fact> = {
  /** Where the file itself names its day. */
  readonly statedDay: Day | null;
  readonly rows: number;
  readonly entries: ReadonlyMap<string, { readonly fact: Fact; readonly endsOn: Day | null }>;
  readonly rejects: readonly RejectedRow[];
  readonly covers: Content['covers'];
  /** Why it cannot be of this day; null when it can. */
  readonly contradicts: (day: Day) => string | null;
};

/** Members of a fact, which are columns of its table. */
export type FactSchema = z.ZodObject<Readonly<Record<string, z.ZodType<string | number | null>>>>;

/** A file that is no list of instruments. The names of its facts' members are those of its table's columns, in the other case. */
export type ReferenceFile<Fact extends FactSchema = FactSchema> = {
  /** As routes have it. */
  readonly name: string;
  /** For messages: `NSE's list of market lots (fo_mktlots.csv)`. */
  readonly whose: string;
  readonly table: string;
  readonly fact: Fact;
  readonly isSteady: boolean;
  /** One file of this kind for each index: which one is said in the request. */
  readonly isPerIndex: boolean;
  /** @throws UnusableFile when this is not (a whole) file of this kind */
  readonly read: (lines: readonly Line[], indexKey: string) => Said<z.infer<Fact>>;
};

/** Collects what rows say; a subject that comes twice counts once, and a row that contradicts an earlier one is rejected. */
export class Entries<Fact extends object> {
  readonly entries = new Map<string, { fact: Fact; endsOn: Day | null }>();
  readonly rejects: RejectedRow[] = [];
  rows = 0;

  add({ number, raw }: Line, subject: string, fact: Fact, endsOn: Day | null = null) {
    const before = this.entries.get(subject)?.fact;
    if (before && JSON.stringify(before) !== JSON.stringify(fact))
      return this.reject({ number, raw }, `an earlier line says something else of ${subject}`);
    this.entries.set(subject, { fact, endsOn });
  }

  reject({ number, raw }: Pick<Line, 'number' | 'raw'>, reason: string) {
    this.rejects.push({ line: number, raw: raw.trim().slice(0, 500), reason });
  }

  said(more: Partial<Said<Fact>> = {}): Said<Fact> {
    const { entries, rejects, rows } = this;
    return { statedDay: null, rows, entries, rejects, covers: () => true, contradicts: () => null, ...more };
  }
}
