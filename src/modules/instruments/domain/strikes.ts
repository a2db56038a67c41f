import type { Decimal } from './values';

/** Strikes as whole numbers of their smallest place, so that distances are exact. */
function counted(decimals: readonly Decimal[]): { readonly numbers: readonly bigint[]; readonly places: number } {
  const places = Math.max(0, ...decimals.map((decimal) => decimal.split('.')[1]?.length ?? 0));
  const numbers = decimals.map((decimal) => {
    const [whole = '', fraction = ''] = decimal.split('.');
    return BigInt(whole + fraction.padEnd(places, '0'));
  });
  return { numbers, places };
}

/** The distance that most neighbours have, the smaller of two as common; null for fewer than two strikes. @param strikes in order */
export function stepOf(strikes: readonly Decimal[]): Decimal | null {
  const { numbers, places } = counted(strikes);
  const counts = new Map<bigint, number>();
  for (const [n, number] of numbers.entries()) {
    const next = numbers[n + 1];
    if (next !== undefined) counts.set(next - number, (counts.get(next - number) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort(([a, often], [b, oftener]) => oftener - often || (a < b ? -1 : 1));
  return commonest ? written(commonest[0], places) : null;
}

function written(number: bigint, places: number): Decimal {
  const digits = String(number).padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = digits.slice(point).replace(/0+$/, '');
  return fraction ? `${digits.slice(0, point)}.${fraction}` : digits.slice(0, point);
}

/** The place of the strike nearest to the price, the lower of two as near; null when there is no strike. @param strikes in order */
export function nearest(strikes: readonly Decimal[], price: Decimal): number | null {
  const { numbers } = counted([...strikes, price]);
  const spot = numbers.at(-1) ?? 0n;
  let best: { readonly place: number; readonly distance: bigint } | null = null;
  for (const [place, number] of numbers.slice(0, -1).entries()) {
    const distance = number > spot ? number - spot : spot - number;
    if (!best || distance < best.distance) best = { place, distance };
  }
  return best && best.place;
}
