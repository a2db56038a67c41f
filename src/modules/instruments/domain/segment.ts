import { z } from 'zod';

/** Trading segments of the registry, by the names used in keys: India's markets have several, a venue elsewhere is one, named by its MIC. */
export const segments = [
  'NSE',
  'BSE',
  'NFO',
  'BFO',
  'CDS',
  'BCD',
  'MCX',
  'NCO',
  'NCDEX',
  'NSE_INDEX',
  'BSE_INDEX',
  'MCX_INDEX',
  'NCDEX_INDEX',
  'GLOBAL_INDEX',
  'XNAS',
  'XNYS',
  'XASE',
  'ARCX',
  'BATS',
  'IEXG',
] as const;
export const Segment = z.enum(segments);
export type Segment = z.infer<typeof Segment>;

export type SegmentKind = 'cash' | 'derivatives' | 'index';

/** ISO 4217. */
export const currencies = ['INR', 'USD'] as const;
export type Currency = (typeof currencies)[number];

type Facts = {
  /** ISO 10383 market identifier code. */
  readonly mic: string;
  readonly kind: SegmentKind;
  /** When a contract's last day ends, `HH:MM` in Asia/Kolkata; null where nothing expires. */
  readonly close: string | null;
  readonly currency: Currency;
  /** Where its days begin and end (IANA). */
  readonly zone: string;
};

const india = { currency: 'INR', zone: 'Asia/Kolkata' } as const;
const unitedStates = (mic: string): Facts => ({ mic, kind: 'cash', close: null, currency: 'USD', zone: 'America/New_York' });

/** MIC, kind, closing time, currency and zone of each segment (closing times: NSE, BSE and MCX contract specifications). */
export const segmentFacts: Readonly<Record<Segment, Facts>> = {
  NSE: { mic: 'XNSE', kind: 'cash', close: null, ...india },
  BSE: { mic: 'XBOM', kind: 'cash', close: null, ...india },
  NFO: { mic: 'XNSE', kind: 'derivatives', close: '15:30', ...india },
  BFO: { mic: 'XBOM', kind: 'derivatives', close: '15:30', ...india },
  CDS: { mic: 'XNSE', kind: 'derivatives', close: '12:30', ...india },
  BCD: { mic: 'XBOM', kind: 'derivatives', close: '12:30', ...india },
  MCX: { mic: 'XIMC', kind: 'derivatives', close: '23:30', ...india },
  NCO: { mic: 'XNSE', kind: 'derivatives', close: '23:30', ...india },
  NCDEX: { mic: 'XNCD', kind: 'derivatives', close: '23:30', ...india },
  NSE_INDEX: { mic: 'XNSE', kind: 'index', close: null, ...india },
  BSE_INDEX: { mic: 'XBOM', kind: 'index', close: null, ...india },
  MCX_INDEX: { mic: 'XIMC', kind: 'index', close: null, ...india },
  NCDEX_INDEX: { mic: 'XNCD', kind: 'index', close: null, ...india },
  GLOBAL_INDEX: { mic: 'XXXX', kind: 'index', close: null, ...india },
  XNAS: unitedStates('XNAS'),
  XNYS: unitedStates('XNYS'),
  XASE: unitedStates('XASE'),
  ARCX: unitedStates('ARCX'),
  BATS: unitedStates('BATS'),
  IEXG: unitedStates('IEXG'),
};

/** The segments that a MIC or a segment name stands for; empty when it is neither. */
export function segmentsOf(exchange: string): Segment[] {
  const name = exchange.toUpperCase();
  return segments.filter((segment) => segment === name || segmentFacts[segment].mic === name);
}
