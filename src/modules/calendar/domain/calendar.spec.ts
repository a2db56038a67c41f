import { specificationFor } from '../../../../test/support/specification';
import { Refused } from '../../../platform/errors';
import { load, venueCalendar, type CalendarDay, type CalendarEvent } from './calendar';

const given = specificationFor(venueCalendar);
const closed = (day: string, name = 'Holiday'): CalendarDay => ({ day, name, open: null, close: null });
const loaded = (years: number[], days: CalendarDay[], contradictions = 0): CalendarEvent => ({
  type: 'CalendarLoaded',
  data: { years, days, contradictions },
});

describe('loading a calendar', () => {
  const [january, march] = [closed('2026-01-26'), closed('2026-03-26')];

  it('takes the days in order, with their years', () =>
    given()
      .when((state) => load(state, [march, closed('2027-01-26'), january], [], false))
      .then(loaded([2026, 2027], [january, march, closed('2027-01-26')])));

  it('does nothing when it knows them already', () =>
    given(loaded([2025, 2026], [closed('2025-01-26'), january, march]))
      .when((state) => load(state, [march, january], [], false))
      .thenNothing());

  it('replaces a year whole and leaves the others', () => {
    const state = [loaded([2025, 2026], [closed('2025-01-26'), january, march]), loaded([2026], [january])].reduce(
      venueCalendar.evolve,
      venueCalendar.initial,
    );
    expect(state).toEqual({ years: [2025, 2026], days: [closed('2025-01-26'), january] });
  });

  const expiring = [{ day: '2026-03-26', contracts: 240 }];

  it('refuses days on which live contracts expire', () => {
    given()
      .when((state) => load(state, [march], expiring, false))
      .thenThrows(Refused);
    expect(() => load(venueCalendar.initial, [march], expiring, false)).toThrow(/2026-03-26: 240/);
  });

  it('takes them when somebody says that the list is right, and remembers it', () =>
    given()
      .when((state) => load(state, [march], expiring, true))
      .then(loaded([2026], [march], 240)));
});
