import { DAY_MS, type Rotation, type Schedule } from '#libs/contracts';
import { dayNumber } from '#libs/sector-kit';
import { dayWithin, isoDay, localTime, momentOf, readHours, readTime, type ReadHours } from './day-hours.js';

/** Whether a day, as number of days since 1970-01-01 in Vietnam, is a public holiday. */
export type IsHoliday = (day: number) => boolean;

/** Who is on call at a moment. `layer`: index in the schedule's layers; null person: nobody is. */
export type OnDuty = { person: string; layer: number | 'override' } | { person: null; layer: null };

/** From when to when (epoch ms, `to` excluded) the same person is on call; a gap has no person. */
export type Shift = OnDuty & { from: number; to: number };

/** Longest span of `shiftsOf`; more would hold a process for no reader's good. */
export const MOST_SHIFT_DAYS = 800;

const NOBODY: OnDuty = { person: null, layer: null };

interface Layer {
  people: readonly string[];
  begin: number;
  turn: number;
  hours: ReadHours | null;
  holidays: Rotation['holidays'];
}

interface Plan {
  layers: readonly Layer[];
  overrides: readonly { from: number; to: number; person: string }[];
}

/** Schedules are values that never change, so each is read once. */
const plans = new WeakMap<Schedule, Plan>();

function planOf(schedule: Schedule): Plan {
  let plan = plans.get(schedule);
  if (!plan) {
    plan = {
      layers: schedule.layers.map((layer) => ({
        people: layer.people,
        begin: momentOf(dayNumber(layer.start), readTime(layer.handover)),
        turn: layer.turnDays * DAY_MS,
        hours: layer.hours ? readHours(layer.hours) : null,
        holidays: layer.holidays,
      })),
      overrides: schedule.overrides.map(({ from, to, person }) => ({
        from: Date.parse(from),
        to: Date.parse(to),
        person,
      })),
    };
    plans.set(schedule, plan);
  }
  return plan;
}

/**
 * Whether a layer holds a moment. A holiday is a day of the calendar; hours that go over midnight belong to the day on
 * which they began.
 */
function holds(layer: Layer, time: number, isHoliday: IsHoliday): boolean {
  if (time < layer.begin || layer.people.length === 0) return false;
  const local = localTime(time);
  const day = layer.hours ? dayWithin(layer.hours, local) : local.day;
  if (day === null) return false;
  return layer.holidays === undefined || isHoliday(day) === (layer.holidays === 'only');
}

/**
 * Who is on call: an override before all, else the last layer that holds the moment.
 * @throws RangeError when a time of the schedule cannot be read; `faultsOfSchedule` finds that before
 */
export function onCall(schedule: Schedule, at: number, isHoliday: IsHoliday): OnDuty {
  const plan = planOf(schedule);
  for (let i = plan.overrides.length - 1; i >= 0; i--) {
    const override = plan.overrides[i];
    if (override && at >= override.from && at < override.to) return { person: override.person, layer: 'override' };
  }
  for (let i = plan.layers.length - 1; i >= 0; i--) {
    const layer = plan.layers[i];
    if (!layer || !holds(layer, at, isHoliday)) continue;
    const person = layer.people[Math.floor((at - layer.begin) / layer.turn) % layer.people.length];
    if (person !== undefined) return { person, layer: i };
  }
  return NOBODY;
}

/**
 * Who is on call from `from` to `to`, without a hole: gaps are shifts of nobody. A change of layer or person begins a
 * new one.
 * @throws RangeError beyond `MOST_SHIFT_DAYS`
 */
export function shiftsOf(schedule: Schedule, from: number, to: number, isHoliday: IsHoliday): Shift[] {
  if (to - from > MOST_SHIFT_DAYS * DAY_MS) throw new RangeError(`shifts of at most ${MOST_SHIFT_DAYS} days`);
  const shifts: Shift[] = [];
  const moments = turningPoints(schedule, from, to);
  for (const [index, start] of moments.entries()) {
    const end = moments[index + 1] ?? to;
    if (start >= end) continue;
    const duty = onCall(schedule, start, isHoliday);
    const last = shifts.at(-1);
    if (last && last.person === duty.person && last.layer === duty.layer) last.to = end;
    else shifts.push({ ...duty, from: start, to: end });
  }
  return shifts;
}

/** The next moment at or after `from`, before `to`, at which nobody is on call, with its end; null: there is none. */
export function firstGap(schedule: Schedule, from: number, to: number, isHoliday: IsHoliday): Shift | null {
  return shiftsOf(schedule, from, to, isHoliday).find(({ person }) => person === null) ?? null;
}

/** Spans in which a layer holds, whatever the others say; for finding layers that hide each other. */
export function layerSpans(
  schedule: Schedule,
  layer: number,
  from: number,
  to: number,
  isHoliday: IsHoliday,
): { from: number; to: number }[] {
  const chosen = schedule.layers[layer];
  if (!chosen) return [];
  const alone = { ...schedule, layers: [{ ...chosen, people: chosen.people.slice(0, 1) }], overrides: [] };
  return shiftsOf(alone, from, to, isHoliday).filter(({ person }) => person !== null);
}

/** Every moment of the span at which who is on call may change, in order, `from` first. */
function turningPoints(schedule: Schedule, from: number, to: number): number[] {
  const plan = planOf(schedule);
  const moments = new Set<number>([from]);
  const add = (moment: number): void => {
    if (moment > from && moment < to) moments.add(moment);
  };
  for (const override of plan.overrides) {
    add(override.from);
    add(override.to);
  }
  for (const layer of plan.layers) {
    add(layer.begin);
    const first = Math.max(0, Math.floor((from - layer.begin) / layer.turn));
    for (let moment = layer.begin + first * layer.turn; moment < to; moment += layer.turn) add(moment);
    if (layer.hours === null && layer.holidays === undefined) continue;
    for (let day = localTime(from).day - 1; day <= localTime(to).day; day++) {
      if (layer.hours === null) add(momentOf(day, 0));
      else if (layer.hours.days[isoDay(day)]) {
        add(momentOf(day, layer.hours.from));
        add(momentOf(day, layer.hours.to));
      }
    }
  }
  return [...moments].sort((a, b) => a - b);
}
