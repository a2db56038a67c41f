import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { suspend } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class SuspendInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly reason: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(SuspendInstrument)
export class SuspendInstrumentHandler implements ICommandHandler<SuspendInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, reason }: SuspendInstrument) {
    return this.change.of(target, (instrument, day) => suspend(instrument, reason, day));
  }
}
