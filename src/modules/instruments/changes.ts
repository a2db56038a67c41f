import { z } from 'zod';
import { plainText } from '../../platform/http/validation';
import { Day, PositiveDecimal, PositiveInteger } from './domain/values';
import { CanonicalSymbol } from './new-instrument';

// The bodies of the writes. Unknown members are refused.

const validFrom = Day.optional().describe('From when it holds in the market, today by default; a later day announces it.');
const reason = plainText.trim().max(1000).optional();
const something = 'Give at least one value to change, such as { "lotSize": 75 }.';

export const Amending = z
  .strictObject(
    {
      name: plainText.trim().min(1).max(200).optional(),
      lotSize: PositiveInteger.optional(),
      tickSize: PositiveDecimal.optional(),
      multiplier: PositiveDecimal.optional(),
      freezeQuantity: PositiveInteger.optional(),
      flags: z
        .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'A flag is named in camelCase.'), z.union([z.boolean(), plainText.max(200)]))
        .optional()
        .describe('All of its flags: those left out are taken away.'),
      validFrom,
    },
    something,
  )
  .refine(({ validFrom: _, ...terms }) => Object.values(terms).some((value) => value !== undefined), something)
  .meta({ examples: [{ lotSize: 75, validFrom: '2026-12-01' }] });
export type Amending = z.output<typeof Amending>;

export const Renaming = z
  .strictObject({ symbol: CanonicalSymbol, validFrom }, 'Give the new symbol: { "symbol": "NEWNAME" }.')
  .meta({ examples: [{ symbol: 'NEWNAME' }] });
export type Renaming = z.output<typeof Renaming>;

/** Of a suspension, a resumption and a delisting: the address says what is wanted, so there need be no body. */
export const Turning = z
  .strictObject({ reason, validFrom })
  .prefault({})
  .meta({ examples: [{ reason: 'merged', validFrom: '2026-12-01' }] });
export type Turning = z.output<typeof Turning>;

const terms = 'Give the new strike, the new lotSize, or both.';

export const Adjusting = z
  .strictObject({ strike: PositiveDecimal.optional(), lotSize: PositiveInteger.optional(), reason, validFrom }, terms)
  .refine(({ strike, lotSize }) => strike !== undefined || lotSize !== undefined, terms)
  .meta({ examples: [{ strike: '1240', lotSize: 520, reason: 'bonus 1:1', validFrom: '2026-12-01' }] });
export type Adjusting = z.output<typeof Adjusting>;
