import { GIVEN_NAMES, givenName } from '#libs/contracts';
import { AlertSettingEntity, ChannelEntity } from '#libs/persistence';
import type { DataSource } from 'typeorm';
import push from 'web-push';
import type { VapidKeys } from './drivers/web-push.js';
import { seal, unseal } from './sealed.js';

const NAME = 'vapid';
const PLACE = 'alert_setting:vapid';

interface Kept {
  publicKey: string;
  /** Base64 of the sealed private key. */
  sealed: string;
}

/** The keys by which push services know this installation; null: none were made, or HUB_SECRET is another one. */
export async function vapidKeys(database: DataSource, hubSecret: string): Promise<VapidKeys | null> {
  const row = await database.manager.findOneBy(AlertSettingEntity, { name: NAME });
  if (row === null) return null;
  const { publicKey, sealed } = row.value as Kept;
  const privateKey = unseal(hubSecret, PLACE, Buffer.from(sealed, 'base64'));
  return privateKey === null ? null : { publicKey, privateKey };
}

/**
 * What every installation has: keys for push, made once, and the channels that need no settings. Doing it again changes
 * nothing; what an administrator disabled stays so.
 */
export async function ensureChannels(database: DataSource, hubSecret: string): Promise<void> {
  if ((await database.manager.findOneBy(AlertSettingEntity, { name: NAME })) === null) {
    const { publicKey, privateKey } = push.generateVAPIDKeys();
    const value: Kept = { publicKey, sealed: seal(hubSecret, PLACE, privateKey).toString('base64') };
    // Two processes that start together: the first one's keys stand.
    await insertOnce(database, AlertSettingEntity, { name: NAME, value });
  }
  await insertOnce(database, ChannelEntity, {
    id: 'in-app',
    kind: 'in-app',
    name: givenName(GIVEN_NAMES.inApp),
    rate: 6_000,
  });
  if ((await vapidKeys(database, hubSecret)) === null) return;
  await insertOnce(database, ChannelEntity, {
    id: 'web-push',
    kind: 'web-push',
    name: givenName(GIVEN_NAMES.push),
    rate: 600,
  });
}

const insertOnce = (database: DataSource, entity: typeof ChannelEntity | typeof AlertSettingEntity, row: object) =>
  database.createQueryBuilder().insert().into(entity).values(row).orIgnore().execute();
