import type { Query } from './api';

export type Hints = { readonly segment?: string; readonly broker?: string };

/** What somebody may mean by `text`, the likeliest first: queries of GET /resolve. A bare number is a token of a broker that is not named. */
export function guesses(text: string, { segment, broker }: Hints = {}): Query[] {
  const where = segment === undefined ? {} : { segment: segment.toUpperCase() };
  const upper = text.toUpperCase();
  const ofBroker = (name: string, token: string): Query[] => [
    { broker: name, token, ...where },
    { broker: name, brokerSymbol: token, ...where },
  ];
  if (broker !== undefined) return ofBroker(broker, text);
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return [{ id: text.toLowerCase() }];
  if (/^[A-Z]{2}[A-Z0-9]{9}[0-9]$/.test(upper)) return [{ isin: upper, ...where }];
  const [, prefix = '', rest = ''] = /^([^:|]+):(.+)$/.exec(text) ?? [];
  const asKey: Query[] = [
    { key: upper },
    ...(prefix && !rest.includes(':') ? [{ symbol: rest.toUpperCase(), segment: prefix.toUpperCase() }] : []),
  ];
  // Brokers are written small, segments large.
  if (prefix && prefix === prefix.toLowerCase()) return [...ofBroker(prefix, rest), ...asKey];
  if (prefix) return asKey;
  if (text.includes('|')) return ofBroker('upstox', text);
  return [{ symbol: upper, ...where }];
}

export const isBareToken = (text: string, { broker }: Hints = {}) => broker === undefined && /^\d+$/.test(text);
