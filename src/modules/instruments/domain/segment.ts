import { z } from 'zod';

/** Trading segments of the registry, by the names used in keys. */
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
] as const;
export const Segment = z.enum(segments);
export type Segment = z.infer<typeof Segment>;

export type SegmentKind = 'cash' | 'derivatives' | 'index';

type Facts = {
  /** ISO 10383 market identifier code. */
  readonly mic: string;
  readonly kind: SegmentKind;
  /** When a contract's last day ends, `HH:MM` in Asia/Kolkata; null where nothing expires. */
  readonly close: string | null;
};

/** MIC, kind and closing time of each segment (closing times: NSE, BSE and MCX contract specifications). */
export const segmentFacts: Readonly<Record<Segment, Facts>> = {
  NSE: { mic: 'XNSE', kind: 'cash', close: null },
  BSE: { mic: 'XBOM', kind: 'cash', close: null },
  NFO: { mic: 'XNSE', kind: 'derivatives', close: '15:30' },
  BFO: { mic: 'XBOM', kind: 'derivatives', close: '15:30' },
  CDS: { mic: 'XNSE', kind: 'derivatives', close: '12:30' },
  BCD: { mic: 'XBOM', kind: 'derivatives', close: '12:30' },
  MCX: { mic: 'XIMC', kind: 'derivatives', close: '23:30' },
  NCO: { mic: 'XNSE', kind: 'derivatives', close: '23:30' },
  NCDEX: { mic: 'XNCD', kind: 'derivatives', close: '23:30' },
  NSE_INDEX: { mic: 'XNSE', kind: 'index', close: null },
  BSE_INDEX: { mic: 'XBOM', kind: 'index', close: null },
  MCX_INDEX: { mic: 'XIMC', kind: 'index', close: null },
  NCDEX_INDEX: { mic: 'XNCD', kind: 'index', close: null },
  GLOBAL_INDEX: { mic: 'XXXX', kind: 'index', close: null },
};

/** The segments that a MIC or a segment name stands for; empty when it is neither. */
export function segmentsOf(exchange: string): Segment[] {
  const name = exchange.toUpperCase();
  return segments.filter((segment) => segment === name || segmentFacts[segment].mic === name);
}
