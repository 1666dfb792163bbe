import { DAY_MS, HOUR_MS, MINUTE_MS, VN_OFFSET_MS, calendarShift } from '#libs/contracts';
import { dayNumber, holidayTest, weekday, type HolidayChoices } from './holidays.js';

/** Unit of a time limit: a procedure gives hours or days of work, or days and months of the calendar. */
export type LimitUnit = 'working-hours' | 'working-days' | 'hours' | 'days' | 'months';

/** When an office works. A span is `07:30-11:30`; a weekday without spans is a rest day. */
export interface WorkingCalendar extends HolidayChoices {
  /** Spans of each weekday, 0 Sunday … 6 Saturday: a half day has one span. */
  hours: Readonly<Record<number, readonly string[]>>;
}

const OFFICE_HOURS = ['07:30-11:30', '13:30-17:00'];

/** Monday to Friday, 07:30–11:30 and 13:30–17:00; five days of Tết from the last of the old year; 1 and 2 September. */
export const OFFICE_CALENDAR: WorkingCalendar = {
  hours: { 1: OFFICE_HOURS, 2: OFFICE_HOURS, 3: OFFICE_HOURS, 4: OFFICE_HOURS, 5: OFFICE_HOURS },
  tetBefore: 1,
  nationalDay: 'before',
  daysOff: [],
  workedDays: [],
};

/** Reckons time limits in the working time of Asia/Ho_Chi_Minh. Times are epoch ms. */
export interface WorkingClock {
  isWorking(time: number): boolean;
  /** `time` itself while people work, else when they begin again. */
  next(time: number): number;
  /**
   * The end of a limit that begins at `from`.
   * - working hours: that much working time later;
   * - working days: the same hour so many working days later; what comes in outside working hours counts from the next
   *   opening;
   * - hours: plain time; days, months: of the calendar, and an end on a day off moves to the end of the next working
   *   day (Civil Code 91/2015/QH13, Article 148(5)).
   */
  add(from: number, amount: number, unit: LimitUnit): number;
  /**
   * The first moment at which no more than so many working hours are left to `to`: of a whole working day before `to` not its
   * opening but the close before it, since none of them passes between the two.
   */
  back(to: number, hours: number): number;
  /** Working time between two moments, ms; negative when `to` is earlier. */
  between(from: number, to: number): number;
}

/** Longest search for a working day; a calendar without any is refused at the start. */
const SEARCH_DAYS = 400;

type Span = readonly [from: number, to: number];

