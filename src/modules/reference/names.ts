import type { QueryBus } from '@nestjs/cqrs';
import { Invalid, NotFound } from '../../platform/errors';
import { canonicalSymbol, GetInstrument, indexSymbol, parseKey, type Times } from '../instruments';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The key that an id has at the moment; a key is itself, a symbol is null. Keys of lists need no instrument. @throws NotFound */
async function keyOf(name: string, queries: QueryBus, times: Times): Promise<string | null> {
  if (uuid.test(name)) return (await queries.execute(new GetInstrument(name, times))).key;
  return name.includes(':') ? name : null;
}

/** The symbol of an underlying of NSE's contracts, by its key, its id or itself. @throws NotFound when NSE has no contracts on it */
export async function underlyingNamed(name: string, queries: QueryBus, times: Times): Promise<string> {
  const key = await keyOf(name, queries, times);
  if (key === null) return canonicalSymbol(name) ?? name;
  const { segment, symbol } = parseKey(key) ?? { segment: '', symbol: '' };
  if (segment === 'NSE' || segment === 'NSE_INDEX') return symbol;
  throw new NotFound(`${name} is no underlying of NSE's contracts: give a symbol, or a key such as NSE_INDEX:NIFTY or NSE:RELIANCE.`);
}

/** The key of an index by its id, its key, its symbol or its name: `NSE_INDEX:NIFTY`, `NIFTY`, `Nifty 50`. @throws NotFound */
export async function indexNamed(name: string, queries: QueryBus, times: Times): Promise<string> {
  const key = await keyOf(name, queries, times);
  if (key === null) return indexKeyOf(name);
  if (parseKey(key)?.segment.endsWith('_INDEX')) return key;
  throw new NotFound(`${name} is no index: give a symbol, or a key such as NSE_INDEX:NIFTY.`);
}

/** The key of the index of NSE that a file is of. @throws Invalid */
export function indexKeyOf(name: string): string {
  const symbol = indexSymbol('NSE_INDEX', name.replace(/^NSE_INDEX:/, ''));
  if (symbol !== null) return `NSE_INDEX:${symbol}`;
  throw new Invalid('index: Give an index of NSE, such as NIFTY.', [{ path: 'index', message: 'Give an index of NSE, such as NIFTY.' }]);
}
