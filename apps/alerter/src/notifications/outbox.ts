import type { Message } from '#libs/contracts';
import { circuitOf, mayPass, type Address, takeSlots } from '#libs/notify';
import { ChannelEntity, ContactEntity, PushSubscriptionEntity, UserEntity } from '#libs/persistence';
import { type DataSource, type EntityManager, In, IsNull } from 'typeorm';

/** How long a process may hold a message before another takes it over; longer than a try may take. */
export const LEASE_MS = 25_000;

/** A notification that this process has to send now, and by which channel. */
export interface Taken {
  id: string;
  kind: string;
  recipient: string;
  /** Tries, with this one. */
  tries: number;
  message: Message;
  progress: string | null;
}

/** Channels by which something is due and may be sent now. */
export async function dueChannels(database: DataSource, now: number): Promise<string[]> {
  const rows = await database.query<{ id: string }[]>(
    `SELECT c.id FROM channel c
     WHERE c.disabled_at IS NULL AND (c.down_since IS NULL OR c.probe_at IS NULL OR c.probe_at <= $1)
       AND EXISTS (SELECT 1 FROM notification n WHERE n.channel = c.id AND n.next_at <= $1)
     ORDER BY c.id`,
    [new Date(now)],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes at most `most` due notifications of a channel, urgent ones first, with a lease: what this process dies with is
 * taken again. The channel's row is locked meanwhile, so that all processes together keep its rate, and one probe goes
 * while it is down.
 */
export function take(
  database: DataSource,
  channel: string,
  most: number,
  now: number,
): Promise<{ row: ChannelEntity; taken: Taken[] } | null> {
  return database.transaction(async (manager) => {
    const where = { id: channel, disabledAt: IsNull() };
    const row = await manager.findOne(ChannelEntity, { where, lock: { mode: 'pessimistic_write' } });
    if (row === null) return null;
    const may = mayPass(circuitOf(row), now);
    if (may === 'none') return null;
    const slotAt = row.slotAt?.getTime() ?? null;
    const { taken: free } = takeSlots(row.rate, slotAt, may === 'probe' ? 1 : most, now);
    if (free === 0) return null;
    const taken = await lease(manager, channel, free, now);
    if (taken.length === 0) return null;
    await manager.update(
      ChannelEntity,
      { id: channel },
      {
        slotAt: new Date(takeSlots(row.rate, slotAt, taken.length, now).slotAt),
        ...(may === 'probe' ? { probeAt: new Date(now + LEASE_MS) } : {}),
      },
    );
    return { row, taken };
  });
}

interface Row {
  id: string;
  kind: string;
  recipient: string;
  tries: number;
  message: string;
  receipt: string | null;
}

async function lease(manager: EntityManager, channel: string, most: number, now: number): Promise<Taken[]> {
  const [rows] = await manager.query<[Row[], number]>(
    `UPDATE notification SET next_at = $3, tries = tries + 1 WHERE id IN (
       SELECT id FROM notification WHERE channel = $1 AND next_at <= $2
       ORDER BY urgent DESC, next_at LIMIT $4 FOR UPDATE SKIP LOCKED)
     RETURNING id, kind, recipient, tries, message, receipt`,
    [channel, new Date(now), new Date(now + LEASE_MS), most],
  );
  return rows.map(({ message, receipt, ...row }) => ({
    ...row,
    message: JSON.parse(message) as Message,
    progress: receipt,
  }));
}

/** Where the recipients are reached by a channel, by recipient; who is missing cannot be told. */
export async function addressesOf(
  database: DataSource,
  { id: channel, kind }: Pick<ChannelEntity, 'id' | 'kind'>,
  recipients: readonly string[],
): Promise<Map<string, Address>> {
  const { manager } = database;
  const people = await manager.findBy(UserEntity, { login: In([...recipients]), disabledAt: IsNull() });
  const userIds = people.map(({ id }) => id);
  const contacts = await manager.findBy(ContactEntity, { userId: In(userIds), channel });
  const browsers = kind === 'web-push' ? await manager.findBy(PushSubscriptionEntity, { userId: In(userIds) }) : [];
  const addresses = new Map<string, Address>();
  for (const { id, login } of people) {
    const address = contacts.find(({ userId }) => userId === id)?.address ?? '';
    const own = browsers.filter(({ userId }) => userId === id);
    addresses.set(login, { recipient: login, group: false, address, browsers: own });
  }
  if (recipients.includes(channel)) {
    addresses.set(channel, { recipient: channel, group: true, address: '', browsers: [] });
  }
  return addresses;
}
