import { type AlertsMessage, NOT_SENT } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { oneTapToken, openChannel, recordResult, SEND_TIMEOUT_MS } from '#libs/notify';
import type { Address, Channel, ChannelParts, ChannelTurn, SendResult } from '#libs/notify';
import { type ChannelEntity, hasPageOpen } from '#libs/persistence';
import type { Clock } from '#libs/platform';
import type { Logger } from 'pino';
import type { DataSource, EntityManager } from 'typeorm';
import type { Lost, LostHook, Taken } from './notifications.port.js';
import { type Held, heldBack } from './needless.js';
import { addressesOf, dueChannels, take } from './outbox.js';
import { buryLost, settleCancelled, settleFailed, settlePutOff, settleSent, settleUnseen } from './settle.js';

export interface DispatcherParts {
  database: DataSource;
  bus: Pick<LiveBus, 'publish'>;
  channels: ChannelParts;
  whenLost: LostHook;
  clock: Clock;
  log: Logger;
  /** 0 to 1, spreads retries. */
  random?: () => number;
}

/** Tries under way, by one channel and in all: a channel that hangs leaves the others their turn. */
const AT_ONCE_A_CHANNEL = 8;
const AT_ONCE = 48;
const POLL_MS = 500;
/** Tries that end together make room together: one look for all of them, not one for each. */
const REFILL_MS = 15;
const BURY_EVERY_MS = 5_000;
const STOP_MS = 3_000;
const SETTLE_TRIES = 3;
const MOST_IDS = 200;
/** A page that lost its connection, or whose gateway starts again, may come back within this; as long as one that is silent counts as open. */
const COMES_BACK_MS = 30_000;
/** When a message is published again that no page showed; then after twice as long each time. */
const UNSEEN_AGAIN_MS = 2_000;

/**
 * Hands notifications to channels. Any number of processes may run one: what is due is taken with a lease, and the row of
 * its channel keeps rate and circuit for all of them.
 */
export class Dispatcher {
  private readonly underWay = new Map<string, Set<Promise<void>>>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private wake: (() => void) | undefined;
  private kicked = false;
  private stopped = false;
  private buryAt = 0;
  private refill: NodeJS.Timeout | undefined;

  constructor(private readonly parts: DispatcherParts) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something was just written that is due: looks at once instead of at the next poll. */
  kick(): void {
    this.kicked = true;
    this.wake?.();
  }

  /** Takes nothing more; what is under way may end, or is cut off and comes again under its id. */
  async stop(): Promise<void> {
    const cut = setTimeout(() => this.stopping.abort(), STOP_MS);
    this.stopped = true;
    this.wake?.();
    await this.running;
    await this.settled();
    clearTimeout(cut);
    clearTimeout(this.refill);
  }

  /** Resolves when no try is under way. */
  async settled(): Promise<void> {
    while (this.count() > 0) await Promise.all([...this.underWay.values()].flatMap((tries) => [...tries]));
  }

  /** Starts tries of what is due, as far as there is room; resolves to how many. */
  async round(): Promise<number> {
    const { database, clock } = this.parts;
    let started = 0;
    for (const id of await dueChannels(database, clock.now())) {
      const room = Math.min(AT_ONCE_A_CHANNEL - this.count(id), AT_ONCE - this.count());
      if (room <= 0) continue;
      const found = await take(database, id, room, clock.now());
      if (found === null) continue;
      started += found.taken.length;
      await this.startTries(found.row, found.taken);
    }
    if (clock.now() >= this.buryAt) {
      this.buryAt = clock.now() + BURY_EVERY_MS;
      await this.bury();
    }
    return started;
  }

