import { expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS, type Policy, type Rotation, type Schedule } from '#libs/contracts';
import { holidayTest, OFFICE_CALENDAR } from '#libs/sector-kit';
import { faultsOfPolicy } from './check-on-call.js';
import type { OnCallWorld } from './fault.js';
import { recipientsOf, isReached, type Directory } from './recipients.js';
import { onCall, shiftsOf } from './schedule.js';

/**
 * A virtual clock walks through 2028 (leap year, Tết on 26 January) minute by minute and asks who is on call. A second,
 * slow model that shares no code answers too: it reads the wall clock of Asia/Ho_Chi_Minh from Intl and counts
 * hand-overs as they pass.
 */
const YEAR = 2028;
const BEGIN = Date.parse(`${YEAR - 1}-12-31T17:00:00Z`);
const END = Date.parse(`${YEAR}-12-31T17:00:00Z`);

/** Days off of 2028, written down by hand: New Year (a Saturday: Monday instead), Tết 25 to 29 January (Saturday: Monday), Hùng kings, April 30 (Sunday) and May 1: the next days, September 1 and 2 (a Saturday: Monday). */
const HOLIDAYS = new Set(
  '01-01 01-03 01-25 01-26 01-27 01-28 01-29 01-31 04-04 04-30 05-01 05-02 09-01 09-02 09-04'
    .split(' ')
    .map((day) => `${YEAR}-${day}`),
);
const isHoliday = holidayTest(OFFICE_CALENDAR);

const WEEK = [1, 2, 3, 4, 5, 6, 7];
const rotation = (name: string, people: string[], more: Partial<Rotation> = {}): Rotation => ({
  name,
  people,
  start: '2027-12-27',
  turnDays: 7,
  handover: '07:00',
  ...more,
});
const SCHEDULES: readonly Schedule[] = [
  {
    id: 'duty',
    name: 'Trực ban',
    layers: [
      rotation('around the clock', ['an', 'binh', 'chi', 'dung']),
      rotation('nights', ['em', 'giang'], { turnDays: 1, hours: { days: WEEK, from: '22:00', to: '06:00' } }),
      rotation('holidays', ['hoa', 'khanh'], { turnDays: 1, handover: '00:00', holidays: 'only' }),
    ],
    overrides: [
      { from: '2028-02-28T20:00:00Z', to: '2028-03-01T02:30:00Z', person: 'lan' },
      { from: '2028-12-31T00:00:00+07:00', to: '2029-01-01T00:00:00+07:00', person: 'minh' },
    ],
  },
  {
    id: 'office',
    name: 'Giờ hành chính',
    layers: [
      rotation('mornings', ['an', 'binh'], {
        turnDays: 14,
        hours: { days: [1, 2, 3, 4, 5], from: '07:30', to: '17:00' },
      }),
      rotation('evenings', ['chi'], {
        hours: { days: [1, 2, 3, 4, 5], from: '17:00', to: '07:30' },
        holidays: 'never',
      }),
    ],
    overrides: [],
  },
  {
    id: 'weekend',
    name: 'Cuối tuần',
    layers: [
      rotation('weekends', ['dung', 'em', 'giang'], { hours: { days: [6, 7], from: '07:30', to: '07:30' } }),
      rotation('monday', ['hoa'], {
        start: '2028-01-01',
        handover: '23:59',
        turnDays: 3,
        hours: { days: [1], from: '00:00', to: '07:30' },
      }),
    ],
    overrides: [],
  },
  {
    id: 'holidays',
    name: 'Ngày lễ',
    layers: [
      rotation('eve', ['khanh', 'lan', 'minh'], {
        turnDays: 2,
        hours: { days: WEEK, from: '17:00', to: '07:30' },
        holidays: 'only',
      }),
      rotation('day', ['an'], { start: '2028-02-29', handover: '12:00' }),
    ],
    overrides: [{ from: '2028-01-25T00:00:00+07:00', to: '2028-02-01T00:00:00+07:00', person: 'binh' }],
  },
];

/** Counts hand-overs of one layer while the clock walks. */
class SlowLayer {
  private turn = -1;
  private daysOfTurn = 0;

  constructor(private readonly layer: Rotation) {}

  ask(day: string, clock: string, weekday: number, before: { day: string; weekday: number }): string | null {
    const { layer } = this;
    if (clock === layer.handover && day >= layer.start) {
      if (this.turn < 0 || ++this.daysOfTurn === layer.turnDays) {
        this.turn++;
        this.daysOfTurn = 0;
      }
    }
    if (this.turn < 0) return null;
    let own = { day, weekday };
    if (layer.hours) {
      const { days, from, to } = layer.hours;
      const today = days.includes(weekday) && clock >= from && (from < to ? clock < to : true);
      const yesterday = days.includes(before.weekday) && from >= to && clock < to;
      if (!today && !yesterday) return null;
      if (!today) own = before;
    }
    if (layer.holidays && HOLIDAYS.has(own.day) !== (layer.holidays === 'only')) return null;
    return layer.people[this.turn % layer.people.length] ?? null;
  }
}

