import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { amendTerms, type Amendment } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class AmendInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly terms: Amendment,
  ) {
    super();
  }
}

@CommandHandler(AmendInstrument)
export class AmendInstrumentHandler implements ICommandHandler<AmendInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, terms }: AmendInstrument) {
    return this.change.of(target, (instrument, day) => amendTerms(instrument, terms, day));
  }
}