  /** Buries what has expired, and what belongs to a channel that is disabled or gone. */
  async bury(): Promise<void> {
    const { database, clock } = this.parts;
    const changed: string[] = [];
    try {
      await buryLost(
        database,
        clock.now(),
        async (manager, lost) => void changed.push(...(await this.lost(manager, lost))),
      );
    } finally {
      await this.publishAlerts(changed);
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.kicked = false;
      let more = false;
      try {
        more = (await this.round()) > 0;
      } catch (error) {
        this.parts.log.warn({ error: (error as Error).message }, 'notifications');
      }
      // What was started makes room when it ends; until then there is nothing to look for.
      if (!this.stopped && !this.kicked) await this.pause(more ? REFILL_MS : POLL_MS);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  private async startTries(row: ChannelEntity, taken: readonly Taken[]): Promise<void> {
    const { clock, database, channels } = this.parts;
    const [channel, held, addresses] = await Promise.all([
      openChannel(row, channels).catch((error: Error) => error),
      heldBack(database, taken, clock.now()),
      addressesOf(
        database,
        row,
        taken.map(({ recipient }) => recipient),
      ),
    ]);
    for (const one of taken) {
      const back = held.get(one.id);
      const work = back ? this.hold(one, back) : this.send(row, channel, one, addresses.get(one.recipient));
      this.follow(row.id, work);
    }
  }

  private follow(channel: string, work: Promise<void>): void {
    const tries = this.underWay.get(channel) ?? new Set();
    this.underWay.set(channel, tries);
    const followed: Promise<void> = work
      // What cannot be written down is taken again when its lease is over.
      .catch((error: Error) => this.parts.log.warn({ channel, error: error.message }, 'notification not settled'))
      .finally(() => {
        tries.delete(followed);
        this.refill ??= setTimeout(() => {
          this.refill = undefined;
          this.kick();
        }, REFILL_MS);
      });
    tries.add(followed);
  }

  private async hold(taken: Taken, held: Held): Promise<void> {
    const { database } = this.parts;
    if ('why' in held) await settleCancelled(database, taken, held.why);
    else await settlePutOff(database, taken, held.until);
  }

  private async send(
    row: ChannelEntity,
    channel: Channel | Error | null,
    taken: Taken,
    to: Address | undefined,
  ): Promise<void> {
    const { database, clock } = this.parts;
    const began = clock.now();
    const shown = async () => row.kind !== 'in-app' || (await hasPageOpen(database.manager, taken.recipient));
    // Before it is published and after: a page that came or went between may not have got it.
    const before = await shown();
    const result = await this.tryOf(channel, taken, to);
    const now = clock.now();
    if (result.ok && !(before && (await shown()))) await this.unseen(row, taken, now);
    else if (result.ok)
      await this.publishAlerts(await again(SETTLE_TRIES, () => settleSent(database, taken, result.receipt, now)));
    else await this.failed(row, taken, result, now);
    const turn = await recordResult(database, row, result, began, now);
    await this.tell(row, turn, result.ok ? null : result.reason);
  }

  private async tryOf(channel: Channel | Error | null, taken: Taken, to: Address | undefined): Promise<SendResult> {
    const { clock, channels } = this.parts;
    const { message, progress } = taken;
    if (clock.now() >= message.expiresAt) return never(NOT_SENT.expired.en);
    if (channel instanceof Error) return { ok: false, again: true, fault: 'refused', reason: channel.message };
    if (to === undefined) return never(NOT_SENT.noPerson.en);
    // Nothing is sent where others fetch.
    if (channel === null) return { ok: true, receipt: null };
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
    const token = message.mayAcknowledge ? oneTapToken(channels.hubSecret, message.id, message.expiresAt) : null;
    try {
      return await channel.send(message, to, { signal, hub: channels.hub, token, progress });
    } catch (error) {
      return { ok: false, again: true, fault: 'refused', reason: (error as Error).message };
    }
  }

  /** No page was there to show it: it comes again while one may come back. Then it reached nobody, whatever the bus took. */
  private async unseen(row: ChannelEntity, taken: Taken, now: number): Promise<void> {
    const since = Number(taken.progress) || now;
    const last = since + COMES_BACK_MS;
    const next = Math.min(now + Math.max(UNSEEN_AGAIN_MS, now - since), last);
    if (now < last) return settlePutOff(this.parts.database, taken, next, String(since));
    let changed: string[] = [];
    await settleUnseen(this.parts.database, row.id, taken, async (manager, lost) => {
      changed = await this.lost(manager, lost);
    });
    await this.publishAlerts(changed);
  }

  private async failed(
    row: ChannelEntity,
    taken: Taken,
    result: SendResult & { ok: false },
    now: number,
  ): Promise<void> {
    const { database, log, random = Math.random } = this.parts;
    let changed: string[] = [];
    const outcome = await settleFailed(database, row.id, taken, result, now, random, async (manager, lost) => {
      changed = await this.lost(manager, lost);
    });
    const { id, tries } = taken;
    const said = { notification: id, channel: row.id, tries, reason: result.reason };
    if (outcome === 'dead') log.error(said, 'notification is dead');
    else log.warn(said, 'notification not delivered');
    await this.publishAlerts(changed);
  }

  private lost(manager: EntityManager, lost: Lost): Promise<string[]> {
    return this.parts.whenLost(manager, lost, this.parts.clock.now());
  }

  /** Everybody who watches channels hears when one goes down, comes back or is disabled. */
  async tell(row: Pick<ChannelEntity, 'id'>, turn: ChannelTurn, reason: string | null): Promise<void> {
    if (turn === null) return;
    const { log } = this.parts;
    if (turn === 'up') log.info({ channel: row.id }, 'channel works again');
    else log.error({ channel: row.id, reason }, `channel is ${turn}`);
    await this.publish({ ids: [], more: false, setup: true });
  }

  private async publishAlerts(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.publish({ ids: ids.slice(0, MOST_IDS), more: ids.length > MOST_IDS, setup: false });
  }

  /** What is written down is so, whether or not the bus takes it: who watches finds it by its number or at his next look. */
  private async publish(message: AlertsMessage): Promise<void> {
    try {
      await this.parts.bus.publish('alerts', message);
    } catch (error) {
      this.parts.log.warn({ error: (error as Error).message }, 'alerts not published');
    }
  }

  private count(channel?: string): number {
    if (channel !== undefined) return this.underWay.get(channel)?.size ?? 0;
    return [...this.underWay.values()].reduce((sum, tries) => sum + tries.size, 0);
  }
}

const never = (reason: string): SendResult => ({ ok: false, again: false, fault: 'recipient', reason });

async function again<T>(tries: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (tries <= 1) throw error;
    return again(tries - 1, work);
  }
}
