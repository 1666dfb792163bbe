import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_SETTINGS, type Directory, recipientsOf, shiftsOf } from '#libs/alerting';
import { DAY_MS, type AlertSettings, type PersonRole, type PhoneBook, type Target } from '#libs/contracts';
import {
  AlertSettingEntity,
  ChannelEntity,
  ContactEntity,
  PushSubscriptionEntity,
  ScheduleEntity,
  UserEntity,
} from '#libs/persistence';
import { holidayTest } from '#libs/sector-kit';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import type { BriefDuty } from './brief-facts.js';

/** One way to one recipient. */
export interface BriefWay {
  /** Login, or the channel's id for a group chat. */
  recipient: string;
  channel: string;
  language: 'vi' | 'en';
  /** Whether the channel can carry a file. */
  files: boolean;
}

/** Duties that a brief lists at most: the turns of one day. */
const MOST_DUTIES = 20;

/** Who is on call, and whom targets mean. */
@Injectable()
export class BriefPeople {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** The setting of the brief; null: it is told to nobody. */
  async settings(): Promise<AlertSettings['brief']> {
    const found = await this.database.getRepository(AlertSettingEntity).findOneBy({ name: 'brief' });
    return found ? (found.value as AlertSettings['brief']) : DEFAULT_SETTINGS.brief;
  }

  /** Who is on call from `from` to `until` by each schedule, epoch ms. */
  async duties(from: number, until: number): Promise<BriefDuty[]> {
    const { manager } = this.database;
    const users = await manager.find(UserEntity);
    const names = new Map(users.map(({ login, name }) => [login, name === '' ? login : name]));
    const { schedules, isHoliday } = await directoryOf(manager, users);
    const duties = schedules.flatMap((schedule) =>
      shiftsOf(schedule, from, until, isHoliday).map(({ person, from, to }) => ({
        schedule: schedule.name,
        person: person === null ? null : (names.get(person) ?? person),
        from,
        until: to,
      })),
    );
    return duties.slice(0, MOST_DUTIES);
  }

  /** Whom a leader can give an alert to, and call; who is on call at a moment. */
  async phoneBook(at: number): Promise<PhoneBook> {
    const { manager } = this.database;
    const users = await manager.find(UserEntity, { where: { disabledAt: IsNull() }, order: { login: 'ASC' } });
    const { schedules, isHoliday } = await directoryOf(manager, users);
    const people = users.map(({ login, name, role, phone }) => ({
      login,
      name: name === '' ? login : name,
      role: role as PersonRole,
      phone,
    }));
    const onCall = schedules.flatMap((schedule) => {
      const [now] = shiftsOf(schedule, at, at + DAY_MS, isHoliday);
      const { person = null, to = at } = now ?? {};
      return person === null ? [] : [{ schedule: schedule.name, login: person, until: to }];
    });
    return { people, onCall };
  }

  /** Every way to everybody whom the targets mean at a moment, nobody twice by the same. */
  async ways(manager: EntityManager, targets: readonly Target[], at: number): Promise<BriefWay[]> {
    const users = await manager.find(UserEntity);
    const directory = await directoryOf(manager, users);
    const { people, groups } = recipientsOf(targets, directory, 'information', at);
    const files = (id: string): boolean => directory.channels.some((one) => one.id === id && one.kind === 'email');
    const languages = new Map(users.map(({ login, language }) => [login, language]));
    return [
      ...people.flatMap(({ login, ways }) =>
        ways.map(({ channel }): BriefWay => ({
          recipient: login,
          channel,
          language: languages.get(login) ?? 'vi',
          files: files(channel),
        })),
      ),
      ...groups.map((id): BriefWay => ({ recipient: id, channel: id, language: 'vi', files: files(id) })),
    ];
  }
}

async function directoryOf(manager: EntityManager, users: readonly UserEntity[]): Promise<Directory> {
  const channels = await manager.find(ChannelEntity);
  const contacts = await manager.find(ContactEntity);
  const browsers = await manager.find(PushSubscriptionEntity, { select: { id: true, userId: true } });
  const schedules = await manager.find(ScheduleEntity, { order: { id: 'ASC' } });
  const holidays = await manager.findOneBy(AlertSettingEntity, { name: 'holidays' });
  return {
    people: users.map(({ id, login, role, disabledAt }) => ({
      login,
      role: role as PersonRole,
      contacts: contacts.filter(({ userId }) => userId === id),
      pushes: browsers.filter(({ userId }) => userId === id).length,
      disabled: disabledAt !== null,
    })),
    channels: channels.map(({ id, kind, disabledAt }) => ({ id, kind, disabled: disabledAt !== null })),
    schedules: schedules.map(({ definition }) => definition),
    isHoliday: holidayTest((holidays?.value as AlertSettings['holidays'] | undefined) ?? DEFAULT_SETTINGS.holidays),
  };
}
