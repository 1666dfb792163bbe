import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Rotation, type Schedule } from '#libs/contracts';
import { dayNumber, holidayTest, OFFICE_CALENDAR } from '#libs/sector-kit';
import { firstGap, onCall, shiftsOf } from './schedule.js';

const isHoliday = holidayTest(OFFICE_CALENDAR);
const at = (text: string): number => Date.parse(`${text}+07:00`);
const layer = (people: string[], more: Partial<Rotation> = {}): Rotation => ({
  name: people.join('-'),
  people,
  start: '2026-01-05',
  turnDays: 1,
  handover: '07:00',
  ...more,
});
const schedule = (layers: Rotation[], overrides: Schedule['overrides'] = []): Schedule => ({
  id: 's',
  name: 's',
  layers,
  overrides,
});
const who = (given: Schedule, time: string) => onCall(given, at(time), isHoliday).person;

test('people follow each other at the hand-over, over month ends and a leap day', () => {
  const daily = schedule([layer(['an', 'binh', 'chi'], { start: '2028-02-27' })]);
  expect(who(daily, '2028-02-27T06:59:59')).toBeNull();
  expect(who(daily, '2028-02-27T07:00:00')).toBe('an');
  expect(who(daily, '2028-02-29T06:59:59')).toBe('binh');
  expect(who(daily, '2028-02-29T07:00:00')).toBe('chi');
  expect(who(daily, '2028-03-01T07:00:00')).toBe('an');
  const weekly = schedule([layer(['an', 'binh'], { turnDays: 7, handover: '17:30', start: '2025-12-29' })]);
  expect(who(weekly, '2026-01-05T17:29:00')).toBe('an');
  expect(who(weekly, '2026-01-05T17:30:00')).toBe('binh');
});

test('a night belongs to the day on which it began, over the turn of the year', () => {
  const nights = schedule([layer(['an'], { start: '2025-01-01', hours: { days: [3], from: '22:00', to: '06:00' } })]);
  // 31 December 2025 is a Wednesday.
  expect(who(nights, '2025-12-31T21:59:00')).toBeNull();
  expect(who(nights, '2026-01-01T05:59:59')).toBe('an');
  expect(who(nights, '2026-01-01T06:00:00')).toBeNull();
  expect(who(nights, '2026-01-01T22:00:00')).toBeNull();
});

test('holidays have their own layer: Tết 2026 from 16 to 20 February, and a night begun on a holiday is one', () => {
  const tet = schedule([
    layer(['an'], { holidays: 'never' }),
    layer(['binh'], { holidays: 'only', hours: { days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' } }),
  ]);
  expect(who(tet, '2026-02-15T23:00:00')).toBe('an');
  expect(who(tet, '2026-02-16T00:00:00')).toBeNull();
  expect(who(tet, '2026-02-16T22:00:00')).toBe('binh');
  expect(who(tet, '2026-02-21T05:59:00')).toBe('binh');
  expect(who(tet, '2026-02-21T06:00:00')).toBe('an');
});

test('a later layer decides, an override before all', () => {
  const given = schedule(
    [layer(['an']), layer(['binh'], { hours: { days: [6, 7], from: '07:30', to: '07:30' } })],
    [{ from: '2026-01-10T10:00:00+07:00', to: '2026-01-10T12:00:00+07:00', person: 'chi' }],
  );
  expect(who(given, '2026-01-10T07:29:00')).toBe('an');
  expect(onCall(given, at('2026-01-10T07:30:00'), isHoliday)).toEqual({ person: 'binh', layer: 1 });
  expect(onCall(given, at('2026-01-10T10:00:00'), isHoliday)).toEqual({ person: 'chi', layer: 'override' });
  expect(who(given, '2026-01-10T12:00:00')).toBe('binh');
  expect(who(given, '2026-01-12T07:29:00')).toBe('binh');
  expect(who(given, '2026-01-12T07:30:00')).toBe('an');
});

test('the first gap is found to the minute', () => {
  const week = schedule([layer(['an'], { hours: { days: [1, 2, 3, 4, 5, 6], from: '00:00', to: '24:00' } })]);
  const gap = firstGap(week, at('2026-01-06T00:00:00'), at('2026-02-01T00:00:00'), isHoliday);
  expect(gap).toMatchObject({ person: null, from: at('2026-01-11T00:00:00'), to: at('2026-01-12T00:00:00') });
});

const time = fc
  .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 1, 15, 30, 59) })
  .map(({ hour, minute }) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const anyLayer = fc.record(
  {
    name: fc.constant('x'),
    people: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
    start: fc.constantFrom('2027-12-20', '2028-02-28', '2028-01-01', '2028-03-15'),
    turnDays: fc.constantFrom(1, 2, 7, 14),
    handover: time,
    hours: fc.record({ days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: time, to: time }),
    holidays: fc.constantFrom('never' as const, 'only' as const),
  },
  { requiredKeys: ['name', 'people', 'start', 'turnDays', 'handover'] },
);
const anyOverride = fc
  .record({ from: fc.integer({ min: 0, max: 60 * 24 * 90 }), minutes: fc.integer({ min: 1, max: 5_000 }) })
  .map(({ from, minutes }) => {
    const begin = dayNumber('2027-12-25') * DAY_MS + from * MINUTE_MS;
    const iso = (moment: number): string => new Date(moment).toISOString();
    return { from: iso(begin), to: iso(begin + minutes * MINUTE_MS), person: 'z' };
  });

test('shifts tile their span and agree with the moment itself, whatever the schedule', () => {
  fc.assert(
    fc.property(
      fc.array(anyLayer, { minLength: 1, maxLength: 4 }),
      fc.array(anyOverride, { maxLength: 3 }),
      fc.integer({ min: 0, max: 60 * 24 * 80 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
      (layers, overrides, start, probes) => {
        const given = schedule(layers as Rotation[], overrides);
        const from = dayNumber('2027-12-22') * DAY_MS + start * MINUTE_MS + 1;
        const to = from + 17 * DAY_MS + 5 * HOUR_MS;
        const shifts = shiftsOf(given, from, to, isHoliday);
        expect(shifts[0]?.from).toBe(from);
        expect(shifts.at(-1)?.to).toBe(to);
        for (const [i, shift] of shifts.entries()) {
          if (i > 0 && shift.from !== shifts[i - 1]?.to) throw new Error(`a hole at ${shift.from}`);
          const inside = probes.map((part) => Math.floor(shift.from + part * (shift.to - 1 - shift.from)));
          for (const moment of [shift.from, shift.to - 1, ...inside]) {
            const duty = onCall(given, moment, isHoliday);
            if (duty.person !== shift.person || duty.layer !== shift.layer) throw new Error(`differs at ${moment}`);
          }
        }
      },
    ),
    { seed: 4, numRuns: 150 },
  );
});
