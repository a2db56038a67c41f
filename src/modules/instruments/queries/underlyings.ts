import type { Segment } from '../domain/segment';
import { segmentsOn } from '../domain/underlying';
import type { Reading } from '../moments';
import { lookupOf } from './get-snapshot';
import type { Snapshot } from './snapshot';
import type { Snapshots } from './snapshots';

/** What contracts are asked for by their underlying: all those on a symbol, or those in a segment alone, where `segment` says so. */
export type Underlying = { readonly symbol: string; readonly segment: Segment | null };

/** A symbol is itself; a key or an id means the contracts that are written on that instrument: on `BSE:RELIANCE` those of BFO, not of NFO. */
export async function underlyingsNamed(names: readonly string[], snapshots: Snapshots, reading: Reading): Promise<Underlying[]> {
  const symbols = names.filter((name) => lookupOf(name) === null).map((symbol) => ({ symbol, segment: null }));
  const found: Snapshot[] = [];
  for (const by of ['key', 'id'] as const) {
    const some = names.filter((name) => lookupOf(name) === by);
    if (some.length > 0) found.push(...(await snapshots.find(by, [some.map((_, n) => n), some], reading, false)));
  }
  return [...symbols, ...found.flatMap(({ symbol, segment: home }) => segmentsOn(home).map((segment) => ({ symbol, segment })))];
}
