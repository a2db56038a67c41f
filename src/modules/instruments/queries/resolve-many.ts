import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { instrumentExample } from '../examples';
import type { Moment } from '../market-clock';
import { AsOf, KnownAt, Moments } from '../moments';
import { questionFrom, Wanted, type Question } from './question';
import { Resolver, type Matches } from './resolver';
import { shown, ShownInstrument, type ShownInstrument as Instrument } from './shown-instrument';

const members = Object.keys(ShownInstrument.shape);
const Field = z
  .string()
  .refine(
    (field) => members.includes(field) || /^broker:[a-z][a-z0-9-]{1,31}$/.test(field),
    "Give members of an instrument, or a broker's mapping such as broker:kite.",
  );

export const ResolveBody = z
  .strictObject({
    asOf: AsOf.optional(),
    knownAt: KnownAt.optional(),
    // Each item is judged on its own: a bad one is answered as invalid and does not spoil the others.
    items: z.array(z.unknown()).min(1, 'Give 1 to 10,000 items.').max(10_000, 'Give 1 to 10,000 items.'),
    fields: z.array(Field).min(1).max(50).optional(),
  })
  .meta({
    examples: [
      {
        asOf: '2026-01-07',
        items: [{ broker: 'kite', token: '738561' }, { key: 'NSE_INDEX:NIFTY' }],
        fields: ['id', 'key', 'lotSize', 'broker:upstox'],
      },
    ],
  });
export type ResolveBody = z.output<typeof ResolveBody>;

const { id, key, lotSize } = instrumentExample;
export const ResolveAnswer = z
  .object({
    results: z.array(
      z.object({
        status: z.enum(['found', 'ambiguous', 'not_found', 'invalid']),
        matches: z.array(ShownInstrument.partial()),
        truncated: z.boolean().optional(),
        error: z.string().optional(),
      }),
    ),
  })
  .meta({
    examples: [
      {
        results: [
          { status: 'found', matches: [{ id, key, lotSize }] },
          { status: 'not_found', matches: [] },
        ],
      },
    ],
  });
export type ResolveAnswer = z.infer<typeof ResolveAnswer>;
type Result = ResolveAnswer['results'][number];

/** Up to 10,000 questions, answered in their order. */
export class ResolveMany extends Query<ResolveAnswer> {
  constructor(readonly body: ResolveBody) {
    super();
  }
}

@QueryHandler(ResolveMany)
export class ResolveManyHandler implements IQueryHandler<ResolveMany> {
  constructor(
    private readonly moments: Moments,
    private readonly resolver: Resolver,
  ) {}

  async execute({ body: { asOf, knownAt, items, fields } }: ResolveMany) {
    const reading = await this.moments.of({ asOf, knownAt });
    const questions = questionsOf(items);
    const found = await this.resolver.resolve(questions.map(asked), reading, needsBrokers(questions, fields));
    return answerOf(questions, found, fields, reading.moment);
  }
}

type MaybeQuestion = Question | string;

/** Each item as a question, or the sentence that says why it is none. */
export const questionsOf = (items: readonly unknown[]): MaybeQuestion[] => items.map(understood);
export const asked = (question: MaybeQuestion): Question | null => (typeof question === 'string' ? null : question);

/** Whether mappings are asked for, or have to be looked at. */
export const needsBrokers = (questions: readonly MaybeQuestion[], fields: ResolveBody['fields']): boolean =>
  projection(fields).brokers || questions.some((question) => typeof question !== 'string' && question.broker !== undefined);

/** @param found aligned with the questions */
export function answerOf(
  questions: readonly MaybeQuestion[],
  found: readonly (Matches | null)[],
  fields: ResolveBody['fields'],
  moment: Moment,
): ResolveAnswer {
  const show = projection(fields);
  const results = questions.map((question, index): Result => {
    if (typeof question === 'string') return { status: 'invalid', matches: [], error: question };
    return result(found[index] ?? { matches: [], truncated: false }, moment.day, (match) => show.of(shown(match, moment)));
  });
  return { results };
}

function understood(item: unknown): MaybeQuestion {
  const wanted = Wanted.safeParse(item);
  if (wanted.success) return questionFrom(wanted.data);
  const issue = wanted.error.issues[0];
  const place = issue?.path.join('.');
  return `${place ? `${place}: ` : ''}${issue?.message ?? 'This item cannot be used.'}`;
}

function result({ matches, truncated }: Matches, day: string, show: (match: Matches['matches'][number]) => Partial<Instrument>): Result {
  if (matches.length === 0) return { status: 'not_found', matches: [], error: `No instrument answers to this on ${day}.` };
  if (matches.length === 1) return { status: 'found', matches: matches.map(show) };
  return {
    status: 'ambiguous',
    matches: matches.map(show),
    ...(truncated && { truncated }),
    error: `${matches.length}${truncated ? ' and more' : ''} instruments answer to this.`,
  };
}

/** All of an instrument, or the members asked for; `broker:kite` keeps that broker's mapping among `brokers`. */
function projection(fields: readonly string[] | undefined): {
  readonly brokers: boolean;
  readonly of: (instrument: Instrument) => Partial<Instrument>;
} {
  if (!fields) return { brokers: true, of: (instrument) => instrument };
  const named = fields.filter((field) => !field.startsWith('broker:')) as (keyof Instrument)[]; // Field lets nothing else through
  const brokers = fields.flatMap((field) => (field.startsWith('broker:') ? [field.slice(7)] : []));
  return {
    brokers: brokers.length > 0 || named.includes('brokers'),
    of: (instrument) => ({
      ...Object.fromEntries(named.map((field) => [field, instrument[field]])),
      ...(brokers.length > 0 && !named.includes('brokers')
        ? { brokers: instrument.brokers?.filter(({ broker }) => brokers.includes(broker)) ?? [] }
        : {}),
    }),
  };
}
