import { describe, expect, test } from '@jest/globals';
import { HOUR_MS } from '#libs/contracts';
import { CalendarSettings, calendarOf } from './calendar-settings.js';
import { OFFICE_CALENDAR, workingClock } from './working-time.js';

const vn = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+07:00`);
const said = (time: number): string => new Date(time + 7 * HOUR_MS).toISOString().slice(0, 16).replace('T', ' ');
const clock = workingClock();
const end = (from: string, ...limit: [number, Parameters<typeof clock.add>[2]]): string =>
  said(clock.add(vn(from), ...limit));

describe('days off', () => {
  test.each([
    ['2026-02-16', 'the last day of the old year'],
    ['2026-02-17', 'first of Tết Bính Ngọ'],
    ['2026-02-20', 'fourth of Tết'],
    ['2026-04-27', 'substitute of the Hùng kings, 26 April being a Sunday'],
    ['2026-04-30', '30 April'],
    ['2026-05-01', '1 May'],
    ['2026-09-01', 'the day before the national day'],
    ['2026-09-02', 'national day'],
    ['2025-04-07', 'the Hùng kings, 10th of the third month'],
    ['2027-02-09', 'Tết Đinh Mùi: the first and second are a weekend, so Tuesday 9 and …'],
    ['2027-02-11', '… Thursday 11 are substitutes'],
    ['2023-01-02', 'substitute of 1 January, a Sunday'],
    ['2026-11-22', 'a Sunday'],
  ])('%s is off: %s', (day) => {
    expect(clock.isWorking(vn(`${day} 09:00`))).toBe(false);
  });

  test.each(['2026-02-13', '2026-02-23', '2026-04-28', '2026-08-31', '2026-09-03', '2027-02-12', '2026-11-23'])(
    '%s is worked',
    (day) => expect(clock.isWorking(vn(`${day} 09:00`))).toBe(true),
  );

  test('exchanged days are the operator’s', () => {
    const swapped = workingClock({ ...OFFICE_CALENDAR, daysOff: ['2026-01-02'], workedDays: ['2026-01-10'] });
    expect(swapped.isWorking(vn('2026-01-02 09:00'))).toBe(false);
    expect(swapped.isWorking(vn('2026-01-10 09:00'))).toBe(true);
    expect(clock.isWorking(vn('2026-01-02 09:00'))).toBe(true);
  });
});

test('what is decided for one year leaves the days of other years, and what fell due then, as they were', () => {
  const decided = { ...new CalendarSettings(), decidedDaysOff: ['2027 2 after'] };
  const own = workingClock(calendarOf(decided));
  const off = (day: string): boolean => !own.isWorking(vn(`${day} 09:00`));
  // Tết Đinh Mùi is 6 February 2027, a Saturday: Thursday 4 is off now, and one substitute less is needed.
  expect(['2027-02-04', '2027-02-10', '2027-02-11'].map(off)).toEqual([true, true, false]);
  expect(['2027-09-01', '2027-09-03'].map(off)).toEqual([false, true]);
  expect(['2026-02-13', '2026-02-16', '2026-09-01', '2026-09-03'].map(off)).toEqual([false, true, true, false]);
  const over = (clockOf: typeof clock) => said(clockOf.add(vn('2026-08-31 09:00'), 2, 'working-days'));
  expect(over(own)).toBe(over(clock));
});

test('a day off that comes every year begins in its year, has a substitute on a weekend, and may be worked', () => {
  const yearly = { ...OFFICE_CALENDAR, yearlyDaysOff: ['2026-11-24', '2028-02-29'], workedDays: ['2027-11-24'] };
  const own = workingClock(yearly);
  const off = (day: string): boolean => !own.isWorking(vn(`${day} 09:00`));
  expect(['2025-11-24', '2026-11-24', '2027-11-24', '2028-11-24'].map(off)).toEqual([false, true, false, true]);
  // 24 November 2029 is a Saturday: Monday 26 is off instead.
  expect(['2029-11-23', '2029-11-26', '2029-11-27'].map(off)).toEqual([false, true, false]);
  expect(['2028-02-29', '2030-03-01', '2029-03-01'].map(off)).toEqual([true, false, false]);
  expect(said(own.add(vn('2026-11-23 16:00'), 2, 'working-hours'))).toBe('2026-11-25 08:30');
  expect(said(clock.add(vn('2026-11-23 16:00'), 2, 'working-hours'))).toBe('2026-11-24 08:30');
  expect(() => workingClock({ ...OFFICE_CALENDAR, yearlyDaysOff: ['24/11'] })).toThrow(/24\/11/);
});

describe('limits', () => {
  test('to the minute: an office opens at 07:30, rests from 11:30 to 13:30, closes at 17:00', () => {
    expect(
      ['07:29', '07:30', '11:29', '11:30', '13:29', '13:30', '16:59', '17:00'].map((at) =>
        clock.isWorking(vn(`2026-11-23 ${at}`)),
      ),
    ).toEqual([false, true, true, false, false, true, true, false]);
  });

  test('working hours run over the noon rest, the night, the weekend and Tết', () => {
    expect(end('2026-11-23 09:00', 2, 'working-hours')).toBe('2026-11-23 11:00');
    expect(end('2026-11-23 09:00', 4, 'working-hours')).toBe('2026-11-23 15:00');
    expect(end('2026-11-23 09:00', 8, 'working-hours')).toBe('2026-11-24 09:30');
    expect(end('2026-11-20 16:30', 1, 'working-hours')).toBe('2026-11-23 08:00');
    expect(end('2026-02-13 16:00', 2, 'working-hours')).toBe('2026-02-23 08:30');
    expect(end('2026-11-22 12:00', 0, 'working-hours')).toBe('2026-11-23 07:30');
  });

  test('working days keep the hour; what comes in at night counts from the morning', () => {
    expect(end('2026-11-23 09:15', 3, 'working-days')).toBe('2026-11-26 09:15');
    expect(end('2026-11-20 09:15', 1, 'working-days')).toBe('2026-11-23 09:15');
    expect(end('2026-02-12 10:00', 5, 'working-days')).toBe('2026-02-26 10:00');
    expect(end('2026-11-21 10:00', 2, 'working-days')).toBe('2026-11-25 07:30');
    expect(end('2026-11-23 20:00', 1, 'working-days')).toBe('2026-11-25 07:30');
  });

  test('a half day: what falls into its free afternoon goes on at the next opening', () => {
    const saturdays = workingClock({ ...OFFICE_CALENDAR, hours: { ...OFFICE_CALENDAR.hours, 6: ['07:30-11:30'] } });
    expect(said(saturdays.add(vn('2026-11-20 09:00'), 1, 'working-days'))).toBe('2026-11-21 09:00');
    expect(said(saturdays.add(vn('2026-11-20 15:00'), 1, 'working-days'))).toBe('2026-11-23 07:30');
    expect(said(saturdays.add(vn('2026-11-20 16:00'), 6, 'working-hours'))).toBe('2026-11-23 08:30');
  });

  test('calendar days and months end with the next working day when they would end on a day off', () => {
    expect(end('2026-11-20 09:00', 1, 'days')).toBe('2026-11-23 17:00');
    expect(end('2026-11-20 09:00', 4, 'days')).toBe('2026-11-24 09:00');
    expect(end('2026-01-31 09:00', 1, 'months')).toBe('2026-03-02 17:00');
    expect(end('2026-11-20 09:00', 30, 'hours')).toBe('2026-11-21 15:00');
  });

  test('a limit is refused that cannot be reckoned', () => {
    expect(() => clock.add(0, -1, 'days')).toThrow(/-1 days/);
    expect(() => clock.add(0, 1.5, 'working-days')).toThrow(/1\.5 working-days/);
    expect(() => workingClock({ ...OFFICE_CALENDAR, hours: {} })).toThrow(/no working hours/);
    expect(() => workingClock({ ...OFFICE_CALENDAR, hours: { 1: ['17:00-07:30'] } })).toThrow(/17:00-07:30/);
    expect(() => workingClock({ ...OFFICE_CALENDAR, daysOff: ['2/9'] })).toThrow(/2\/9/);
  });
});

test('time between is the inverse of adding working hours, and is signed', () => {
  const from = vn('2026-02-11 10:20');
  for (let hours = 0; hours < 120; hours += 1.25) {
    const to = clock.add(from, hours, 'working-hours');
    expect(clock.between(from, to)).toBe(hours * HOUR_MS);
    expect(clock.between(to, from)).toBe(-hours * HOUR_MS || 0);
  }
  expect(said(clock.back(vn('2026-11-23 09:00'), 8))).toBe('2026-11-20 08:30');
  expect(said(clock.back(vn('2026-11-22 09:00'), 1))).toBe('2026-11-20 16:00');
  // A whole day of 7.5 hours is left from the close before on, over the weekend too.
  expect(said(clock.back(vn('2026-11-23 17:00'), 7.5))).toBe('2026-11-20 17:00');
  for (let hours = 0.25; hours < 120; hours += 1.25) {
    const until = vn('2026-02-26 10:20');
    expect(clock.between(clock.back(until, hours), until)).toBe(hours * HOUR_MS);
  }
  expect(clock.between(vn('2026-11-21 08:00'), vn('2026-11-22 20:00'))).toBe(0);
});
