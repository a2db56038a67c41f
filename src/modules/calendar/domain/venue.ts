import { z } from 'zod';
import { segmentFacts, type Segment } from '../../instruments';

/** Markets that keep the same days and hours, named after their first segment. */
export const Venue = z.enum(
  ['NSE', 'BSE', 'CDS', 'BCD', 'MCX', 'NCO', 'NCDEX', 'XNAS'],
  'Give a venue: NSE, BSE, CDS, BCD, MCX, NCO, NCDEX or XNAS.',
);
export type Venue = z.infer<typeof Venue>;

/** A span of one day, `HH:MM` on the clocks of the venue; `close` is out. */
export type Session = { readonly open: string; readonly close: string };

type Facts = { readonly segments: readonly Segment[]; readonly session: Session };

const equities = { open: '09:15', close: '15:30' };
const currencies = { open: '09:00', close: '17:00' };
/** MCX goes on to 23:55 while New York is on winter time; contracts end at 23:30 at the latest all the year. */
const commodities = { open: '09:00', close: '23:30' };

/** Segments and ordinary hours of each venue (the exchanges' market timings; NSE's and BSE's also in LEAN's market hours). */
export const venueFacts: Readonly<Record<Venue, Facts>> = {
  NSE: { segments: ['NSE', 'NFO', 'NSE_INDEX'], session: equities },
  BSE: { segments: ['BSE', 'BFO', 'BSE_INDEX'], session: equities },
  CDS: { segments: ['CDS'], session: currencies },
  BCD: { segments: ['BCD'], session: currencies },
  MCX: { segments: ['MCX', 'MCX_INDEX'], session: commodities },
  NCO: { segments: ['NCO'], session: commodities },
  NCDEX: { segments: ['NCDEX', 'NCDEX_INDEX'], session: { open: '10:00', close: '17:00' } },
  // the core session; all exchanges of the United States keep the same days and hours
  XNAS: { segments: ['XNAS', 'XNYS', 'XASE', 'ARCX', 'BATS', 'IEXG'], session: { open: '09:30', close: '16:00' } },
};

/** Whose clocks tell a venue's days and hours (IANA): those of its first segment. */
export const zoneOf = (venue: Venue): string => segmentFacts[venue].zone;

/** Null for what has no market here: global indices. */
export const venueOf = (segment: Segment): Venue | null =>
  Venue.options.find((venue) => venueFacts[venue].segments.includes(segment)) ?? null;
