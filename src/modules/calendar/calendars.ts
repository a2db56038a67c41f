import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database';
import { EventStore } from '../../platform/event-store/event-store';
import { Streams } from '../../platform/event-store/streams';
import type { Table } from '../../platform/event-store/table';
import { venueCalendar, type CalendarDay, type VenueCalendar } from './domain/calendar';
import { tradingDays, type TradingDays } from './domain/trading-time';
import { Venue, venueFacts } from './domain/venue';

export const calendarDays: Table<VenueCalendar> = {
  name: 'registry.calendar_days',
  columns: ['venue', 'day', 'name', 'open', 'close'],
  key: ['venue', 'day'],
  rows: (venue, _version, { days }) => days.map((day) => ({ venue, ...day })),
};

/** For rebuilding. */
export const calendarReadModel = { decider: venueCalendar, table: calendarDays };

/** The streams `calendar-<venue>`, and what they say of days. */
@Injectable()
export class Calendars extends Streams(venueCalendar, [calendarDays]) {
  constructor(
    store: EventStore,
    private readonly database: Database,
  ) {
    super(store);
  }

  /** When each venue trades, as it is known now. */
  async tradingDays(): Promise<Readonly<Record<Venue, TradingDays>>> {
    const rows = await this.database.query<CalendarDay & { venue: Venue }>({
      name: 'calendar-days',
      text: 'SELECT venue, day, name, open, close FROM registry.calendar_days',
    });
    const ofVenue = (venue: Venue) =>
      tradingDays(
        venueFacts[venue].session,
        rows.filter((row) => row.venue === venue),
      );
    return Object.fromEntries(Venue.options.map((venue) => [venue, ofVenue(venue)])) as Record<Venue, TradingDays>; // each of them
  }
}
