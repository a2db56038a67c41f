import { specificationFor } from '../../../../test/support/specification';
import { NotFound } from '../../../platform/errors';
import { venueFacts, type TradingDays } from '../../calendar';
import { momentOf } from '../../instruments';
import { due, nextDue } from './due';
import { carriedOut, failed, Plan, remove, schedule, set, type ScheduleEvent } from './schedule';

const given = specificationFor(schedule);
const plan = Plan.parse({ times: ['08:15', '08:45'] });
const since = { day: '2026-01-20', time: '12:00' };
const isSet: ScheduleEvent = { type: 'ScheduleSet', data: { ...plan, since } };
const run = '0198a1b2-7777-7e5f-8a6b-9c0d1e2f3a4b';

/** `2026-01-23 08:15` in India. */
const now = (text: string) => {
  const at = new Date(`${text.replace(' ', 'T')}:00+05:30`);
  return { ...momentOf(at), at };
};
const done = (day: string, time: string): ScheduleEvent => ({
  type: 'ScheduleCarriedOut',
  data: { day, time, attempt: 1, runs: [run], at: `${day}T03:00:00.000Z` },
});
const nse: TradingDays = {
  session: venueFacts.NSE.session,
  special: new Map([
    ['2026-01-26', null],
    ['2026-02-01', { open: '09:15', close: '15:30' }], // a Sunday with a Budget
  ]),
};
const state = (...events: ScheduleEvent[]) => events.reduce(schedule.evolve, schedule.initial);

describe('a schedule', () => {
  it('is set with its times in order, once each', () =>
    given()
      .when((it) => set(it, { ...plan, times: ['08:45', '08:15', '08:45'] }, since))
      .then(isSet));
  it('is not set again when it says the same', () =>
    given(isSet)
      .when((it) => set(it, plan, { day: '2026-01-21', time: '09:00' }))
      .thenNothing());
  it('takes an incremental plan only with segments', () => {
    expect(Plan.safeParse({ times: ['08:15'], mode: 'incremental' }).error?.issues).toMatchObject([{ path: ['segments'] }]);
    expect(Plan.safeParse({ times: ['08:15'], mode: 'incremental', segments: ['NFO'] }).success).toBe(true);
    expect(Plan.safeParse({ times: ['8:15'] }).success).toBe(false);
  });
  it('is removed once', () => {
    given(isSet)
      .when((it) => remove(it, 'kite', '2026-01-21T00:00:00.000Z'))
      .then({ type: 'ScheduleRemoved', data: { at: '2026-01-21T00:00:00.000Z' } });
    given()
      .when((it) => remove(it, 'kite', '2026-01-21T00:00:00.000Z'))
      .thenThrows(NotFound);
  });
  it('is carried out once for a slot, whoever says so', () => {
    const slot = { day: '2026-01-23', time: '08:15' };
    given(isSet, done(slot.day, slot.time))
      .when((it) => carriedOut(it, slot, 1, [run], 'later'))
      .thenNothing();
    given(isSet, done(slot.day, slot.time))
      .when((it) => failed(it, slot, 2, 'away', 5, new Date()))
      .thenNothing();
  });
  it('doubles its waits up to half an hour, and gives up after so many retries', () => {
    const at = new Date('2026-01-23T02:45:00Z');
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => {
      const [event] = failed(state(isSet), { day: '2026-01-23', time: '08:15' }, attempt, 'away', 6, at);
      const retryAt = event?.type === 'ScheduleFailed' ? event.data.retryAt : undefined;
      return retryAt && (Date.parse(retryAt) - at.getTime()) / 60_000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, null]);
  });
});

