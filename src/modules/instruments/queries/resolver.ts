import { Injectable } from '@nestjs/common';
import { counter } from '../../../platform/observability/metrics';
import type { Reading } from '../moments';
import type { Lookup } from './lookups';
import { answers, contractKeys, derivatives, meant, type Question } from './question';
import { Snapshots, type Questions } from './snapshots';
import type { Snapshot } from './snapshot';

const lookups = counter({
  name: 'lookups_total',
  help: 'Questions about instruments, by what was given and what came of it.',
  labels: ['kind', 'outcome'],
});

/** Matches that one question is answered with at most. */
export const mostMatches = 100;

export type Matches = { readonly matches: readonly Snapshot[]; readonly truncated: boolean };

/** The first of them, and whether there are more. */
export function counted({ by }: Question, matches: readonly Snapshot[]): Matches {
  lookups.inc({ kind: by, outcome: matches.length === 0 ? 'not_found' : matches.length === 1 ? 'found' : 'ambiguous' });
  return { matches: matches.slice(0, mostMatches), truncated: matches.length > mostMatches };
}

type Asked = { readonly n: number; readonly question: Question };

/** Answers questions about instruments in sets: one statement for each way of looking up, however many there are. */
@Injectable()
export class Resolver {
  constructor(private readonly snapshots: Snapshots) {}

  /** Aligned with the questions; null in, null out. */
  async resolve(questions: readonly (Question | null)[], reading: Reading, brokers = true): Promise<(Matches | null)[]> {
    const found = new Map<number, Snapshot[]>();
    const asked = questions.flatMap((question, n): Asked[] => (question ? [{ n, question }] : []));
    const look = async (by: Lookup, some: readonly Asked[]) => {
      if (some.length === 0) return;
      for (const { n, ...snapshot } of await this.snapshots.find(by, columns(by, some), reading, brokers)) {
        const question = questions[n];
        if (!question || !answers(snapshot, by === 'formerSymbol' ? { ...question, symbols: [] } : question, reading)) continue;
        const before = found.get(n);
        if (!before) found.set(n, [snapshot]);
        else if (!before.some(({ id }) => id === snapshot.id)) before.push(snapshot);
      }
    };
    const of = (by: Lookup) => asked.filter(({ question }) => question.by === by);
    const contracts = of('contract');
    const named = contracts.filter(({ question }) => contractKeys(question).length > 0);
    await Promise.all([
      ...(['id', 'name', 'token', 'tokenInSegment', 'brokerSymbol'] as const).map((by) => look(by, of(by))),
      look('key', [...of('key'), ...named]),
    ]);
    await look(
      'contract',
      contracts.filter(({ n, question }) => !found.has(n) && !(question.strike && question.optionType)),
    );
    // A name that nobody has today leads to whoever had it last. On a day that was asked for, a name means what it meant then.
    if (!reading.asked)
      await look(
        'formerSymbol',
        of('name').filter(({ n, question }) => !found.has(n) && question.symbols.length > 0 && !question.isin),
      );
    return questions.map((question, n) => {
      if (!question) return null;
      const matches = meant(found.get(n) ?? [], question);
      return counted(question, matches);
    });
  }
}

/** The questions as the arrays that the lookup's statement takes; one question may stand in several rows. */
function columns(by: Lookup, asked: readonly Asked[]): Questions {
  const rows = asked.flatMap(({ n, question }): unknown[][] => {
    const { id, key, isin, broker, token, brokerSymbol, symbols, expiry, strike, optionType } = question;
    const segments = (question.segments ?? []).join(',');
    switch (by) {
      case 'id':
        return [[n, id]];
      case 'key':
        return question.by === 'key' ? [[n, key]] : contractKeys(question).map((contract) => [n, contract]);
      case 'name':
        return isin ? [[n, 'isin', isin, segments]] : symbols.map((symbol) => [n, 'symbol', symbol, segments]);
      case 'formerSymbol':
        return symbols.map((symbol) => [n, symbol, segments]);
      case 'token':
      case 'tokenInSegment':
        return [[n, broker, token, segments]];
      case 'brokerSymbol':
        return [[n, broker, brokerSymbol, segments]];
      case 'contract':
        return symbols.map((symbol) => [n, segments || derivatives.join(','), symbol, expiry, strike ?? null, optionType ?? null]);
    }
  });
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
}
