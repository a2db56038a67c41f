import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { rename } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class RenameInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly symbol: string,
  ) {
    super();
  }
}

@CommandHandler(RenameInstrument)
export class RenameInstrumentHandler implements ICommandHandler<RenameInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, symbol }: RenameInstrument) {
    return this.change.of(target, (instrument, day) => rename(instrument, symbol, day));
  }
}
