import { answers, compareTexts, contractKeys, derivatives, meant, type Question, type Segment, type Snapshot } from '../../instruments';
import type { Catalogue } from './catalogue';

/** Contracts on one underlying that a question without strike and side looks through at most; as many as the SQL does. */
const mostContracts = 101;

type Moment = Parameters<typeof answers>[2]['moment'];

/**
 * What the question means now, by the rules and in the order of the SQL path (instruments/queries/resolver.ts); null when something that is
 * not live may be meant: a contract after its expiry, the last holder of a key, a former symbol.
 * @param moment on the catalogue's day
 */
export function matchesOf(catalogue: Catalogue, question: Question, moment: Moment, brokers = true): Snapshot[] | null {
  const { by, expiry, strike, optionType, symbols, isin } = question;
  if (by === 'contract' && expiry && expiry < moment.day) return null;
  const reading = { moment, asked: false, position: null };
  const answering = (rows: readonly number[]) =>
    [...new Set(rows)]
      .map((row) => catalogue.snapshot(row, brokers))
      .filter((instrument) => answers(instrument, question, reading))
      .sort((a, b) => compareTexts(a.key, b.key));
  const rows = candidates(catalogue, question);
  if (rows.length === 0 && (by === 'id' || by === 'key')) return null;
  let found = answering(rows);
  if (found.length === 0 && by === 'contract' && !(strike && optionType)) found = answering(contracts(catalogue, question));
  if (found.length === 0 && by === 'name' && symbols.length > 0 && !isin) return null;
  return meant(found, question);
}

function candidates(catalogue: Catalogue, question: Question): number[] {
  const { by, segments, symbols, isin, broker = '', token = '', brokerSymbol = '' } = question;
  const held = (kind: 'id' | 'key', names: readonly string[]) => names.flatMap((name) => catalogue.holder(kind, name) ?? []);
  switch (by) {
    case 'id':
      return held('id', [question.id ?? '']);
    case 'key':
      return held('key', [question.key ?? '']);
    case 'contract':
      return held('key', contractKeys(question));
    case 'token':
      return catalogue.mapped('token', broker, token, segments);
    case 'tokenInSegment':
      return [...catalogue.mapped('token', broker, token, segments), ...catalogue.mapped('exchangeToken', broker, token, segments)];
    case 'brokerSymbol':
      return catalogue.mapped('symbol', broker, brokerSymbol, segments);
    case 'name': {
      const named = isin ? catalogue.named('isin', isin) : symbols.flatMap((symbol) => catalogue.named('symbol', symbol));
      return named.filter((row) => segments === null || segments.includes(catalogue.segmentOf(row)));
    }
    case 'formerSymbol':
      return [];
  }
}

/** All contracts on the underlying that expire on the day, where no single one is named. */
function contracts(catalogue: Catalogue, { segments, symbols, expiry = '', strike, optionType }: Question): number[] {
  const of = (symbol: string, segment: Segment) => catalogue.contracts(segment, symbol).get(expiry) ?? [];
  return symbols.flatMap((symbol) =>
    (segments ?? derivatives)
      .flatMap((segment) => of(symbol, segment))
      .map((row) => ({ row, contract: catalogue.snapshot(row, false) }))
      .filter(({ contract }) => (!strike || contract.strike === strike) && (!optionType || contract.optionType === optionType))
      .sort((a, b) => compareTexts(a.contract.key, b.contract.key))
      .slice(0, mostContracts)
      .map(({ row }) => row),
  );
}
