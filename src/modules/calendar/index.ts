// What other modules may use. Everything else in this folder is private.
export { CalendarModule } from './calendar.module';
export { Calendars, calendarReadModel } from './calendars';
export { Time } from './domain/calendar';
export { minutesADay, sessionOn, tradingDayFrom, tradingMinutes } from './domain/trading-time';
export type { TradingDays } from './domain/trading-time';
export { Venue, venueFacts, venueOf, zoneOf } from './domain/venue';
