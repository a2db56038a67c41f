import { z } from 'zod';
import { plainText } from '../../platform/http/validation';
import { canonicalSymbol } from './domain/key';
import { Segment, segmentFacts } from './domain/segment';
import { likelyTypeOfCash, splitSeries, typeOfCash } from './domain/series';
import { contradictions } from './domain/shape';
import { Day, InstrumentType, Isin, OptionType, PositiveDecimal, PositiveInteger } from './domain/values';

/** As keys write it. */
const symbolText = 'A symbol is made of A-Z, 0-9, &, - and the point, such as RELIANCE or M&M.';
export const CanonicalSymbol = z
  .string(symbolText)
  .max(60)
  .refine((text) => canonicalSymbol(text) === text, symbolText);

type Given = {
  readonly type?: InstrumentType | undefined;
  readonly segment: Segment;
  readonly symbol: string;
  readonly name: string | null;
  readonly isin: string | null;
  readonly series: string | null;
  readonly strike: string | null;
  readonly optionType: OptionType | null;
};

/** The type that is given, else the likeliest in the segment. */
function typeOf({ type, ...given }: Given): InstrumentType {
  if (type) return type;
  switch (segmentFacts[given.segment].kind) {
    case 'index':
      return 'INDEX';
    case 'derivatives':
      return given.strike === null && given.optionType === null ? 'FUTURE' : 'OPTION';
    case 'cash':
      return typeOfCash(given) ?? likelyTypeOfCash(given.isin);
  }
}

/** What a person may register; what is left out is not known yet. */
export const NewInstrument = z
  .strictObject(
    {
      segment: Segment,
      symbol: CanonicalSymbol.describe('Without its series. Of a contract the symbol of its underlying.'),
      name: plainText.min(1).max(200).nullable().default(null),
      type: InstrumentType.optional(),
      isin: Isin.nullable().default(null),
      series: z
        .string()
        .regex(/^[A-Z0-9]{1,3}$/, 'A series or a group such as EQ, BE or A.')
        .nullable()
        .default(null),
      expiry: Day.nullable().default(null),
      strike: PositiveDecimal.nullable().default(null),
      optionType: OptionType.nullable().default(null),
      lotSize: PositiveInteger.nullable().default(null),
      tickSize: PositiveDecimal.nullable().default(null),
      multiplier: PositiveDecimal.nullable().default(null),
      freezeQuantity: PositiveInteger.nullable().default(null),
      validFrom: Day.optional().describe('Default: today, by the market clock.'),
    },
    'Give the segment and the symbol, and what is known of the rest.',
  )
  .superRefine((given, context) => {
    const { segment, symbol, expiry, validFrom } = given;
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    for (const { path, message } of contradictions({ ...given, type: typeOf(given) })) wrong(path, message);
    if (expiry !== null && validFrom !== undefined && validFrom > expiry)
      wrong('validFrom', 'A contract begins on its expiry at the latest.');
    if (segmentFacts[segment].kind === 'index' && !/^[A-Z0-9]+$/.test(symbol))
      wrong('symbol', 'The symbol of an index is made of A-Z and 0-9.');
    if (segment === 'NSE' && splitSeries(symbol).series !== null)
      wrong('symbol', 'Give the symbol without its series, and the series as series.');
  })
  .transform((given) => ({ ...given, underlying: given.expiry === null ? null : given.symbol, type: typeOf(given) }))
  .meta({
    examples: [
      {
        segment: 'NSE',
        symbol: 'NEWCO',
        series: 'EQ',
        isin: 'INE000X01014',
        name: 'New Company',
        lotSize: 1,
        tickSize: '0.05',
        validFrom: '2026-11-24',
      },
    ],
  });
export type NewInstrument = z.output<typeof NewInstrument>;
