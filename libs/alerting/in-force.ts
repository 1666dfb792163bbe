import { DAY_MS, MINUTE_MS, VN_OFFSET_MS, dayName, dayStart, type Rule, type RuleWindow } from '#libs/contracts';
import { type WorkingClock, workingClock } from '#libs/sector-kit';

type Times = Pick<Rule, 'hours' | 'validFrom' | 'validTo'>;

const OFFICE = workingClock();
/** Hours come round within a week; looked for day by day, so that days without any are passed over. */
const SEARCH_DAYS = 10;

/** Whether a rule looks at this moment: its days and hours in Vietnam. */
export function isInForce(rule: Times, now: number, office: WorkingClock = OFFICE): boolean {
  if (isAlways(rule)) return true;
  const day = dayName(now);
  if (rule.validFrom !== undefined && day < rule.validFrom) return false;
  if (rule.validTo !== undefined && day > rule.validTo) return false;
  if (rule.hours === undefined) return true;
  if (rule.hours === 'working') return office.isWorking(now);
  return windowsOf(rule.hours).some((window) => spansAround(window, now).some(([from, to]) => now >= from && now < to));
}

/** The next moment after `now` (epoch ms) at which a rule begins or ceases to look; null: never, or not within ten days. */
export function nextTurn(rule: Times, now: number, office: WorkingClock = OFFICE): number | null {
  if (isAlways(rule)) return null;
  const turns = [...hourTurns(rule, now, office)];
  if (rule.validFrom !== undefined) turns.push(dayStart(rule.validFrom));
  if (rule.validTo !== undefined) turns.push(dayStart(rule.validTo) + DAY_MS);
  const open = isInForce(rule, now, office);
  const later = turns
    .filter((turn) => turn > now && isInForce(rule, turn, office) !== open)
    .reduce((soonest, turn) => Math.min(soonest, turn), Infinity);
  return later === Infinity ? null : later;
}

/** By far the most are, and are asked for thousands of keys. */
const isAlways = ({ hours, validFrom, validTo }: Times): boolean =>
  hours === undefined && validFrom === undefined && validTo === undefined;

function hourTurns({ hours }: Times, now: number, office: WorkingClock): readonly number[] {
  if (hours === undefined) return [];
  if (hours !== 'working') return windowsOf(hours).flatMap((window) => spansAround(window, now).flat());
  return [office.isWorking(now) ? closing(office, now) : office.next(now)];
}

/** When the office that works now closes. */
function closing(office: WorkingClock, now: number): number {
  let low = now;
  let high = now + DAY_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (office.between(now, middle) === middle - now) low = middle;
    else high = middle;
  }
  return low;
}

const windowsOf = (hours: RuleWindow | readonly RuleWindow[]): readonly RuleWindow[] =>
  'days' in hours ? [hours] : hours;

/** Spans of a window from the day before on; `from` after `to` goes over midnight and belongs to the day it begins on. */
function spansAround(hours: RuleWindow, now: number): [number, number][] {
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const length = (to > from ? to - from : to - from + 24 * 60) * MINUTE_MS;
  const today = now - ((now + VN_OFFSET_MS) % DAY_MS);
  const spans: [number, number][] = [];
  for (let i = -1; i <= SEARCH_DAYS; i++) {
    const day = today + i * DAY_MS;
    const weekday = ((new Date(day + VN_OFFSET_MS).getUTCDay() + 6) % 7) + 1;
    if (hours.days.includes(weekday)) spans.push([day + from * MINUTE_MS, day + from * MINUTE_MS + length]);
  }
  return spans;
}

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
