import type { Terms } from './instrument';
import { formatKey } from './key';
import type { Segment } from './segment';

type Named = Pick<Terms, 'symbol' | 'series' | 'underlying' | 'expiry' | 'strike' | 'optionType'>;

/**
 * The key that these terms give in this segment. `claimant` is the exchange token of a listing whose plain key belongs to another;
 * it shows only while nothing better tells the two apart: on NSE until a source brings the series, on BSE always.
 */
export function keyFor(segment: Segment, terms: Named, claimant: string | null): string {
  return formatKey({
    segment,
    symbol: terms.underlying ?? terms.symbol,
    series: terms.series,
    expiry: terms.expiry,
    strike: terms.strike,
    optionType: terms.optionType,
    claimant: terms.expiry === null && (segment === 'BSE' || terms.series === null) ? claimant : null,
  });
}