class SlowSchedule {
  private readonly layers: SlowLayer[];
  private readonly overrides: { from: number; to: number; person: string }[];
  constructor(schedule: Schedule) {
    this.overrides = schedule.overrides.map(({ from, to, person }) => ({
      from: Date.parse(from),
      to: Date.parse(to),
      person,
    }));
    this.layers = schedule.layers.map((layer) => new SlowLayer(layer));
  }

  ask(
    at: number,
    day: string,
    clock: string,
    weekday: number,
    before: { day: string; weekday: number },
  ): string | null {
    // Every layer is asked, so that it sees every hand-over pass.
    const answers = this.layers.map((layer) => layer.ask(day, clock, weekday, before));
    const override = this.overrides.find(({ from, to }) => at >= from && at < to);
    return override?.person ?? answers.reverse().find((person) => person !== null) ?? null;
  }
}

const wallClock = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Ho_Chi_Minh',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const LOGINS = ['an', 'binh', 'chi', 'dung', 'em', 'giang', 'hoa', 'khanh', 'lan', 'minh'];
const contacts = [{ channel: 'mail', address: 'a@example.org', least: 'information' as const }];
const people = LOGINS.map((login) => ({ login, role: 'operator' as const, contacts, pushes: 0, disabled: false }));
const channels = [{ id: 'mail', kind: 'email' as const, disabled: false }];
const directory: Directory = { people, channels, schedules: SCHEDULES, isHoliday };
const world: OnCallWorld = {
  people,
  channels,
  schedules: SCHEDULES,
  policies: [],
  sectors: [],
  isRule: () => false,
  isUnit: () => true,
  mergedInto: () => [],
  isUnitWithin: () => false,
  isHoliday,
};
const policy = (...schedules: string[]): Policy => ({
  id: schedules.join('-'),
  name: 'p',
  steps: [{ after: 0, to: schedules.map((schedule) => ({ schedule })) }],
});
/** The second covers each minute only by its schedules together; the third has holes, which the check must tell. */
const POLICIES = [policy('duty'), policy('office', 'weekend', 'holidays'), policy('office', 'weekend')];

test('a year of every minute: who is on call agrees with a slow model, and no minute that a policy covers is uncovered', () => {
  const slow = SCHEDULES.map((schedule) => new SlowSchedule(schedule));
  const minutes: (string | null)[][] = SCHEDULES.map(() => []);
  const uncovered: (number | null)[] = POLICIES.map(() => null);
  let before = { day: '', weekday: 0 };
  let today = { day: '', weekday: 0 };
  // Intl is asked once an hour: it is slow, and zones change by no less than that here.
  const hour = { day: '', at: '' };
  // The slow model has to see the hand-overs before the year too.
  for (let at = BEGIN - 10 * DAY_MS; at < END; at += MINUTE_MS) {
    const minute = Math.round((at / MINUTE_MS) % 60);
    if (minute === 0 || hour.day === '') [hour.day = '', hour.at = ''] = wallClock.format(at).split(', ');
    const { day } = hour;
    const clock = `${hour.at.slice(0, 3)}${String(minute).padStart(2, '0')}`;
    if (day !== today.day) {
      before = today;
      today = { day, weekday: new Date(`${day}T00:00:00Z`).getUTCDay() || 7 };
    }
    for (const [i, model] of slow.entries()) {
      const person = model.ask(at, day, clock, today.weekday, before);
      if (at < BEGIN) continue;
      const schedule = SCHEDULES[i] as Schedule;
      const fast = onCall(schedule, at, isHoliday).person;
      if (fast !== person)
        throw new Error(`${schedule.id} ${day} ${clock}: ${fast}, but the slow model says ${person}`);
      minutes[i]?.push(person);
    }
    if (at < BEGIN) continue;
    for (const [i, each] of POLICIES.entries()) {
      const [step] = each.steps;
      if (uncovered[i] === null && !isReached(recipientsOf(step?.to ?? [], directory, 'critical', at)))
        uncovered[i] = at;
    }
  }
  expect(minutes[0]?.length).toBe(366 * 24 * 60);
  // Everybody had a turn: the year is no year of one person.
  expect(new Set(minutes.flat())).toEqual(new Set([...LOGINS, null]));
  for (const [i, schedule] of SCHEDULES.entries()) {
    for (const shift of shiftsOf(schedule, BEGIN, END, isHoliday)) {
      const own = minutes[i]?.slice((shift.from - BEGIN) / MINUTE_MS, (shift.to - BEGIN) / MINUTE_MS) ?? [];
      expect([schedule.id, shift.from, new Set(own)]).toEqual([schedule.id, shift.from, new Set([shift.person])]);
    }
  }
  // What the check promises of a policy is what the year showed.
  for (const [i, each] of POLICIES.entries()) {
    const holes = faultsOfPolicy(each, world, BEGIN);
    expect([each.id, holes.map(({ path, level }) => [path, level])]).toEqual([
      each.id,
      uncovered[i] === null ? [] : [['/steps/0/to', 'warning']],
    ]);
  }
  expect(uncovered).toEqual([null, null, Date.parse('2028-01-03T17:00:00+07:00')]);
});
