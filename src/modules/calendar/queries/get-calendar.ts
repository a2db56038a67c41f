import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Day, MarketClock, momentIn } from '../../instruments';
import { Calendars } from '../calendars';
import { Time, yearOf } from '../domain/calendar';
import { Venue, venueFacts, zoneOf } from '../domain/venue';

const Session = z.object({ open: Time, close: Time });

/** Days of a year that depart from the week: closed ones, and those with hours of their own. */
export const ShownCalendar = z
  .object({
    venue: Venue,
    segments: z.array(z.string()),
    zone: z.string().describe('Whose clocks tell its days and hours.'),
    session: Session.describe('The hours of an ordinary day, Monday to Friday.'),
    year: z.int(),
    loaded: z.boolean().describe('False: no list of this year was loaded, and only Saturdays and Sundays are known to be closed.'),
    days: z.array(z.object({ day: Day, name: z.string(), kind: z.enum(['holiday', 'special']), session: Session.nullable() })),
  })
  .meta({
    examples: [
      {
        venue: 'NSE',
        segments: ['NSE', 'NFO', 'NSE_INDEX'],
        zone: 'Asia/Kolkata',
        session: { open: '09:15', close: '15:30' },
        year: 2026,
        loaded: true,
        days: [
          { day: '2026-01-26', name: 'Republic Day', kind: 'holiday', session: null },
          { day: '2026-02-01', name: 'Union Budget', kind: 'special', session: { open: '09:15', close: '15:30' } },
        ],
      },
    ],
  });
export type ShownCalendar = z.infer<typeof ShownCalendar>;

/** One year of a venue's calendar; without a year that of the market clock. */
export class GetCalendar extends Query<ShownCalendar> {
  constructor(
    readonly venue: Venue,
    readonly year?: number,
  ) {
    super();
  }
}

@QueryHandler(GetCalendar)
export class GetCalendarHandler implements IQueryHandler<GetCalendar> {
  constructor(
    private readonly calendars: Calendars,
    private readonly clock: MarketClock,
  ) {}

  async execute({ venue, year: asked }: GetCalendar): Promise<ShownCalendar> {
    const year = asked ?? yearOf(momentIn(zoneOf(venue), await this.clock.now()).day);
    const state = (await this.calendars.states([venue])).get(venue)?.state;
    const days = (state?.days ?? []).filter(({ day }) => yearOf(day) === year);
    const { segments, session } = venueFacts[venue];
    return {
      venue,
      segments: [...segments],
      zone: zoneOf(venue),
      session,
      year,
      loaded: state?.years.includes(year) ?? false,
      days: days.map(({ day, name, open, close }) =>
        open !== null && close !== null
          ? { day, name, kind: 'special', session: { open, close } }
          : { day, name, kind: 'holiday', session: null },
      ),
    };
  }
}
