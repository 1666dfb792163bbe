import { Inject, Injectable } from '@nestjs/common';
import { signatureHeaders } from '#libs/access';
import { HOUR_MS, MINUTE_MS } from '#libs/contracts';
import { post, type Answer } from '#libs/notify';
import { AuditEntity, DeliveryEntity, SubscriptionEntity } from '#libs/persistence';
import { CLOCK, LOG, Settings, type Clock } from '#libs/platform';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { Subscriptions } from './subscriptions.service.js';

const TIMEOUT_MS = 10_000;
/** How long a process may hold a message before another one takes it over. */
const LEASE_MS = 60_000;
const AT_ONCE = 8;
/** Waits after each failed try; after the last the message is given up until somebody replays it. */
const WAITS_MS = [
  5_000,
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
];
const GONE = 410;

/** Sends what is due, each message under its own id until the receiver says that it has it. */
@Injectable()
export class Deliveries {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Sends at most `AT_ONCE` of the messages that are due; resolves to how many were tried. */
  async sendDue(): Promise<number> {
    const now = this.clock.now();
    // Taken with a lease: several processes share the work, and what one dies with is taken again.
    const [rows] = await this.database.query<[{ id: string }[], number]>(
      `UPDATE delivery SET next_at = $2, tries = tries + 1 WHERE id IN (
         SELECT d.id FROM delivery d JOIN subscription s ON s.id = d.subscription_id
         WHERE d.next_at <= $1 AND s.disabled_at IS NULL ORDER BY d.next_at LIMIT $3 FOR UPDATE OF d SKIP LOCKED)
       RETURNING id`,
      [new Date(now), new Date(now + LEASE_MS), AT_ONCE],
    );
    await Promise.all(rows.map(({ id }) => this.send(id)));
    return rows.length;
  }

  private async send(id: string): Promise<void> {
    const repository = this.database.getRepository(DeliveryEntity);
    const delivery = await repository.findOne({ where: { id }, relations: { subscription: true } });
    const subscription = delivery?.subscription;
    if (!delivery || !subscription) return;
    const secrets = this.subscriptions.secretsOf(subscription);
    const answer = await post(subscription.url, delivery.body, signatureHeaders(delivery, secrets, this.clock.now()), {
      inside: this.settings.SUBSCRIBERS_PRIVATE,
      timeoutMs: TIMEOUT_MS,
    });
    const now = this.clock.now();
    const delivered = answer.status >= 200 && answer.status < 300;
    await repository.update(
      { id },
      {
        lastAnswer: answer.text,
        ...(delivered
          ? { deliveredAt: new Date(now), nextAt: null }
          : { nextAt: nextTry(delivery.tries, answer, now) }),
      },
    );
    if (answer.status === GONE) await this.end(subscription);
    if (!delivered)
      this.log.warn({ delivery: id, subscription: subscription.id, answer: answer.text }, 'not delivered');
  }

  /** The receiver said that it wants no more. */
  private async end({ id, name }: SubscriptionEntity): Promise<void> {
    await this.database.transaction(async (manager) => {
      const why = { disabledAt: new Date(this.clock.now()), disabledWhy: `answered ${GONE} Gone` };
      await manager.update(SubscriptionEntity, { id }, why);
      const detail = { name, why: why.disabledWhy };
      await manager.insert(AuditEntity, { actor: 'system', action: 'subscription.disable', object: id, detail });
    });
  }
}

/** When to try again after so many tries; null: given up. What the receiver asks for is waited at least. */
export function nextTry(
  tries: number,
  { status, retryAfter }: Pick<Answer, 'status' | 'retryAfter'>,
  now: number,
): Date | null {
  const wait = WAITS_MS[tries - 1];
  if (wait === undefined || status === GONE) return null;
  return new Date(now + Math.max(wait, (retryAfter ?? 0) * 1000));
}
