import type { NoticeMessage } from '#libs/contracts';
import { PushSubscriptionEntity } from '#libs/persistence';
import { publicUrl, type Settings } from '#libs/platform';
import type { DataSource } from 'typeorm';
import type { VapidKeys } from './drivers/web-push.js';
import type { ChannelParts } from './open-channel.js';
import { vapidKeys } from './vapid.js';

/** What channels are made from in an app: its settings, its database, and how it publishes notices. */
export function partsOf(
  settings: Settings,
  database: DataSource,
  publish: (message: NoticeMessage) => Promise<void>,
): ChannelParts {
  const hubSecret = settings.HUB_SECRET;
  if (hubSecret === undefined) throw new Error('HUB_SECRET is unset: start the hub with `npm start`, or set it.');
  let keys: VapidKeys | null = null;
  return {
    hubSecret,
    hub: publicUrl(settings),
    inside: settings.CHANNELS_PRIVATE,
    publish,
    // Made once and never changed.
    vapid: async () => (keys ??= await vapidKeys(database, hubSecret)),
    forget: async (browser) => void (await database.manager.delete(PushSubscriptionEntity, { id: browser })),
  };
}
