import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { delist } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class DelistInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly reason: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(DelistInstrument)
export class DelistInstrumentHandler implements ICommandHandler<DelistInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, reason }: DelistInstrument) {
    return this.change.of(target, (instrument, day) => delist(instrument, reason, day));
  }
}
