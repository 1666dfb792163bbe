import { Inject, Injectable } from '@nestjs/common';
import type { Target } from '#libs/contracts';
import { ChannelEntity, ContactEntity, UserEntity } from '#libs/persistence';
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

/** Who is on call, and whom targets mean. */
@Injectable()
export class BriefPeople {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** Who is on call from `from` to `until` by each schedule, epoch ms. */
  async duties(_from: number, _until: number): Promise<BriefDuty[]> {
    return [];
  }

  /** Every way to everybody whom the targets mean, nobody twice by the same. */
  async ways(manager: EntityManager, targets: readonly Target[]): Promise<BriefWay[]> {
    const channels = await manager.findBy(ChannelEntity, { disabledAt: IsNull() });
    const users = await manager.findBy(UserEntity, { disabledAt: IsNull() });
    const contacts = await manager.find(ContactEntity);
    const ways = new Map<string, BriefWay>();
    for (const target of targets) {
      if ('channel' in target) {
        const channel = channels.find(({ id }) => id === target.channel);
        if (channel) ways.set(channel.id, wayOf(channel.id, channel, 'vi'));
        continue;
      }
      for (const user of users) {
        if (!('person' in target ? user.login === target.person : 'role' in target && user.role === target.role))
          continue;
        for (const channel of channels) {
          const contact = contacts.some((one) => one.userId === user.id && one.channel === channel.id);
          if (!contact && channel.kind !== 'in-app') continue;
          ways.set(`${user.login} ${channel.id}`, wayOf(user.login, channel, user.language));
        }
      }
    }
    return [...ways.values()];
  }
}

const wayOf = (recipient: string, { id, kind }: ChannelEntity, language: 'vi' | 'en'): BriefWay => ({
  recipient,
  channel: id,
  language,
  files: kind === 'email',
});
