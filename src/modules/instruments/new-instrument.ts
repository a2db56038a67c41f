import { z } from 'zod';
import { Terms } from './domain/instrument';
import { canonicalSymbol } from './domain/key';
import { Segment, segmentFacts } from './domain/segment';
import { likelyTypeOfCash, splitSeries, typeOfCash } from './domain/series';
import { Day, Decimal, InstrumentType, Isin, OptionType } from './domain/values';

/** As keys write it. */
export const CanonicalSymbol = z
  .string()
  .max(60)
  .refine((text) => canonicalSymbol(text) === text, 'A symbol is made of A-Z, 0-9, &, - and the point, such as RELIANCE or M&M.');

const amount = z.int().positive();
const { name } = Terms.shape;

/** What a person may register; what is left out is not known yet. */
export const NewInstrument = z
  .strictObject({
    segment: Segment,
    symbol: CanonicalSymbol.describe('Without its series. Of a contract the symbol of its underlying.'),
    name: name.unwrap().min(1).max(200).nullable().default(null),
    type: InstrumentType.optional(),
    isin: Isin.nullable().default(null),
    series: z
      .string()
      .regex(/^[A-Z0-9]{1,3}$/, 'A series or a group such as EQ, BE or A.')
      .nullable()
      .default(null),
    expiry: Day.nullable().default(null),
    strike: Decimal.nullable().default(null),
    optionType: OptionType.nullable().default(null),
    lotSize: amount.nullable().default(null),
    tickSize: Decimal.nullable().default(null),
    multiplier: Decimal.nullable().default(null),
    freezeQuantity: amount.nullable().default(null),
    validFrom: Day.optional().describe('Default: today, by the market clock.'),
  })
  .superRefine(({ segment, symbol, series, isin, expiry, strike, optionType, validFrom }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const { kind } = segmentFacts[segment];
    if (kind === 'derivatives') {
      if (expiry === null) wrong('expiry', `What is traded in ${segment} has an expiry.`);
      if ((strike === null) !== (optionType === null))
        wrong(strike === null ? 'strike' : 'optionType', 'An option has a strike and an optionType, a future neither.');
      if (isin !== null) wrong('isin', 'A contract has no ISIN.');
      if (expiry !== null && validFrom !== undefined && validFrom > expiry)
        wrong('validFrom', 'A contract begins on its expiry at the latest.');
    } else {
      for (const [field, value] of Object.entries({ expiry, strike, optionType }))
        if (value !== null) wrong(field, `Nothing in ${segment} has one.`);
      if (kind === 'index' && (isin ?? series) !== null) wrong(isin === null ? 'series' : 'isin', 'An index has none.');
      if (kind === 'index' && !/^[A-Z0-9]+$/.test(symbol)) wrong('symbol', 'The symbol of an index is made of A-Z and 0-9.');
      if (segment === 'NSE' && splitSeries(symbol).series !== null)
        wrong('symbol', 'Give the symbol without its series, and the series as series.');
    }
  })
  .transform(({ type, ...terms }) => {
    const isContract = terms.expiry !== null;
    const likely = (): InstrumentType => {
      if (isContract) return terms.strike === null ? 'FUTURE' : 'OPTION';
      if (segmentFacts[terms.segment].kind === 'index') return 'INDEX';
      return typeOfCash(terms) ?? likelyTypeOfCash(terms.isin);
    };
    return { ...terms, underlying: isContract ? terms.symbol : null, type: type ?? likely() };
  })
  .meta({
    examples: [
      {
        segment: 'NSE',
        symbol: 'NEWCO',
        series: 'EQ',
        isin: 'INE000X01017',
        name: 'New Company',
        lotSize: 1,
        tickSize: '0.05',
        validFrom: '2026-11-24',
      },
    ],
  });
export type NewInstrument = z.output<typeof NewInstrument>;
