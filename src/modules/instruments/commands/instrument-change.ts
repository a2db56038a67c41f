import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { codeOf } from '../../../platform/error-code';
import { Refused } from '../../../platform/errors';
import type { Outcome } from '../../../platform/event-store/streams';
import type { Instrument, InstrumentEvent } from '../domain/instrument';
import type { Day } from '../domain/values';
import { Instruments } from '../instruments';
import { Moments } from '../moments';
import { GetSnapshot } from '../queries/get-snapshot';

/** What every change of an instrument says beside what it changes. */
export type Target = {
  readonly keyOrId: string;
  /** Default: today, by the market clock. */
  readonly validFrom?: Day | undefined;
  /** The version that the caller has seen (If-Match). */
  readonly expected?: number | undefined;
};

/** Finds the instrument that is meant and carries out the decision. */
@Injectable()
export class InstrumentChange {
  constructor(
    private readonly queries: QueryBus,
    private readonly moments: Moments,
    private readonly instruments: Instruments,
  ) {}

  /** @throws NotFound, Refused, Stale */
  async of({ keyOrId, validFrom, expected }: Target, decide: (state: Instrument, day: Day) => InstrumentEvent[]): Promise<Outcome> {
    const { instrument } = await this.queries.execute(new GetSnapshot(keyOrId, {}, false));
    const day = validFrom ?? (await this.moments.today());
    return refusingClashes(() => this.instruments.change(instrument.id, (state) => decide(state, day), expected));
  }
}

/** The database keeps a key to one instrument at any instant, whoever else writes at the same time. */
export async function refusingClashes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // 23P01: exclusion violation
    if (codeOf(error) === '23P01')
      throw new Refused('The key that this gives belongs to another instrument at that time.', { cause: error });
    throw error;
  }
}
