import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { NotFound } from '../../../platform/errors';
import { page, pageAmong, type Page } from '../../../platform/http/paging';
import { query } from '../../../platform/http/validation';
import { currencies, Day, Moments, Segment, segmentFacts, segments, times, type Times } from '../../instruments';
import { Facts, type Held } from '../facts';
import { isoMic, Mic, Venue } from '../files/iso-mic';

export const VenueFilter = query({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Give a country such as IN.')
    .optional(),
  operatingMic: Mic.optional().describe('Only what this exchange operates, and itself.'),
  status: Venue.shape.status.optional(),
  ...times,
  ...page,
});
export type VenueFilter = z.output<typeof VenueFilter>;

export const ShownVenue = Venue.extend({
  segments: z
    .array(z.object({ segment: Segment, currency: z.enum(currencies), zone: z.string() }))
    .describe('Segments of the registry there, with their currency and the zone of their days.')
    .meta({ examples: [[{ segment: 'NSE', currency: 'INR', zone: 'Asia/Kolkata' }]] }),
  validFrom: Day.describe('The day of the first file that says all of this.').meta({ examples: ['2026-01-07'] }),
  validTo: Day.nullable(),
}).meta({ title: 'Venue' });
export type ShownVenue = z.infer<typeof ShownVenue>;

const shown = ({ subject: _subject, ...venue }: Held<z.infer<typeof Venue>>): ShownVenue => ({
  ...venue,
  segments: segments
    .filter((segment) => segmentFacts[segment].mic === venue.mic)
    .map((segment) => ({ segment, currency: segmentFacts[segment].currency, zone: segmentFacts[segment].zone })),
});

/** The markets of the world, by their MICs. */
export class ListVenues extends Query<Page<ShownVenue>> {
  constructor(readonly filter: VenueFilter) {
    super();
  }
}

export class GetVenue extends Query<ShownVenue> {
  constructor(
    readonly mic: string,
    readonly times: Times,
  ) {
    super();
  }
}

@QueryHandler(ListVenues)
export class ListVenuesHandler implements IQueryHandler<ListVenues> {
  constructor(
    private readonly moments: Moments,
    private readonly facts: Facts,
  ) {}

  async execute({ filter: { country, operatingMic, status, limit, cursor, ...when } }: ListVenues) {
    const wanted = { country, operatingMic, status };
    const venues = await this.facts.of(isoMic, isoMic.name, await this.moments.of(when), wanted);
    const { items, page } = pageAmong(venues, { limit, cursor }, ({ mic }) => mic);
    return { items: items.map(shown), page };
  }
}

@QueryHandler(GetVenue)
export class GetVenueHandler implements IQueryHandler<GetVenue> {
  constructor(
    private readonly moments: Moments,
    private readonly facts: Facts,
  ) {}

  async execute({ mic, times }: GetVenue) {
    const reading = await this.moments.of(times);
    const [venue] = await this.facts.of(isoMic, isoMic.name, reading, { mic });
    if (!venue) throw new NotFound(`No venue ${mic} is known on ${reading.moment.day}: ISO 10383's list of MICs says none.`);
    return shown(venue);
  }
}
