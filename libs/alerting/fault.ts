import { VN_OFFSET_MS, type OnCallFault, type Person, type Schedule } from '#libs/contracts';
import type { TargetChannel } from './recipients.js';
import type { IsUnitWithin } from './route.js';
import type { IsHoliday } from './schedule.js';

/** What schedules, policies and settings may name. */
export interface OnCallWorld {
  people: readonly Pick<Person, 'login' | 'role' | 'contacts' | 'pushes' | 'disabled'>[];
  channels: readonly TargetChannel[];
  schedules: readonly Schedule[];
  /** Ids of policies. */
  policies: readonly string[];
  sectors: readonly string[];
  isRule: (id: string) => boolean;
  isUnit: (code: string) => boolean;
  /** Units of today that took over one that was merged away. */
  mergedInto: (code: string) => readonly { code: string; name: string }[];
  isUnitWithin: IsUnitWithin;
  isHoliday: IsHoliday;
}

export const error = (path: string, vi: string, en: string): OnCallFault => ({
  path,
  level: 'error',
  message: en,
  text: { vi, en },
});

export const warning = (path: string, vi: string, en: string): OnCallFault => ({
  ...error(path, vi, en),
  level: 'warning',
});

/** A person who is not there, or may not sign in any more, can answer nothing. */
export function unknownPerson(path: string, login: string, { people }: OnCallWorld): OnCallFault[] {
  const person = people.find((each) => each.login === login);
  if (!person) return [error(path, `Không có người “${login}”.`, `There is no person "${login}".`)];
  return person.disabled
    ? [error(path, `Tài khoản “${login}” đã bị khóa.`, `The account "${login}" is disabled.`)]
    : [];
}

/** `2026-11-22 14:30` in Vietnam. */
export const localMoment = (at: number): string =>
  new Date(at + VN_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
