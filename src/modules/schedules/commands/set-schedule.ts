import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { zoneOf } from '../../calendar';
import { Sources } from '../../ingestion';
import { momentOf } from '../../instruments';
import { set, type Plan } from '../domain/schedule';
import { Schedules } from '../schedules';

/** It holds from now on: a time of today that has passed is not caught up with. @throws NotFound, Invalid when the broker has no address */
export class SetSchedule extends Command<void> {
  constructor(
    readonly broker: string,
    readonly plan: Plan,
  ) {
    super();
  }
}

@CommandHandler(SetSchedule)
export class SetScheduleHandler implements ICommandHandler<SetSchedule> {
  constructor(
    private readonly schedules: Schedules,
    private readonly sources: Sources,
  ) {}

  async execute({ broker, plan }: SetSchedule) {
    this.sources.ofBroker(broker);
    await this.schedules.change(broker, (schedule) => set(schedule, plan, momentOf(new Date(), zoneOf(plan.venue))));
  }
}
