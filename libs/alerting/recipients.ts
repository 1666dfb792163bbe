import { SEVERITIES, type ChannelKind, type Person, type Schedule, type Severity, type Target } from '#libs/contracts';
import { onCall, type IsHoliday } from './schedule.js';

/** A channel as targets look at it. `group`: a message to the channel itself goes somewhere; absent: as of any webhook. */
export interface TargetChannel {
  id: string;
  kind: ChannelKind;
  disabled: boolean;
  group?: boolean;
}

/** Whether it can be told itself: the receiver of a webhook, or the group chat (or number) that is named for it. */
export const isGroup = ({ kind, group = true }: TargetChannel): boolean => kind === 'webhook' && group;

/** Everybody and everything that a target can mean. */
export interface Directory {
  people: readonly Pick<Person, 'login' | 'role' | 'contacts' | 'pushes' | 'disabled'>[];
  channels: readonly TargetChannel[];
  schedules: readonly Schedule[];
  isHoliday: IsHoliday;
}

/** A channel that leads to a person; `address` is empty for in-app and push. */
export interface Way {
  channel: string;
  address: string;
}

/** Why a target leads to nobody. */
export type Missed = 'unknown' | 'disabled' | 'nobody-on-call' | 'nobody-in-role' | 'no-way' | 'no-group';

/** Who is told, nobody twice. */
export interface Recipients {
  people: { login: string; ways: readonly Way[] }[];
  /** Channels that are told themselves (group chats). */
  groups: string[];
  missed: { target: Target; why: Missed }[];
}

/** Id of the channel that everybody has without asking: messages on open pages of the hub. */
export const IN_APP = 'in-app';

export const isReached = ({ people, groups }: Recipients): boolean => people.length > 0 || groups.length > 0;

/** Whom targets mean at a moment, and by which ways a message of this severity reaches them. */
export function recipientsOf(
  targets: readonly Target[],
  directory: Directory,
  severity: Severity,
  at: number,
): Recipients {
  const people = new Map<string, readonly Way[]>();
  const groups = new Set<string>();
  const missed: Recipients['missed'] = [];
  for (const target of targets) {
    const found = 'channel' in target ? groupOf(target.channel, directory) : loginsOf(target, directory, at);
    if (typeof found === 'string') missed.push({ target, why: found });
    else if ('group' in found) groups.add(found.group);
    else {
      const reached = found.logins.map((login) => [login, waysOf(login, directory, severity)] as const);
      const good = reached.filter(([, ways]) => typeof ways !== 'string');
      for (const [login, ways] of good) if (typeof ways !== 'string') people.set(login, ways);
      const [first] = reached;
      if (good.length === 0 && first) missed.push({ target, why: first[1] as Missed });
    }
  }
  return { people: [...people].map(([login, ways]) => ({ login, ways })), groups: [...groups], missed };
}

/**
 * Whom a step tells; where it leads to nobody, the fallback is told instead and the alert is marked unreachable.
 * Without a reachable fallback nobody is told, which only the console can show.
 */
export function reach(
  targets: readonly Target[],
  fallback: readonly Target[],
  directory: Directory,
  severity: Severity,
  at: number,
): Recipients & { unreachable: boolean } {
  const meant = recipientsOf(targets, directory, severity, at);
  if (isReached(meant)) return { ...meant, unreachable: false };
  const instead = recipientsOf(fallback, directory, severity, at);
  return { ...instead, missed: [...meant.missed, ...instead.missed], unreachable: true };
}

function groupOf(id: string, { channels }: Directory): { group: string } | Missed {
  const channel = channels.find((each) => each.id === id);
  if (!channel) return 'unknown';
  if (!isGroup(channel)) return 'no-group';
  return channel.disabled ? 'disabled' : { group: id };
}

function loginsOf(
  target: Exclude<Target, { channel: string }>,
  directory: Directory,
  at: number,
): { logins: readonly string[] } | Missed {
  if ('person' in target) return { logins: [target.person] };
  if ('role' in target) {
    const logins = directory.people.filter(({ role, disabled }) => role === target.role && !disabled);
    return logins.length === 0 ? 'nobody-in-role' : { logins: logins.map(({ login }) => login) };
  }
  const schedule = directory.schedules.find(({ id }) => id === target.schedule);
  if (!schedule) return 'unknown';
  const { person } = onCall(schedule, at, directory.isHoliday);
  return person === null ? 'nobody-on-call' : { logins: [person] };
}

/** In the application always; by another channel when the severity is at least what the person wants there. */
function waysOf(
  login: string,
  directory: Pick<Directory, 'people' | 'channels'>,
  severity: Severity,
): readonly Way[] | Missed {
  const person = directory.people.find((each) => each.login === login);
  if (!person) return 'unknown';
  if (person.disabled) return 'disabled';
  const ways: Way[] = [];
  for (const { id, kind, disabled } of directory.channels) {
    if (disabled) continue;
    const contact = person.contacts.find(({ channel }) => channel === id);
    if (kind === 'in-app') ways.push({ channel: id, address: '' });
    else if (contact && rank(severity) >= rank(contact.least) && isUsable(kind, contact.address, person.pushes)) {
      ways.push({ channel: id, address: contact.address });
    }
  }
  return ways.length === 0 ? 'no-way' : ways;
}

/** Whether messages reach a person only while a page of the hub is open, however bad the alert is. */
export function isOnlyInApp(login: string, directory: Pick<Directory, 'people' | 'channels'>): boolean {
  const ways = waysOf(login, directory, 'critical');
  if (typeof ways === 'string') return false;
  return ways.every(({ channel }) => directory.channels.some(({ id, kind }) => id === channel && kind === 'in-app'));
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

function isUsable(kind: ChannelKind, address: string, pushes: number): boolean {
  if (kind === 'web-push') return pushes > 0;
  return kind !== 'cap' && address !== '';
}
