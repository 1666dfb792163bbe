import { calendarShift, calendarStart } from '#libs/contracts';
import { latest, type Latest } from '#libs/sector-kit';

/** What was told in one month: due time and end told last, and of each status the last time in it (epoch ms). */
export interface MonthFacts {
  due?: Latest<number>;
  ended?: Latest<number>;
  statuses: Record<string, number>;
}

/** By the month's start, epoch ms. */
export type Months = Record<string, MonthFacts>;

const TOLD = ['due', 'ended'] as const;

/** More months are not kept: the earliest stay, for a dossier counts in the month of its receipt. */
const MOST_MONTHS = 24;

/** A status at the time when it was reached; due time and end at the time when they were told. */
interface Fact {
  done: number;
  status: string;
  told: number;
  due?: number | undefined;
  ended?: number | undefined;
}

interface Known {
  due?: Latest<number>;
  ended?: Latest<number>;
  statuses: Readonly<Record<string, readonly [first: number, last: number]>>;
  months?: Months;
}

/** The start of the month after that of `time`. */
export const monthAfter = (time: number): number => calendarShift('month', calendarStart('month', time), 1);

/**
 * The months of what is known with one message more; undefined while all is of one month, since the latest of all is that
 * month's then. Of each month the latest, so order and repetition do not matter.
 */
export function withFacts(before: Known | null, { done, status, told, ...values }: Fact): Months | undefined {
  const times = [done, told, ...Object.values(before?.statuses ?? {}).flat()];
  for (const name of TOLD) if (before?.[name]) times.push(before[name][0]);
  const end = monthAfter(Math.min(...times));
  if (!before?.months && times.every((time) => time < end)) return undefined;
  const months: Months = before?.months ? { ...before.months } : monthsOf(before);
  add(months, done, status);
  for (const name of TOLD) addTold(months, name, told, values[name]);
  const names = Object.keys(months).map(Number);
  if (names.length < 2) return undefined;
  for (const name of names.sort((a, b) => a - b).slice(MOST_MONTHS)) delete months[name];
  return months;
}

/** Of what is all of one month. */
function monthsOf(known: Known | null): Months {
  const months: Months = {};
  for (const [status, times] of Object.entries(known?.statuses ?? {}))
    for (const time of times) add(months, time, status);
  for (const name of TOLD) if (known?.[name]) addTold(months, name, ...known[name]);
  return months;
}

/** The facts of a month, to be written to: those before belong to the state before. */
function at(months: Months, time: number): MonthFacts {
  const month = calendarStart('month', time);
  const own = months[month];
  return (months[month] = { ...own, statuses: { ...own?.statuses } });
}

function add(months: Months, time: number, status: string): void {
  const { statuses } = at(months, time);
  statuses[status] = Math.max(statuses[status] ?? time, time);
}

function addTold(months: Months, name: (typeof TOLD)[number], told: number, value: number | undefined): void {
  if (value === undefined) return;
  const month = at(months, told);
  const newest = latest(month[name], told, value);
  if (newest) month[name] = newest;
}
