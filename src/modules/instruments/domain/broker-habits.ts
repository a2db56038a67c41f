import type { Segment } from './segment';

/** What is known of brokers' files beside their formats, as data: whoever writes an adapter adds to it, and the rules name no broker. */

/** Whom to believe where nothing else decides, the best first. Brokers not named come last, by name. */
export const brokersByRank: readonly string[] = ['upstox', 'shoonya', 'angel', 'nuvama', 'aliceblue', 'icici', 'kite', 'dhan', 'fyers'];

/** Brokers who pass on another's file: together they are one voice. */
export const makers: Readonly<Record<string, string>> = { flattrade: 'shoonya', zebu: 'shoonya', tradesmart: 'shoonya' };

/** Brokers who keep the symbols of renamed companies: 378 of ICICI's of September 2025 were older than Upstox's of four weeks before. */
export const keepersOfOldSymbols: readonly string[] = ['icici'];

/** Values that are a unit of the broker's own and say nothing of the exchange's (measured on 34,067 rows of MCX; currency from ICICI's file). */
export const ownUnits = [
  { brokers: ['dhan', 'fyers'], segments: ['MCX', 'NCO'], field: 'lotSize', value: 1 },
  { brokers: ['icici'], segments: ['CDS', 'BCD'], field: 'lotSize', value: 1000 },
] as const satisfies readonly { brokers: readonly string[]; segments: readonly Segment[]; field: 'lotSize'; value: number }[];
