import { randomUUID } from 'node:crypto';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { faultOfUrl, type ChannelParts } from '#libs/notify';
import { ContactEntity, PushSubscriptionEntity } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import { DataSource } from 'typeorm';
import { ForLeaders } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { GonePushDto, PushDto } from './channels.dto.js';
import { CHANNEL_PARTS } from './channels.tokens.js';

/** Browsers of one person; the oldest makes room. */
const MOST_BROWSERS = 10;
const WEB_PUSH = 'web-push';

/** A person's own browsers that take push messages. */
@Controller('v1')
@ApiTags('channels')
@ForLeaders()
export class PushController {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(CHANNEL_PARTS) private readonly parts: ChannelParts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Public key of this installation, for `PushManager.subscribe`. */
  @Get('push/key')
  async key(): Promise<{ key: string }> {
    const keys = await this.parts.vapid();
    if (keys === null) throw new ProblemError(404, 'not-found', 'Not Found', 'This installation has no keys for push.');
    return { key: keys.publicKey };
  }

  /** Adds this browser; a browser that somebody else signed in at before is his no more. */
  @Post('me/push')
  @HttpCode(204)
  async add(@Body() { endpoint, keys }: PushDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    const fault = faultOfUrl(endpoint, this.parts.inside, 'CHANNELS_PRIVATE');
    if (fault !== null || !isPoint(keys.p256dh)) {
      const errors = [
        fault === null ? { path: '/keys/p256dh', message: 'is no key' } : { path: '/endpoint', message: fault },
      ];
      throw new ProblemError(400, 'field-invalid', 'Bad Request', errors[0]?.message, { errors });
    }
    const row = { userId: viewer.id, endpoint, ...keys, createdAt: new Date(this.clock.now()) };
    await this.database.transaction(async (manager) => {
      await manager
        .createQueryBuilder()
        .insert()
        .into(PushSubscriptionEntity)
        .values({ id: randomUUID(), ...row })
        .orUpdate(['user_id', 'p256dh', 'auth', 'created_at'], ['endpoint'])
        .execute();
      // Who subscribes wants to be told; what he set before stays.
      const contact = { userId: viewer.id, channel: WEB_PUSH, address: '', least: 'warning' as const };
      await manager.createQueryBuilder().insert().into(ContactEntity).values(contact).orIgnore().execute();
      await manager.query(
        `DELETE FROM push_subscription WHERE user_id = $1 AND id NOT IN (
           SELECT id FROM push_subscription WHERE user_id = $1 ORDER BY created_at DESC, id LIMIT $2)`,
        [viewer.id, MOST_BROWSERS],
      );
    });
  }

  @Delete('me/push')
  @HttpCode(204)
  async remove(@Body() { endpoint }: GonePushDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    await this.database.manager.delete(PushSubscriptionEntity, { endpoint, userId: viewer.id });
  }
}

const isPoint = (key: string): boolean => {
  const bytes = Buffer.from(key, 'base64url');
  return bytes.length === 65 && bytes[0] === 4;
};
