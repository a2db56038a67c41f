import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database } from '../../../platform/database/database';
import { MarketClock, momentIn } from '../../instruments';
import { Calendars } from '../calendars';
import { load, type CalendarDay, type Expiring } from '../domain/calendar';
import { venueFacts, zoneOf, type Venue } from '../domain/venue';

/** The days of a list replace what was known of its years. Answers how many live contracts contradict it. @throws Refused */
export class LoadCalendar extends Command<{ readonly contradictions: number }> {
  constructor(
    readonly venue: Venue,
    readonly days: readonly CalendarDay[],
    readonly accepted: boolean,
  ) {
    super();
  }
}

@CommandHandler(LoadCalendar)
export class LoadCalendarHandler implements ICommandHandler<LoadCalendar> {
  constructor(
    private readonly calendars: Calendars,
    private readonly database: Database,
    private readonly clock: MarketClock,
  ) {}

  async execute({ venue, days, accepted }: LoadCalendar) {
    const expiring = await this.expiring(venue, days);
    await this.calendars.change(venue, (state) => load(state, days, expiring, accepted));
    return { contradictions: expiring.reduce((sum, { contracts }) => sum + contracts, 0) };
  }

  private async expiring(venue: Venue, days: readonly CalendarDay[]): Promise<Expiring[]> {
    const today = momentIn(zoneOf(venue), await this.clock.now()).day;
    return this.database.query<Expiring>({
      text: `SELECT t.expiry AS day, count(*)::int AS contracts FROM registry.lot_sizes t
             WHERE t.segment = ANY($1) AND t.expiry = ANY($2::date[]) AND t.expiry >= $3
               AND t.valid_from <= $3 AND (t.valid_to IS NULL OR t.valid_to > $3)
             GROUP BY t.expiry ORDER BY t.expiry`,
      values: [venueFacts[venue].segments, days.flatMap(({ day, open }) => (open === null ? day : [])), today],
    });
  }
}
