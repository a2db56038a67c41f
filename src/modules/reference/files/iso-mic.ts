import { z } from 'zod';
import { Day } from '../../instruments';
import type { ReferenceFile } from './reference-file';
import { tableOf } from './table-of';

export const Mic = z.string().regex(/^[A-Z0-9]{4}$/, 'A MIC has four capitals or digits, such as XNSE.');

export const Venue = z.object({
  mic: Mic.meta({ examples: ['XNSE'] }),
  operatingMic: Mic.describe('Of the exchange that operates it; its own where it is one.').meta({ examples: ['XNSE'] }),
  kind: z.enum(['operating', 'segment']),
  name: z.string().meta({ examples: ['NATIONAL STOCK EXCHANGE OF INDIA'] }),
  legalEntity: z
    .string()
    .nullable()
    .meta({ examples: [null] }),
  lei: z
    .string()
    .nullable()
    .meta({ examples: ['335800NLY5HYW9I7YE03'] }),
  category: z
    .string()
    .nullable()
    .describe('Market category code of ISO 10383, such as RMKT.')
    .meta({ examples: ['NSPD'] }),
  acronym: z
    .string()
    .nullable()
    .meta({ examples: ['NSE'] }),
  country: z
    .string()
    .describe('ISO 3166; ZZ is none.')
    .meta({ examples: ['IN'] }),
  city: z
    .string()
    .nullable()
    .meta({ examples: ['MUMBAI'] }),
  website: z
    .string()
    .nullable()
    .meta({ examples: ['WWW.NSEINDIA.COM'] }),
  status: z.enum(['active', 'updated', 'expired']),
  createdOn: Day.nullable().meta({ examples: ['2005-06-27'] }),
  updatedOn: Day.nullable().meta({ examples: ['2005-06-27'] }),
  expiredOn: Day.nullable(),
});
type Venue = z.infer<typeof Venue>;

const whose = "ISO 10383's list of MICs (ISO10383_MIC.csv)";
const columns = [
  ...(['mic', 'operating mic', 'oprt/sgmt', 'market name-institution description', 'legal entity name', 'lei'] as const),
  ...(['market category code', 'acronym', 'iso country code (iso 3166)', 'city', 'website', 'status'] as const),
  ...(['creation date', 'last update date', 'expiry date'] as const),
] as const;
const kinds: Readonly<Record<string, Venue['kind']>> = { OPRT: 'operating', SGMT: 'segment' };
const Status = Venue.shape.status;

/** ISO 10383, as its registration authority publishes it: every market of the world with its four-character code. */
export const isoMic: ReferenceFile<typeof Venue> = {
  name: 'iso-mic',
  whose,
  table: 'venues',
  fact: Venue,
  isSteady: true,
  isPerIndex: false,
  read: (lines) =>
    tableOf<(typeof columns)[number], Venue>(lines, { whose, columns }, (field) => {
      const text = (column: (typeof columns)[number]) => field(column) || null;
      const venue = Venue.safeParse({
        mic: field('mic'),
        operatingMic: field('operating mic'),
        kind: kinds[field('oprt/sgmt')],
        name: field('market name-institution description'),
        legalEntity: text('legal entity name'),
        lei: text('lei'),
        category: text('market category code'),
        acronym: text('acronym'),
        country: field('iso country code (iso 3166)'),
        city: text('city'),
        website: text('website'),
        status: Status.safeParse(field('status').toLowerCase()).data,
        createdOn: dayOf(field('creation date')),
        updatedOn: dayOf(field('last update date')),
        expiredOn: dayOf(field('expiry date')),
      });
      if (venue.success) return { subject: venue.data.mic, fact: venue.data };
      const issue = venue.error.issues[0];
      return `${issue?.path.join('.')}: ${issue?.message}`;
    }).said(),
};

/** `20250428`; null for blank. What is no day stays as it is, and its row is rejected. */
const dayOf = (text: string) => (text === '' ? null : text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'));
