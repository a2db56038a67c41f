import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { dataFile, describeWithData } from '../../../../test/support/data';
import { sessionOn, tradingDayFrom, tradingDays, tradingMinutes } from './trading-time';
import { venueFacts } from './venue';

const republic = { day: '2026-01-26', name: 'Republic Day', open: null, close: null };
const muhurat = { day: '2026-11-08', name: 'Muhurat', open: '18:00', close: '19:00' };
const nse = tradingDays(venueFacts.NSE.session, [republic, muhurat]);

describe('trading time', () => {
  it.each([
    ['2026-01-23', { open: '09:15', close: '15:30' }], // a Friday
    ['2026-01-24', null],
    ['2026-01-25', null],
    ['2026-01-26', null], // a Monday, and a holiday
    ['2026-11-08', { open: '18:00', close: '19:00' }], // a Sunday, and special
  ])('knows when the market trades on %s', (day, session) => expect(sessionOn(nse, day)).toEqual(session));

  it('finds the next trading day behind a long weekend', () => {
    expect(tradingDayFrom(nse, '2026-01-24')).toBe('2026-01-27');
    expect(tradingDayFrom(nse, '2026-01-27')).toBe('2026-01-27');
    const closed = tradingDays(
      venueFacts.NSE.session,
      Array.from({ length: 200 }, (_, n) => {
        const day = new Date(Date.parse('2026-01-01') + n * 86_400_000).toISOString().slice(0, 10);
        return { day, name: 'closed', open: null, close: null };
      }),
    );
    expect(tradingDayFrom(closed, '2026-01-01')).toBeNull();
  });

  it.each([
    ['2026-01-23 00:00', '2026-01-25 12:00', 375], // Friday's hours, and none of the weekend
    ['2026-01-24 00:00', '2026-01-26 23:59', 0],
    ['2026-01-24 00:00', '2026-01-27 10:00', 45],
    ['2026-01-23 10:00', '2026-01-23 11:30', 90],
    ['2026-01-27 10:00', '2026-01-23 11:30', 0],
    ['2026-11-07 00:00', '2026-11-09 00:00', 60],
  ])('counts from %s to %s %i minutes', (from, to, minutes) => {
    const [a, b] = [from, to].map((text) => ({ day: text.slice(0, 10), time: text.slice(11) }));
    expect(tradingMinutes(nse, a ?? { day: '', time: '' }, b ?? { day: '', time: '' })).toBe(minutes);
  });

  describe('of any calendar', () => {
    const day = fc.integer({ min: 0, max: 120 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
    const time = fc
      .integer({ min: 0, max: 1439 })
      .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
    const moment = fc.record({ day, time });
    const hours = fc.oneof(
      fc.constant({ open: null, close: null }),
      fc
        .tuple(time, time)
        .filter(([a, b]) => a < b)
        .map(([open, close]) => ({ open, close })),
    );
    const calendar = fc.uniqueArray(fc.tuple(day, hours), { selector: ([one]) => one, maxLength: 40 }).map((days) =>
      tradingDays(
        venueFacts.MCX.session,
        days.map(([one, span]) => ({ day: one, name: 'x', ...span })),
      ),
    );
    const at = ({ day, time }: { day: string; time: string }) => `${day} ${time}`;

    it('adds up, never shrinks and is never longer than the time itself', () => {
      fc.assert(
        fc.property(calendar, moment, moment, moment, (days, ...moments) => {
          const [a, b, c] = moments.sort((x, y) => (at(x) < at(y) ? -1 : 1));
          const [ab, bc, ac] = [tradingMinutes(days, a, b), tradingMinutes(days, b, c), tradingMinutes(days, a, c)];
          expect(ab + bc).toBe(ac);
          expect(ab).toBeGreaterThanOrEqual(0);
          expect(ac).toBeLessThanOrEqual((Date.parse(`${at(c)}Z`) - Date.parse(`${at(a)}Z`)) / 60_000);
          expect(tradingMinutes(days, c, c)).toBe(0);
        }),
      );
    });

    it('equals counting minute by minute', () => {
      fc.assert(
        fc.property(calendar, moment, fc.integer({ min: 0, max: 4 * 1440 }), (days, from, length) => {
          const start = Date.parse(`${at(from)}Z`);
          const momentAt = (minute: number) => {
            const text = new Date(start + minute * 60_000).toISOString();
            return { day: text.slice(0, 10), time: text.slice(11, 16) };
          };
          let counted = 0;
          for (let minute = 0; minute < length; minute++) {
            const { day, time } = momentAt(minute);
            const session = sessionOn(days, day);
            if (session && time >= session.open && time < session.close) counted++;
          }
          expect(tradingMinutes(days, from, momentAt(length))).toBe(counted);
        }),
        { numRuns: 30 },
      );
    });
  });
});

describeWithData("NSE's and BSE's hours", ['lean/market-hours-database.json.gz'], () => {
  type Hours = { readonly start: string; readonly end: string; readonly state: string };
  type Entry = Record<string, readonly Hours[]> & { readonly exchangeTimeZone: string };
  const entryOf = (name: string) => {
    const text = gunzipSync(readFileSync(dataFile('lean/market-hours-database.json.gz'))).toString();
    const { entries } = JSON.parse(text) as { entries: Record<string, Entry> };
    return entries[name] as Entry; // a missing one fails where it is used
  };

  it.each(['Equity', 'Option', 'Future', 'Index'])('are those that LEAN has for an Indian %s', (kind) => {
    const entry = entryOf(`${kind}-india-[*]`);
    expect(entry.exchangeTimeZone).toBe('Asia/Kolkata');
    for (const [weekday, monday] of [
      ['monday', '2024-01-01'],
      ['tuesday', '2024-01-02'],
      ['wednesday', '2024-01-03'],
      ['thursday', '2024-01-04'],
      ['friday', '2024-01-05'],
      ['saturday', '2024-01-06'],
      ['sunday', '2024-01-07'],
    ] as const)
      for (const venue of ['NSE', 'BSE'] as const) {
        const open = (entry[weekday] ?? []).find(({ state }) => state === 'market');
        const expected = open ? { open: open.start.slice(0, 5), close: open.end.slice(0, 5) } : null;
        expect([weekday, sessionOn(tradingDays(venueFacts[venue].session, []), monday)]).toEqual([weekday, expected]);
      }
  });
});