describe('what is due', () => {
  it.each([
    ['before the time', '2026-01-23 08:14', null],
    ['at the time', '2026-01-23 08:15', '08:15'],
    ['hours later, when the process was down', '2026-01-23 23:59', '08:45'],
    ['on a Saturday', '2026-01-24 09:00', null],
    ['on a holiday', '2026-01-26 09:00', null],
    ['on a Sunday that trades', '2026-02-01 08:20', '08:15'],
    ['past midnight: yesterday is over', '2026-01-23 00:10', null],
  ])('%s', (_when, text, time) => {
    const slot = due(state(isSet), nse, now(text));
    expect(slot).toEqual(time && { day: text.slice(0, 10), time, attempt: 1 });
  });

  it('is a day of India, whatever day it is elsewhere', () => {
    const at = new Date('2026-01-22T19:30:00Z'); // 01:00 on Friday in India
    expect(due(state({ ...isSet, data: { ...plan, times: ['00:30'], since } }), nse, { ...momentOf(at), at })).toMatchObject({
      day: '2026-01-23',
      time: '00:30',
    });
  });

  it('is nothing twice', () => {
    expect(due(state(isSet, done('2026-01-23', '08:15')), nse, now('2026-01-23 08:16'))).toBeNull();
    expect(due(state(isSet, done('2026-01-23', '08:15')), nse, now('2026-01-23 08:45'))).toMatchObject({ time: '08:45' });
    expect(due(state(isSet, done('2026-01-23', '08:45')), nse, now('2026-01-23 08:20'))).toBeNull(); // the clock was set back
  });

  it('does not reach behind the moment that the schedule was set', () => {
    const late = state({ ...isSet, data: { ...plan, since: { day: '2026-01-23', time: '08:30' } } });
    expect(due(late, nse, now('2026-01-23 08:31'))).toBeNull();
    expect(due(late, nse, now('2026-01-23 08:45'))).toMatchObject({ time: '08:45' });
  });

  it('is nothing while it is off or removed', () => {
    expect(due(state({ ...isSet, data: { ...plan, enabled: false, since } }), nse, now('2026-01-23 08:15'))).toBeNull();
    expect(due(state(isSet, { type: 'ScheduleRemoved', data: { at: 'x' } }), nse, now('2026-01-23 08:15'))).toBeNull();
  });

  it('is tried again when its time to wait is over, until the next slot or until it is given up', () => {
    const trouble = (retryAt: string | null): ScheduleEvent => ({
      type: 'ScheduleFailed',
      data: { day: '2026-01-23', time: '08:15', attempt: 1, reason: 'away', retryAt, at: '2026-01-23T02:45:00.000Z' },
    });
    const waiting = state(isSet, trouble('2026-01-23T02:46:00.000Z'));
    expect(due(waiting, nse, { ...now('2026-01-23 08:15'), at: new Date('2026-01-23T02:45:59Z') })).toBeNull();
    expect(due(waiting, nse, now('2026-01-23 08:16'))).toEqual({ day: '2026-01-23', time: '08:15', attempt: 2 });
    expect(due(waiting, nse, now('2026-01-23 08:45'))).toEqual({ day: '2026-01-23', time: '08:45', attempt: 1 });
    expect(due(waiting, nse, now('2026-01-24 09:00'))).toBeNull();
    expect(due(state(isSet, trouble(null)), nse, now('2026-01-23 08:30'))).toBeNull();
  });

  it('says when it is due next, past weekends and holidays', () => {
    const at = (text: string, ...more: ScheduleEvent[]) => nextDue(state(isSet, ...more), nse, now(text));
    expect(at('2026-01-23 07:00')).toEqual({ day: '2026-01-23', time: '08:15' });
    expect(at('2026-01-23 08:20')).toEqual({ day: '2026-01-23', time: '08:15' }); // it is due at once
    expect(at('2026-01-23 08:20', done('2026-01-23', '08:15'))).toEqual({ day: '2026-01-23', time: '08:45' });
    expect(at('2026-01-23 09:00', done('2026-01-23', '08:45'))).toEqual({ day: '2026-01-27', time: '08:15' });
  });
});
