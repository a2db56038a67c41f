import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { remove } from '../domain/schedule';
import { Schedules } from '../schedules';

/** @throws NotFound */
export class RemoveSchedule extends Command<void> {
  constructor(readonly broker: string) {
    super();
  }
}

@CommandHandler(RemoveSchedule)
export class RemoveScheduleHandler implements ICommandHandler<RemoveSchedule> {
  constructor(private readonly schedules: Schedules) {}

  async execute({ broker }: RemoveSchedule) {
    await this.schedules.change(broker, (schedule) => remove(schedule, broker, new Date().toISOString()));
  }
}
