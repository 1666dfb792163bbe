import { Inject, Injectable } from '@nestjs/common';
import { AccessError } from '#libs/access';
import { HOUR_MS, type Message, type NotificationView } from '#libs/contracts';
import { AuditEntity, NotificationEntity } from '#libs/persistence';
import { CLOCK, type Clock } from '#libs/platform';
import { DataSource, type EntityManager } from 'typeorm';

/** Of one channel, whose name its reader has. */
export type DeadLetter = Omit<NotificationView, 'channelName'> & { subject: string };

const MOST_SHOWN = 200;
const MOST_REPLAYED = 1_000;

/** Notifications that could not be delivered. Who sends one again decides anew that it is worth it, for an hour. */
@Injectable()
export class DeadLetters {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list(channel: string): Promise<DeadLetter[]> {
    const where = { channel, state: 'dead' as const };
    const rows = await this.database.manager.find(NotificationEntity, {
      where,
      order: { createdAt: 'DESC' },
      take: MOST_SHOWN,
    });
    return rows.map(({ message, ...row }) => ({
      id: row.id,
      kind: row.kind,
      recipient: row.recipient,
      channel,
      state: row.state,
      tries: row.tries,
      createdAt: row.createdAt.getTime(),
      sentAt: row.sentAt?.getTime() ?? null,
      nextAt: null,
      lastError: row.lastError,
      subject: (JSON.parse(message) as Message).subject,
    }));
  }

  /** Another round for one, or for all of a channel (at most 1,000 a call), under their ids; resolves to how many. */
  async replay(channel: string, id: string | null, actor: string): Promise<number> {
    return this.database.transaction(async (manager) => {
      const rows = await manager.find(NotificationEntity, {
        where: { channel, state: 'dead', ...(id === null ? {} : { id }) },
        order: { createdAt: 'ASC' },
        take: MOST_REPLAYED,
        lock: { mode: 'pessimistic_write' },
      });
      if (id !== null && rows.length === 0) throw new AccessError('not-found', 'there is no such message to send');
      for (const row of rows) await this.again(manager, row);
      const detail = { channel, count: rows.length };
      await manager.insert(AuditEntity, { actor, action: 'notification.replay', object: id ?? channel, detail });
      return rows.length;
    });
  }

  private async again(manager: EntityManager, { id, message }: NotificationEntity): Promise<void> {
    const now = this.clock.now();
    const said = JSON.parse(message) as Message;
    const lasting = JSON.stringify({ ...said, expiresAt: Math.max(said.expiresAt, now + HOUR_MS) });
    const set = { state: 'waiting' as const, tries: 0, nextAt: new Date(now), message: lasting };
    await manager.update(NotificationEntity, { id }, set);
  }
}
