import { z } from 'zod';
import { plainText } from '../../../platform/http/validation';
import { indexSymbol } from '../domain/index-aliases';
import { canonicalSymbol, formatKey } from '../domain/key';
import { Segment, segmentFacts, segments, segmentsOf } from '../domain/segment';
import { splitSeries } from '../domain/series';
import { Broker, Day, decimal, Isin, OptionType } from '../domain/values';
import type { Reading } from '../moments';
import type { Lookup } from './lookups';
import type { Snapshot } from './snapshot';

const text = plainText.trim().min(1, 'This is empty.').max(200, 'This is too long.');
const number = z.union([z.string(), z.number().nonnegative().transform(String)]);

/** What a caller knows of an instrument. All that is given must hold. */
export const Wanted = z.strictObject({
  symbol: text.optional().describe('Of a share or an index, with or without its series; with `expiry` of the underlying of a contract.'),
  segment: Segment.optional(),
  exchange: text.optional().describe('A MIC or a segment.'),
  isin: z.string().trim().toUpperCase().pipe(Isin).optional(),
  broker: Broker.optional(),
  token: z
    .union([text, z.int().nonnegative().transform(String)])
    .optional()
    .describe("What the broker's own API takes; with `segment` also the exchange token."),
  brokerSymbol: text.optional().describe("The broker's trading symbol."),
  key: text.optional(),
  id: z.uuid('An id is a UUID.').toLowerCase().optional(),
  expiry: Day.optional(),
  strike: number
    .transform((given, context) => {
      const strike = decimal(given);
      if (strike === null) context.addIssue('A strike is a number such as 24500 or 380.75.');
      return strike ?? z.NEVER;
    })
    .optional(),
  optionType: OptionType.optional(),
});
export type Wanted = z.infer<typeof Wanted>;

export type Question = Omit<Wanted, 'segment' | 'exchange'> & {
  /** By what it is looked up; the rest only has to hold. */
  readonly by: Lookup;
  /** Null: any. */
  readonly segments: readonly Segment[] | null;
  /** A text that may be a symbol is looked up as each of these. */
  readonly symbols: readonly string[];
};

/** The question, or a sentence that says why it is none. */
export function questionFrom({ segment, exchange, ...wanted }: Wanted): Question | string {
  const { broker, token, brokerSymbol, symbol, expiry, strike, optionType } = wanted;
  const venue = exchange === undefined ? null : segmentsOf(exchange);
  if (venue?.length === 0) return `exchange: ${exchange} is neither a MIC nor a segment of the registry.`;
  if (segment && venue && !venue.includes(segment)) return `segment: ${segment} is no segment of ${exchange}.`;
  if ((token ?? brokerSymbol) !== undefined && broker === undefined)
    return 'broker: a token or brokerSymbol means something only at its broker.';
  if (broker !== undefined && (token ?? brokerSymbol) === undefined) return 'token: with broker, give its token or brokerSymbol.';
  const symbols = symbol === undefined ? [] : spellings(symbol);
  if (symbols.length === 0 && symbol !== undefined) return `symbol: ${symbol} has no letter or digit.`;
  const question = { ...wanted, segments: segment ? [segment] : venue, symbols };
  if (wanted.id) return { ...question, by: 'id' };
  if (wanted.key) return { ...question, by: 'key' };
  if (token) return { ...question, by: question.segments?.length === 1 ? 'tokenInSegment' : 'token' };
  if (brokerSymbol) return { ...question, by: 'brokerSymbol' };
  if (wanted.isin) return { ...question, by: 'name' };
  if (!symbol) return 'Give symbol, isin, broker with token, broker with brokerSymbol, key or id.';
  if (expiry) return { ...question, by: 'contract' };
  if (strike ?? optionType) return 'expiry: a contract wants its expiry.';
  if (question.segments?.every((one) => segmentFacts[one].kind === 'derivatives'))
    return `expiry: contracts of ${exchange ?? segment} want their expiry.`;
  return { ...question, by: 'name' };
}

/** `Nifty 50` may be a symbol as it is, NIFTY by its alias, or, of a listing, a symbol with its series. */
function spellings(symbol: string): string[] {
  const canonical = canonicalSymbol(symbol);
  const names = [canonical, canonical && splitSeries(canonical).symbol, indexSymbol('NSE_INDEX', symbol), indexSymbol('BSE_INDEX', symbol)];
  return [...new Set(names.filter((name) => name !== null))];
}

