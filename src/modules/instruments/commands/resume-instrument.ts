import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome } from '../../../platform/event-store/streams';
import { resume } from '../domain/life-cycle';
import { InstrumentChange, type Target } from './instrument-change';

export class ResumeInstrument extends Command<Outcome> {
  constructor(
    readonly target: Target,
    readonly reason: string | undefined,
  ) {
    super();
  }
}

@CommandHandler(ResumeInstrument)
export class ResumeInstrumentHandler implements ICommandHandler<ResumeInstrument> {
  constructor(private readonly change: InstrumentChange) {}

  execute({ target, reason }: ResumeInstrument) {
    return this.change.of(target, (instrument, day) => resume(instrument, reason, day));
  }
}
