import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { MINUTE_MS, type Message } from '#libs/contracts';
import { openChannel, recordResult, SEND_TIMEOUT_MS, webhookSettings } from '#libs/notify';
import type { Address, ChannelParts, SendResult } from '#libs/notify';
import { ContactEntity, PushSubscriptionEntity, UserEntity } from '#libs/persistence';
import type { ChannelEntity } from '#libs/persistence';
import { CLOCK, type Clock } from '#libs/platform';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { CHANNEL_PARTS } from './channels.tokens.js';
import { Channels } from './channels.service.js';

export interface TestAnswer {
  ok: boolean;
  /** What the channel answered, or why nothing was sent. */
  answer: string;
  /** Milliseconds that it took. */
  took: number;
}

/** Sends a message now, past the queue, and tells what the channel answered. */
@Injectable()
export class ChannelTest {
  constructor(
    @Inject(Channels) private readonly channels: Channels,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(CHANNEL_PARTS) private readonly parts: ChannelParts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async test(id: string, address: string | undefined, viewer: Viewer): Promise<TestAnswer> {
    const row = await this.channels.find(id);
    const began = this.clock.now();
    const result = await this.send(row, await this.addressOf(row, address ?? '', viewer), viewer);
    const now = this.clock.now();
    const turn = await recordResult(this.database, row, result, began, now);
    if (turn !== null) await this.channels.tell();
    return { ok: result.ok, answer: result.ok ? (result.receipt ?? 'ok') : result.reason, took: now - began };
  }

  private async send(row: ChannelEntity, to: Address, viewer: Viewer): Promise<SendResult> {
    try {
      const channel = await openChannel(row, this.parts);
      if (channel === null) return { ok: true, receipt: 'nothing is sent by this channel: others fetch it' };
      const user = await this.database.manager.findOneBy(UserEntity, { id: viewer.id });
      const signal = AbortSignal.timeout(SEND_TIMEOUT_MS);
      const message = testMessage(row.name, user?.language === 'en' ? 'en' : 'vi', this.clock.now());
      return await channel.send(message, to, { signal, hub: this.parts.hub, token: null, progress: null });
    } catch (error) {
      return { ok: false, again: true, fault: 'refused', reason: (error as Error).message };
    }
  }

  /** The given address; else the group chat of the channel; else where the person himself is reached. */
  private async addressOf(row: ChannelEntity, given: string, viewer: Viewer): Promise<Address> {
    const { manager } = this.database;
    const userId = viewer.id;
    const contact = await manager.findOneBy(ContactEntity, { userId, channel: row.id });
    const browsers = row.kind === 'web-push' ? await manager.findBy(PushSubscriptionEntity, { userId }) : [];
    const group = row.kind === 'webhook' && given === '' && webhookSettings(row.settings).group !== '';
    return { recipient: group ? row.id : viewer.name, group, address: given || (contact?.address ?? ''), browsers };
  }
}

function testMessage(channel: string, language: 'vi' | 'en', now: number): Message {
  const said = {
    vi: { subject: 'Tin thử của Trung tâm điều hành', line: `Kênh gửi “${channel}” hoạt động. Không cần làm gì thêm.` },
    en: {
      subject: 'Test message of the operations centre',
      line: `The channel "${channel}" works. Nothing is to be done.`,
    },
  }[language];
  return {
    id: randomUUID(),
    kind: 'test',
    severity: 'information',
    language,
    subject: said.subject,
    lines: [said.line],
    alerts: [],
    total: 0,
    path: '/channels',
    mayAcknowledge: false,
    topic: 'test',
    at: now,
    expiresAt: now + 10 * MINUTE_MS,
  };
}