export const derivatives = segments.filter((segment) => segmentFacts[segment].kind === 'derivatives');

/** The keys of the one contract in each segment that a question describes: an option with strike and side, else a future. */
export function contractKeys({ by, segments, symbols, expiry, strike, optionType }: Question): string[] {
  if (by !== 'contract' || !expiry || (strike === undefined) !== (optionType === undefined)) return [];
  return (segments ?? derivatives)
    .filter((segment) => segmentFacts[segment].kind === 'derivatives')
    .flatMap((segment) =>
      symbols.map((symbol) => formatKey({ segment, symbol, series: null, expiry, strike: strike ?? null, optionType: optionType ?? null })),
    );
}

/** Whether the instrument answers the question: every field that was given holds at the moment. */
export function answers(instrument: Snapshot, question: Question, { moment, asked }: Reading): boolean {
  const { segments: wanted, expiry, strike, optionType, isin, broker, token, brokerSymbol } = question;
  // Exchanges' test instruments are found by what is theirs alone.
  if (instrument.isTest && (question.by === 'name' || question.by === 'contract')) return false;
  if (wanted && !wanted.includes(instrument.segment)) return false;
  if (question.by !== 'id' && question.by !== 'key') {
    // A contract that is asked for by its expiry is found after it, too.
    const day = !asked && question.by === 'contract' && expiry && expiry < moment.day ? expiry : moment.day;
    if (instrument.from > day || (instrument.to !== null && instrument.to <= day)) return false;
  }
  if (question.id && instrument.id !== question.id) return false;
  if (expiry && instrument.expiry !== expiry) return false;
  if (strike && instrument.strike !== strike) return false;
  if (optionType && instrument.optionType !== optionType) return false;
  if (isin && instrument.isin !== isin) return false;
  if (question.by === 'name' && instrument.expiry !== null) return false;
  if (question.symbols.length > 0 && !hasSymbol(instrument, question)) return false;
  if (!broker || !instrument.brokers) return true;
  return instrument.brokers.some(
    (mapping) =>
      mapping.broker === broker &&
      (brokerSymbol === undefined || mapping.symbol === brokerSymbol) &&
      (token === undefined ||
        mapping.token === token ||
        (wanted?.length === 1 && mapping.segment === wanted[0] && mapping.exchangeToken === token)),
  );
}

function hasSymbol({ segment, symbol, series, underlying, expiry }: Snapshot, { symbols, symbol: asked = '' }: Question): boolean {
  const [canonical = ''] = symbols;
  if (expiry !== null) return symbols.includes(underlying ?? symbol);
  if (segmentFacts[segment].kind === 'index') return symbol === canonical || symbol === indexSymbol(segment, asked);
  if (symbol === canonical) return true;
  const listing = splitSeries(canonical);
  return (
    segment === 'NSE' &&
    listing.series !== null &&
    symbol === listing.symbol &&
    (series === listing.series || (series === null && listing.series === 'EQ'))
  );
}

const shareSeries = new Set(['EQ', 'BE', 'BZ', 'SM', 'ST', 'SZ']);

/**
 * Of one symbol's listings on an exchange the one with the plain key is meant, else the share, and of these what is traded: a share that
 * moved to another series is suspended in the first one. Its bonds are asked for by their series.
 */
function place({ segment, key, symbol, series, suspended }: Snapshot): number {
  if (segment !== 'NSE' && segment !== 'BSE') return 0;
  const kind = key === `${segment}:${symbol}` ? 0 : series !== null && shareSeries.has(series) ? 1 : 4;
  return suspended && kind < 2 ? kind + 2 : kind;
}

/** What is meant among everything that answers. */
export function meant<Answer extends Snapshot>(answers: readonly Answer[], question: Question): Answer[] {
  if (question.by === 'contract' && !question.strike && !question.optionType) {
    const futures = answers.filter(({ strike }) => strike === null);
    return futures.length > 0 ? futures : [...answers];
  }
  if (question.by !== 'name' || question.isin) return [...answers];
  return answers.filter((one) => !answers.some((other) => other.segment === one.segment && place(other) < place(one)));
}
