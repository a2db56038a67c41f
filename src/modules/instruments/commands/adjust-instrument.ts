import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { adjust, type Adjustment } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class AdjustInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly adjustment: Adjustment,
  ) {
    super();
  }
}

@CommandHandler(AdjustInstrument)
export class AdjustInstrumentHandler implements ICommandHandler<AdjustInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, adjustment }: AdjustInstrument) {
    return this.change.of(target, (instrument, day) => adjust(instrument, adjustment, day));
  }
}
