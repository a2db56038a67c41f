import { z } from 'zod';
import { canonicalSymbol, Decimal, decimal, Isin } from '../../instruments';
import type { ReferenceFile } from './reference-file';
import { tableOf } from './table-of';

export const Member = z.object({
  indexKey: z.string(),
  symbol: z.string().meta({ examples: ['RELIANCE'] }),
  name: z
    .string()
    .nullable()
    .meta({ examples: ['Reliance Industries Ltd.'] }),
  isin: Isin.nullable()
    .describe('Null of a placeholder, which stands for a company until it is listed.')
    .meta({ examples: ['INE002A01018'] }),
  series: z
    .string()
    .nullable()
    .meta({ examples: ['EQ'] }),
  weight: Decimal.nullable().describe('Per cent; null where the file has none.'),
  industry: z
    .string()
    .nullable()
    .meta({ examples: ['Oil Gas & Consumable Fuels'] }),
});
type Member = z.infer<typeof Member>;

const whose = "NSE's list of an index's constituents (ind_nifty50list.csv and others)";
const columns = ['company name', 'industry', 'symbol', 'series', 'isin code'] as const;
const optional = ['weight'] as const;

/**
 * The same make for every index; which index it is stands only in the file's name, so the request says it. NSE's lists have no weights;
 * a column `Weight` that somebody adds is read.
 */
export const nseIndex: ReferenceFile<typeof Member> = {
  name: 'nse-index',
  whose,
  table: 'index_members',
  fact: Member,
  isSteady: true,
  isPerIndex: true,
  read: (lines, indexKey) =>
    tableOf<(typeof columns)[number] | (typeof optional)[number], Member>(lines, { whose, columns, optional }, (field) => {
      const symbol = canonicalSymbol(field('symbol'));
      if (symbol === null) return `the symbol ${field('symbol') || '(blank)'} is not one`;
      const isin = Isin.safeParse(field('isin code')).data ?? null;
      const weight = field('weight') === '' ? null : decimal(field('weight'));
      if (field('weight') !== '' && weight === null) return `the weight ${field('weight')} is not a decimal`;
      const text = (column: (typeof columns)[number]) => field(column) || null;
      const fact = { indexKey, symbol, name: text('company name'), isin, series: text('series'), weight, industry: text('industry') };
      // a company that is renamed stays a member
      return { subject: isin ?? symbol, fact };
    }).said(),
};
