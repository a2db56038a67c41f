import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { NotFound } from '../../platform/errors';
import { HotRoutes, type Hot, type HotAnswer } from '../../platform/http/hot-routes';
import { brokerTokenOf, MeaningQuery, onlyMeaning } from '../brokers';
import {
  answerOf,
  asked,
  Broker,
  counted,
  InstrumentQuery,
  lookupOf,
  needsBrokers,
  questionFrom,
  questionsOf,
  ResolveBody,
  ResolveQuery,
  Resolver,
  shown,
  TimesQuery,
  versionOf,
  type Matches,
  type Question,
  type ShownInstrument,
} from '../instruments';
import { matchesOf } from './domain/matches';
import { LiveCatalogue, type View } from './live-catalogue';

type Times = { readonly asOf?: unknown; readonly knownAt?: unknown };
const isNow = ({ asOf, knownAt }: Times) => asOf === undefined && knownAt === undefined;

type Shown = { readonly version: number };

/** The reads that are asked for thousands of times a second, from memory: each as its controller answers it, at the present only. */
@Injectable()
export class HotAnswers implements OnModuleInit {
  constructor(
    private readonly live: LiveCatalogue,
    private readonly resolver: Resolver,
    private readonly routes: HotRoutes,
  ) {}

  onModuleInit() {
    this.routes.onWrite((position) => this.live.tell(position));
    this.routes.add('GET /api/v1/resolve', (request, atLeast) => this.resolve(request, atLeast));
    this.routes.add('POST /api/v1/resolve', (request, atLeast) => this.resolveMany(request, atLeast));
    this.routes.add('GET /api/v1/instruments/:key', this.versioned(instrument));
    this.routes.add('GET /api/v1/brokers/:broker/tokens/:key', this.versioned(token));
    this.routes.add('GET /api/v1/brokers/:broker/instruments/:token', this.versioned(meaning));
  }

  private resolve(request: FastifyRequest, atLeast: number): HotAnswer | null {
    const wanted = ResolveQuery.safeParse(request.query);
    const view = wanted.success && isNow(wanted.data) ? this.live.now(atLeast) : null;
    if (!view || !wanted.data) return null;
    const question = questionFrom(wanted.data);
    const found = typeof question === 'string' ? null : matches(view, question);
    return found && { payload: JSON.stringify(shownFrom(found, view)), position: view.position };
  }

  /** What memory cannot tell is asked of the database, in one go. */
  private async resolveMany(request: FastifyRequest, atLeast: number): Promise<HotAnswer | null> {
    const body = ResolveBody.safeParse(request.body);
    const view = body.success && isNow(body.data) ? this.live.now(atLeast) : null;
    if (!view || !body.data) return null;
    const { catalogue, moment, position } = view;
    const { items, fields } = body.data;
    const questions = questionsOf(items);
    const brokers = needsBrokers(questions, fields);
    const found = questions.map((question) => {
      const inMemory = typeof question === 'string' ? null : matchesOf(catalogue, question, moment, brokers);
      return inMemory && typeof question !== 'string' ? counted(question, inMemory) : null;
    });
    const others = questions.map((question, n) => (found[n] ? null : asked(question)));
    const later = others.some((question) => question !== null)
      ? await this.resolver.resolve(others, { moment, asked: false, position: null }, brokers)
      : [];
    const all = found.map((inMemory, n): Matches | null => inMemory ?? later[n] ?? null);
    return { payload: JSON.stringify(answerOf(questions, all, fields, moment)), position };
  }

  /** One thing, with its ETag. */
  private versioned(answer: (view: View, request: FastifyRequest) => Shown | null): Hot {
    return (request, atLeast) => {
      const view = this.live.now(atLeast);
      const found = view && answer(view, request);
      return found && { payload: JSON.stringify(found), position: view.position, etag: `"${versionOf(found)}"` };
    };
  }
}

/** @throws NotFound when nothing can answer, live or not */
function matches({ catalogue, moment }: View, question: Question): Matches | null {
  const found = matchesOf(catalogue, question, moment);
  if (found?.length === 0) throw new NotFound(`No instrument answers to this on ${moment.day}.`);
  return found && counted(question, found);
}

const shownFrom = ({ matches, truncated }: Matches, { moment }: View) => ({
  matches: matches.map((match) => shown(match, moment)),
  truncated,
});

function instrumentNamed({ catalogue, moment }: View, name: string): ShownInstrument | null {
  const by = lookupOf(name) ?? 'key';
  const row = catalogue.holder(by, by === 'id' ? name.toLowerCase() : name);
  return row === null ? null : shown(catalogue.snapshot(row), moment);
}

type Named = { readonly key: string; readonly broker: string; readonly token: string };
/** Of a route whose template has these names. */
const named = ({ params }: FastifyRequest) => params as Named;

function instrument(view: View, request: FastifyRequest): ShownInstrument | null {
  const wanted = InstrumentQuery.safeParse(request.query);
  if (!wanted.success || !isNow(wanted.data) || wanted.data.include?.includes('history')) return null;
  return instrumentNamed(view, named(request).key);
}

function token(view: View, request: FastifyRequest) {
  const wanted = TimesQuery.safeParse(request.query);
  const broker = Broker.safeParse(named(request).broker);
  const found = wanted.success && isNow(wanted.data) && broker.success ? instrumentNamed(view, named(request).key) : null;
  return found && broker.success ? brokerTokenOf(found, broker.data, {}) : null;
}

function meaning(view: View, request: FastifyRequest): ShownInstrument | null {
  const wanted = MeaningQuery.safeParse(request.query);
  if (!wanted.success || !isNow(wanted.data)) return null;
  const { broker, token } = named(request);
  const { segment } = wanted.data;
  const asked = Broker.safeParse(broker).success ? questionFrom({ broker, token, segment }) : '';
  const found = typeof asked === 'string' ? null : matches(view, asked);
  return found && onlyMeaning(shownFrom(found, view).matches, { broker, token, segment });
}