/** @throws RangeError when the calendar has no working hours, or a span or day cannot be read */
export function workingClock(calendar: WorkingCalendar = OFFICE_CALENDAR): WorkingClock {
  const weekly = Array.from({ length: 7 }, (_, day) => spans(calendar.hours[day] ?? []));
  if (weekly.every((day) => day.length === 0)) throw new RangeError('the calendar has no working hours');
  const restDays = new Set(weekly.flatMap((day, index) => (day.length === 0 ? [index] : [])));
  const worked = new Set(calendar.workedDays.map(readDay));
  [...calendar.daysOff, ...(calendar.yearlyDaysOff ?? [])].forEach(readDay);
  const usual = weekly.find((day) => day.length > 0) ?? [];
  const isHoliday = holidayTest(calendar, restDays);

  /** Working spans of a day, in ms from its midnight. */
  const spansOf = (day: number): readonly Span[] => {
    if (worked.has(day)) return weekly[weekday(day)]?.length ? (weekly[weekday(day)] ?? []) : usual;
    return isHoliday(day) ? [] : (weekly[weekday(day)] ?? []);
  };
  const nextDay = (day: number): number => {
    for (let i = 1; i <= SEARCH_DAYS; i++) if (spansOf(day + i).length > 0) return day + i;
    throw new RangeError(`no working day within ${SEARCH_DAYS} days`);
  };

  const isWorking = (time: number): boolean => {
    const { day, at } = split(time);
    return spansOf(day).some(([from, to]) => at >= from && at < to);
  };
  const next = (time: number): number => {
    const { day, at } = split(time);
    for (const [from, to] of spansOf(day)) if (at < to) return join(day, Math.max(at, from));
    const later = nextDay(day);
    return join(later, spansOf(later)[0]?.[0] ?? 0);
  };
  const addHours = (from: number, amount: number): number => {
    let left = amount * HOUR_MS;
    let { day, at } = split(next(from));
    for (;;) {
      for (const [begin, end] of spansOf(day)) {
        const room = end - Math.max(at, begin);
        if (room <= 0) continue;
        if (left <= room) return join(day, Math.max(at, begin) + left);
        left -= room;
      }
      day = nextDay(day);
      at = 0;
    }
  };
  const back = (to: number, hours: number): number => {
    let left = hours * HOUR_MS;
    let { day, at } = split(to);
    for (let i = 0; i <= SEARCH_DAYS; i++) {
      for (const [begin, end] of spansOf(day).toReversed()) {
        const room = Math.min(at, end) - begin;
        if (room <= 0) continue;
        if (left < room) return join(day, Math.min(at, end) - left);
        left -= room;
      }
      day--;
      at = DAY_MS;
    }
    throw new RangeError(`no ${hours} working hours within ${SEARCH_DAYS} days`);
  };
  const addDays = (from: number, amount: number): number => {
    const start = split(next(from));
    let day = start.day;
    for (let i = 0; i < amount; i++) day = nextDay(day);
    return next(join(day, start.at));
  };
  const endOfDay = (time: number): number => {
    const { day } = split(time);
    if (spansOf(day).length > 0) return time;
    const later = nextDay(day);
    return join(later, spansOf(later).at(-1)?.[1] ?? 0);
  };
  const between = (from: number, to: number): number => {
    if (to < from) return -between(to, from);
    const first = split(from);
    const last = split(to);
    let sum = 0;
    for (let day = first.day; day <= last.day; day++) {
      const low = day === first.day ? first.at : 0;
      const high = day === last.day ? last.at : DAY_MS;
      for (const [begin, end] of spansOf(day)) sum += Math.max(0, Math.min(end, high) - Math.max(begin, low));
    }
    return sum;
  };
  const add = (from: number, amount: number, unit: LimitUnit): number => {
    if (!(amount >= 0) || (unit !== 'hours' && unit !== 'working-hours' && !Number.isInteger(amount))) {
      throw new RangeError(`a limit of ${amount} ${unit} cannot be reckoned`);
    }
    switch (unit) {
      case 'working-hours':
        return addHours(from, amount);
      case 'working-days':
        return addDays(from, amount);
      case 'hours':
        return from + amount * HOUR_MS;
      case 'days':
        return endOfDay(calendarShift('day', from, amount));
      case 'months':
        return endOfDay(calendarShift('month', from, amount));
    }
  };
  return { isWorking, next, add, back, between };
}

/** Day number and ms since midnight in Vietnam. */
function split(time: number): { day: number; at: number } {
  const day = Math.floor((time + VN_OFFSET_MS) / DAY_MS);
  return { day, at: time + VN_OFFSET_MS - day * DAY_MS };
}

const join = (day: number, at: number): number => day * DAY_MS - VN_OFFSET_MS + at;

function readDay(name: string): number {
  const day = dayNumber(name);
  if (!Number.isInteger(day)) throw new RangeError(`"${name}" is not a day such as 2026-09-02`);
  return day;
}

function spans(texts: readonly string[]): Span[] {
  const read = texts.map((text): Span => {
    const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
    const minutes = (hour: number): number => Number(match?.[hour]) * 60 + Number(match?.[hour + 1]);
    const span: Span = [minutes(1) * MINUTE_MS, minutes(3) * MINUTE_MS];
    if (!match || span[0] >= span[1]) throw new RangeError(`"${text}" is not a span such as 07:30-11:30`);
    return span;
  });
  return read.sort((a, b) => a[0] - b[0]);
}
