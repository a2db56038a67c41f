// What other modules may use. Everything else in this folder is private.
export { scheduleReadModel } from './schedules';
export { SchedulesModule } from './schedules.module';
