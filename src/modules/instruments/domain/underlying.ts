import { segments, type Segment } from './segment';

/**
 * Where the underlying of a contract is found when it is itself an instrument, the likeliest first. Shares only under equity derivatives:
 * NSE lists funds called SILVER and GOLD... that have nothing to do with NCO's contracts on the metal.
 */
const homes: Readonly<Partial<Record<Segment, readonly Segment[]>>> = {
  NFO: ['NSE_INDEX', 'NSE'],
  BFO: ['BSE_INDEX', 'BSE'],
  CDS: ['NSE_INDEX'],
  BCD: ['BSE_INDEX'],
  NCO: ['NSE_INDEX'],
  MCX: ['MCX_INDEX'],
  NCDEX: ['NCDEX_INDEX'],
};

export const homesOfUnderlying = (segment: Segment): readonly Segment[] => homes[segment] ?? [];

/** The segments whose contracts may be written on what is in this one. */
export const segmentsOn = (home: Segment): Segment[] => segments.filter((segment) => homesOfUnderlying(segment).includes(home));

/** The keys under which it may be, the likeliest first. */
export const keysOfUnderlying = (segment: Segment, symbol: string): string[] =>
  homesOfUnderlying(segment).map((home) => `${home}:${symbol}`);
