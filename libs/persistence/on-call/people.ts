import { IN_APP, type Directory, type IsHoliday } from '#libs/alerting';
import { PERSON_ROLES, type Contact, type Person, type PersonRole, type Schedule } from '#libs/contracts';
import type { EntityManager } from 'typeorm';
import { AuditEntity, UserEntity } from '../entities/access.entity.js';
import { ChannelEntity } from '../entities/notification.entity.js';
import { ContactEntity, PushSubscriptionEntity } from '../entities/on-call.entity.js';

/** Everybody who may sign in, with where each is reached; by login. A role that is not known may nothing and is left out. */
export async function loadPeople(manager: EntityManager): Promise<Person[]> {
  const users = await manager.find(UserEntity, { order: { login: 'ASC' } });
  const contacts = await manager.find(ContactEntity, { order: { channel: 'ASC' } });
  const pushes = await manager
    .createQueryBuilder(PushSubscriptionEntity, 'push')
    .select('push.userId', 'user')
    .addSelect('count(*)::int', 'count')
    .groupBy('push.userId')
    .getRawMany<{ user: string; count: number }>();
  const counts = new Map(pushes.map(({ user, count }) => [user, count]));
  const byUser = new Map<string, Contact[]>();
  for (const { userId, channel, address, least } of contacts) {
    byUser.set(userId, [...(byUser.get(userId) ?? []), { channel, address, least }]);
  }
  return users.flatMap((user) => {
    const role = PERSON_ROLES.find((each) => each === user.role);
    return role === undefined ? [] : [personOf(user, role, byUser.get(user.id) ?? [], counts.get(user.id) ?? 0)];
  });
}

function personOf(user: UserEntity, role: PersonRole, contacts: readonly Contact[], pushes: number): Person {
  const { login, name, phone, language, disabledAt } = user;
  return {
    login,
    name: name === '' ? login : name,
    role,
    phone,
    contacts,
    pushes,
    language,
    disabled: disabledAt !== null,
  };
}

/** Replaces where a person is reached. False: there is no such person. */
export async function saveContacts(
  manager: EntityManager,
  login: string,
  contacts: readonly Contact[],
  actor: string,
): Promise<boolean> {
  return manager.transaction(async (inside) => {
    const user = await inside.findOne(UserEntity, { where: { login }, lock: { mode: 'pessimistic_write' } });
    if (!user) return false;
    await inside.delete(ContactEntity, { userId: user.id });
    if (contacts.length > 0) {
      await inside.insert(
        ContactEntity,
        contacts.map(({ channel, address, least }) => ({ userId: user.id, channel, address, least })),
      );
    }
    // Addresses of people stay out of the record.
    const detail = { channels: contacts.map(({ channel }) => channel) };
    await inside.insert(AuditEntity, { actor, action: 'user.contacts', object: login, detail });
    return true;
  });
}

/** Channels as targets mean them. The one inside the application is there from the first start. */
export async function loadChannels(
  manager: EntityManager,
): Promise<(Directory['channels'][number] & { name: string })[]> {
  const rows = await manager.find(ChannelEntity, { order: { id: 'ASC' } });
  const channels = rows.map(({ id, kind, name, settings, disabledAt }) => {
    return { id, kind, name, disabled: disabledAt !== null, group: namesGroup(settings) };
  });
  return channels.some(({ kind }) => kind === 'in-app')
    ? channels
    : [{ id: IN_APP, kind: 'in-app', name: 'Ứng dụng / application', disabled: false }, ...channels];
}

/** A plain webhook has one receiver; of the others a group chat or a number has to be named. */
export const namesGroup = (settings: Record<string, unknown>): boolean =>
  (settings.format ?? 'plain') === 'plain' || (settings.group ?? '') !== '';

/** A directory with the names of people and channels. */
export type NamedDirectory = Omit<Directory, 'people' | 'channels'> & {
  people: readonly Person[];
  channels: Awaited<ReturnType<typeof loadChannels>>;
};

/** Whom targets can mean now. */
export async function loadDirectory(
  manager: EntityManager,
  schedules: readonly Schedule[],
  isHoliday: IsHoliday,
): Promise<NamedDirectory> {
  const people = await loadPeople(manager);
  return { people, channels: await loadChannels(manager), schedules, isHoliday };
}
