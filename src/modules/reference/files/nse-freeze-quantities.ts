import { z } from 'zod';
import { canonicalSymbol } from '../../instruments';
import type { ReferenceFile } from './reference-file';
import { tableOf } from './table-of';

const FreezeQuantity = z.object({ underlying: z.string(), quantity: z.int() });

const whose = "NSE's list of freeze quantities (qtyfreeze.csv)";
const columns = ['symbol', 'vol_frz_qty'] as const;

/** `S.No.,SYMBOL,VOL_FRZ_QTY`, padded: the largest quantity of one order in an underlying's contracts. */
export const nseFreezeQuantities: ReferenceFile<typeof FreezeQuantity> = {
  name: 'nse-freeze-quantities',
  whose,
  table: 'freeze_quantities',
  fact: FreezeQuantity,
  isSteady: true,
  isPerIndex: false,
  read: (lines) =>
    tableOf<(typeof columns)[number], z.infer<typeof FreezeQuantity>>(lines, { whose, columns }, (field) => {
      const underlying = canonicalSymbol(field('symbol'));
      if (underlying === null) return `the symbol ${field('symbol') || '(blank)'} is not one`;
      if (!/^[1-9]\d{0,11}$/.test(field('vol_frz_qty'))) return `the quantity ${field('vol_frz_qty') || '(blank)'} is not a number above 0`;
      return { subject: underlying, fact: { underlying, quantity: Number(field('vol_frz_qty')) } };
    }).said(),
};
