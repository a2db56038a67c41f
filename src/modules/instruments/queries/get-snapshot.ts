import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { NotFound } from '../../../platform/errors';
import { Instruments } from '../instruments';
import { Moments, type Reading, type Times } from '../moments';
import type { Found } from './snapshots';
import { Snapshots } from './snapshots';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How the text names one instrument; null when it may be a symbol, which has no colon. */
export const lookupOf = (text: string): 'id' | 'key' | null => (uuid.test(text) ? 'id' : text.includes(':') ? 'key' : null);

/**
 * The one instrument that a key or an id names. A key means whoever has it at the moment; when no moment was named, whoever has it now,
 * else its last holder, else its next, else what was once known by it. @throws NotFound with a sentence that says when there was or will be one
 */
export class GetSnapshot extends Query<{ readonly instrument: Found; readonly reading: Reading }> {
  constructor(
    readonly keyOrId: string,
    readonly times: Times = {},
    readonly brokers = true,
  ) {
    super();
  }
}

@QueryHandler(GetSnapshot)
export class GetSnapshotHandler implements IQueryHandler<GetSnapshot> {
  constructor(
    private readonly moments: Moments,
    private readonly snapshots: Snapshots,
    private readonly instruments: Instruments,
  ) {}

  async execute({ keyOrId, times, brokers }: GetSnapshot) {
    // PostgreSQL keeps no text with one, so nothing has such a key.
    if (keyOrId.includes('\0')) throw new NotFound('No key and no id has a NUL character.');
    const reading = await this.moments.of(times);
    const by = lookupOf(keyOrId) ?? 'key';
    const [instrument] = await this.snapshots.find(by, [[0], [keyOrId]], reading, brokers);
    if (instrument) return { instrument, reading };
    throw new NotFound(await this.whyNot(by, keyOrId, reading));
  }

  private async whyNot(by: 'id' | 'key', keyOrId: string, reading: Reading): Promise<string> {
    // At the end of time or, knowing less, at any time: whoever had the name once says when.
    const ever = await this.snapshots.find(by, [[0], [keyOrId]], { ...reading, asked: false }, false);
    const then = reading.position === null ? '' : ' as it was known then';
    const instrument = ever[0];
    if (!instrument) return `No instrument has the ${by} ${keyOrId}${then}.`;
    const { state } = (await this.instruments.states([instrument.id], reading.position ?? undefined)).get(instrument.id) ?? {};
    const periods = state?.status === 'known' ? state.terms.filter(({ value }) => by === 'id' || value.key === keyOrId) : [];
    if (periods.length === 0) return `${keyOrId} is valid on no day${then}: what once had it is ${instrument.key}.`;
    const spans = joined(periods).map(({ from, to }) => (to === null ? `from ${from} on` : `from ${from} until before ${to}`));
    return `${keyOrId} is valid ${spans.join(', ')}${then}, not on ${reading.moment.day}.`;
  }
}

type Span = { readonly from: string; readonly to: string | null };

const joined = (spans: readonly Span[]): Span[] =>
  spans.reduce<Span[]>((all, { from, to }) => {
    const last = all.at(-1);
    return last?.to === from ? [...all.slice(0, -1), { from: last.from, to }] : [...all, { from, to }];
  }, []);
