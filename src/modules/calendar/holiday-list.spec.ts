import { Invalid } from '../../platform/errors';
import { readHolidayList } from './holiday-list';

describe('a list of holidays', () => {
  it('is CSV, with hours for days that have hours of their own', () => {
    expect(
      readHolidayList('\uFEFFday,name,open,close\r\n2026-01-26,Republic Day,,\r\n2026-11-08,"Diwali, Muhurat",18:00,19:00\r\n'),
    ).toEqual([
      { day: '2026-01-26', name: 'Republic Day', open: null, close: null },
      { day: '2026-11-08', name: 'Diwali, Muhurat', open: '18:00', close: '19:00' },
    ]);
    expect(readHolidayList('day,name\n2026-01-26,Republic Day')).toHaveLength(1);
  });

  it.each([
    ['', 'line 1'],
    ['date,what\n2026-01-26,Republic Day', 'line 1'],
    ['day,name\n', ''],
    ['day,name\n2026-02-30,No such day', 'line 2'],
    ['day,name\n26-Jan-2026,Republic Day', 'line 2'],
    ['day,name\n1926-01-26,Long ago', 'line 2'],
    ['day,name\n2026-01-26,', 'line 2'],
    ['day,name\n2026-01-26,Republic Day\n2026-01-26,Again', 'line 3'],
    ['day,name,open,close\n2026-11-08,Muhurat,18:00,', 'line 2'],
    ['day,name,open,close\n2026-11-08,Muhurat,19:00,18:00', 'line 2'],
    ['day,name,open,close\n2026-11-08,Muhurat,6pm,7pm', 'line 2'],
    ['day,name\n2026-01-26,"Republic', ''],
  ])('is refused with the place of the mistake: %j', (text, path) => {
    expect(() => readHolidayList(text)).toThrow(Invalid);
    try {
      readHolidayList(text);
    } catch (error) {
      expect((error as Invalid).errors[0]?.path).toBe(path);
    }
  });
});
