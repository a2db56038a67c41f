import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { CannotStart } from '../../platform/cannot-start';
import { Config } from '../../platform/config';
import { adapters } from './adapters';
import { defaultLimits, limitsOf, LimitText, type Limit, type LimitOf } from './domain/limits';

/** The limits of the gates: the defaults, and what INSTRUMENT_REGISTRY_GATES says differently. */
@Injectable()
export class GateLimits {
  private readonly limits: readonly Limit[];

  /** @throws CannotStart when the setting makes no sense */
  constructor({ gates }: Config) {
    const told = z.array(LimitText).safeParse(gates);
    if (!told.success) throw new CannotStart(`INSTRUMENT_REGISTRY_GATES has ${told.error.issues[0]?.message}.`);
    const unknown = told.data.find(({ broker }) => broker !== null && !adapters.some((one) => one.broker === broker));
    if (unknown)
      throw new CannotStart(
        `INSTRUMENT_REGISTRY_GATES names the broker ${unknown.broker}, which is not there: it is one of ${adapters.map(({ broker }) => broker).join(', ')}.`,
      );
    this.limits = [...defaultLimits, ...told.data];
  }

  of(broker: string): LimitOf {
    return limitsOf(broker, this.limits);
  }
}
