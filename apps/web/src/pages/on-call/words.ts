import { ROLE_NAMES, type Target, type Text } from '#libs/contracts';
import { formatDuration } from '../../format.js';
import { say } from '../../language.js';

/** Monday first. */
export const DAYS: readonly Text[] = [
  { vi: 'T2', en: 'Mon' },
  { vi: 'T3', en: 'Tue' },
  { vi: 'T4', en: 'Wed' },
  { vi: 'T5', en: 'Thu' },
  { vi: 'T6', en: 'Fri' },
  { vi: 'T7', en: 'Sat' },
  { vi: 'CN', en: 'Sun' },
];

export const MISSED: Record<string, Text> = {
  unknown: { vi: 'không có', en: 'does not exist' },
  disabled: { vi: 'đã khóa hoặc tắt', en: 'is disabled' },
  'nobody-on-call': { vi: 'không ai trực lúc này', en: 'nobody is on call now' },
  'nobody-in-role': { vi: 'chưa ai giữ vai trò', en: 'nobody has this role' },
  'no-group': { vi: 'kênh chưa đặt nhóm nhận', en: 'its channel names no group' },
  'no-way': { vi: 'không có đường liên lạc', en: 'cannot be reached' },
};

/** Names of what targets may mean. */
export interface Names {
  people: ReadonlyMap<string, string>;
  schedules: ReadonlyMap<string, string>;
  channels: ReadonlyMap<string, string>;
  /** Channels that may be told themselves. */
  groups: ReadonlyMap<string, string>;
}

export function targetName(target: Target, names: Names): string {
  if ('person' in target) return names.people.get(target.person) ?? target.person;
  if ('role' in target)
    return say({
      vi: `Mọi ${say(ROLE_NAMES[target.role]).toLowerCase()}`,
      en: `Every ${say(ROLE_NAMES[target.role]).toLowerCase()}`,
    });
  if ('schedule' in target) {
    const name = names.schedules.get(target.schedule) ?? target.schedule;
    return say({ vi: `Người trực “${name}”`, en: `On call: ${name}` });
  }
  const name = names.groups.get(target.channel) ?? target.channel;
  return say({ vi: `Nhóm “${name}”`, en: `Group ${name}` });
}

/** `ngay`, `+5 phút`, `+1 giờ 30 phút` */
export const delayText = (seconds: number): string =>
  seconds < 1 ? say({ vi: 'ngay', en: 'at once' }) : `+${formatDuration(seconds)}`;
