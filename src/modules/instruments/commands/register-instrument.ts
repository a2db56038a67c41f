import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Invalid } from '../../../platform/errors';
import type { Outcome } from '../../../platform/event-store/streams';
import { register } from '../domain/life-cycle';
import { Instruments } from '../instruments';
import { Moments } from '../moments';
import type { NewInstrument } from '../new-instrument';
import { securityOf } from '../security';
import { refusingClashes } from './instrument-change';

export class RegisterInstrument extends Command<Outcome & { readonly id: string }> {
  constructor(
    readonly instrument: NewInstrument,
    readonly id: string = uuidv7(),
  ) {
    super();
  }
}

@CommandHandler(RegisterInstrument)
export class RegisterInstrumentHandler implements ICommandHandler<RegisterInstrument> {
  constructor(
    private readonly instruments: Instruments,
    private readonly moments: Moments,
  ) {}

  async execute({ id, instrument: { validFrom, ...terms } }: RegisterInstrument) {
    const begins = validFrom ?? (await this.moments.today());
    if (terms.expiry !== null && terms.expiry < begins) {
      const message = `The contract was over on ${terms.expiry}, and today is ${begins}: give the day from which it was listed.`;
      throw new Invalid(`validFrom: ${message}`, [{ path: 'validFrom', message }]);
    }
    const registration = { ...terms, validFrom: begins, securityId: securityOf(terms.isin) };
    return { id, ...(await refusingClashes(() => this.instruments.change(id, (state) => register(state, registration)))) };
  }
}
