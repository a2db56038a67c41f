import type { SegmentKind } from '../../instruments';

/** What was measured of one segment on one day. Counts of instruments unless another thing is named. */
export type Measured = {
  /** Active on the day. */
  readonly instruments: number;
  readonly withIsin: number;
  readonly withLot: number;
  readonly withTick: number;
  /** Those that at least two sources list: only they can be compared. */
  readonly compared: number;
  /** Those about which sources differ without a good explanation. */
  readonly doubtful: number;
  readonly sources: readonly Source[];
};

/** A broker that lists something in the segment, and its newest file of it. */
export type Source = {
  readonly broker: string;
  /** Calendar days from the file's day to the day of the check; null when no file of it was ever taken. */
  readonly ageDays: number | null;
  /** Days of trading for which the market has a newer file, parts of a day too: 0 all through a weekend. Null as `ageDays`. */
  readonly lateDays: number | null;
  /** Of that file, all segments together. */
  readonly rejectedShare: number;
  /** The segment waits for a decision in its newest run. */
  readonly quarantined: boolean;
};

/** How much each part counts. */
export const weights = { completeness: 30, agreement: 30, freshness: 20, rejects: 10, quarantine: 10 } as const;
export type Part = keyof typeof weights;
export type Parts = Readonly<Record<Part, number | null>>;

/** A file is as good as new until the market has traded for a day without a newer one, and worth nothing a week of trading after that. In days of trading. */
const fresh = 1;
const fades = 5;
/** With this share of its rows rejected a file is worth nothing: more, and it is refused. */
const worstRejects = 0.05;

/** Each part from 0 to 1; null where there is nothing to measure it by. */
export function partsOf({ instruments, withIsin, withLot, withTick, compared, doubtful, sources }: Measured, kind: SegmentKind): Parts {
  const wanted = { cash: [withIsin, withLot, withTick], derivatives: [withLot, withTick], index: [] }[kind];
  return {
    completeness: instruments === 0 ? null : mean(wanted.map((having) => having / instruments)),
    agreement: compared === 0 ? null : clamped(1 - doubtful / compared),
    freshness: mean(sources.map(({ lateDays }) => (lateDays === null ? 0 : clamped(1 - (lateDays - fresh) / fades)))),
    rejects: mean(sources.map(({ rejectedShare }) => clamped(1 - rejectedShare / worstRejects))),
    quarantine: mean(sources.map(({ quarantined }) => (quarantined ? 0 : 1))),
  };
}

/** 0 to 100, one decimal: the weighted mean of the parts that could be measured; null when none could. */
export function scoreOf(parts: Parts): number | null {
  const known = (Object.keys(weights) as Part[]).flatMap((name) => {
    const value = parts[name];
    return value === null ? [] : [{ weight: weights[name], value }];
  });
  if (known.length === 0) return null;
  const weight = known.reduce((sum, part) => sum + part.weight, 0);
  return Math.round((1_000 * known.reduce((sum, part) => sum + part.weight * part.value, 0)) / weight) / 10;
}

const clamped = (value: number) => Math.min(1, Math.max(0, value));
const mean = (values: readonly number[]) => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);
