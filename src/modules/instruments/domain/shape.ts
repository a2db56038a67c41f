import { segmentFacts, segments, type Segment, type SegmentKind } from './segment';
import { InstrumentType } from './values';

type Has = 'must' | 'may' | 'none';
const parts = ['expiry', 'strike', 'optionType', 'isin', 'series'] as const;
type Part = (typeof parts)[number];

/** What a type of instrument must, may or cannot have, and where it is. */
type Shape = { readonly in: readonly SegmentKind[] } & Readonly<Record<Part, Has>>;

const security: Shape = { in: ['cash'], expiry: 'none', strike: 'none', optionType: 'none', isin: 'may', series: 'may' };

/** An ISIN numbers a security, and a series is a class of securities: contracts and indices have neither (none of Upstox's rows of 2025). */
export const shapes: Readonly<Record<InstrumentType, Shape>> = {
  EQUITY: security,
  ETF: security,
  BOND: security,
  FUND: security,
  WARRANT: security,
  CURRENCY: security,
  OTHER: security,
  // Kite lists running net asset values among NSE's shares, Upstox what NCO's futures are written on among these
  UNDERLYING: { ...security, in: ['cash', 'derivatives'] },
  INDEX: { in: ['index'], expiry: 'none', strike: 'none', optionType: 'none', isin: 'none', series: 'none' },
  FUTURE: { in: ['derivatives'], expiry: 'must', strike: 'none', optionType: 'none', isin: 'none', series: 'none' },
  OPTION: { in: ['derivatives'], expiry: 'must', strike: 'must', optionType: 'must', isin: 'none', series: 'none' },
};

type Described = { readonly type: InstrumentType; readonly segment: Segment } & Readonly<Record<Part, string | null>>;
export type Contradiction = { readonly path: 'type' | Part; readonly message: string };

/** Where a description says two things that cannot both be true, each with what to do about it. */
export function contradictions(described: Described): Contradiction[] {
  const { type, segment } = described;
  const shape = shapes[type];
  const found: Contradiction[] = [];
  if (!shape.in.includes(segmentFacts[segment].kind)) {
    const elsewhere = segments.filter((one) => shape.in.includes(segmentFacts[one].kind));
    const message = `${a(type)} is not traded in ${segment}: give a segment where it is (${elsewhere.join(', ')}), or another type.`;
    found.push({ path: 'type', message });
  }
  for (const part of parts) {
    const isGiven = described[part] !== null;
    if (shape[part] === 'must' && !isGiven)
      found.push({ path: part, message: `${a(type)} has ${part === 'strike' ? 'a' : 'an'} ${part}: give it.` });
    if (shape[part] === 'none' && isGiven) {
      const others = InstrumentType.options.filter((one) => shapes[one][part] !== 'none');
      found.push({ path: part, message: `${a(type)} has no ${part}: leave it out, or give a type that has one (${others.join(', ')}).` });
    }
  }
  return found;
}

const a = (word: string) => `${/^[aeio]/i.test(word) ? 'An' : 'A'} ${word}`;
