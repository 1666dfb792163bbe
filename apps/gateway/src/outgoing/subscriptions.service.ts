import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ACCESS_SECRET, AccessError, signingSecret } from '#libs/access';
import { DAY_MS } from '#libs/contracts';
import { faultOfUrl } from '#libs/notify';
import { AuditEntity, DeliveryEntity, SubscriptionEntity } from '#libs/persistence';
import { CLOCK, ProblemError, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { DataSource, type EntityManager } from 'typeorm';

export interface NewSubscription {
  name: string;
  url: string;
  /** Sector ids; `*`: all. */
  sectors: string[];
  /** Highest level that it may have. */
  sharing: 'public' | 'internal';
}

/** How long the secret before still signs beside a new one. */
const BOTH_SECRETS_MS = DAY_MS;
const MOST_SUBSCRIPTIONS = 100;

/** Systems that are told of what is published. `actor`: login. Throws `AccessError`. */
@Injectable()
export class Subscriptions {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(ACCESS_SECRET) private readonly secret: string,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  list(): Promise<SubscriptionEntity[]> {
    return this.database.getRepository(SubscriptionEntity).find({ order: { createdAt: 'ASC' } });
  }

  deliveries(id: string, limit: number): Promise<DeliveryEntity[]> {
    const where = { subscriptionId: id };
    return this.database.getRepository(DeliveryEntity).find({ where, order: { createdAt: 'DESC' }, take: limit });
  }

  /** The secret is shown here and at a change, never again. Throws a problem of 400 that names each field at fault. */
  async add(given: NewSubscription, actor: string): Promise<{ id: string; secret: string }> {
    this.check(given);
    const id = randomUUID();
    await this.database.transaction(async (manager) => {
      if ((await manager.count(SubscriptionEntity)) >= MOST_SUBSCRIPTIONS) {
        throw new AccessError('conflict', `there are ${MOST_SUBSCRIPTIONS} subscriptions already`);
      }
      await manager.insert(SubscriptionEntity, { id, ...given });
      await note(manager, actor, 'subscription.add', id, { name: given.name, sharing: given.sharing });
    });
    return { id, secret: this.secretOf(id, 1) };
  }

  /** A new secret; for a day both sign, so that the receiver can change over. */
  async rotate(id: string, actor: string): Promise<{ id: string; secret: string }> {
    const number = await this.change(id, actor, 'subscription.rotate', async (manager, found) => {
      const secret = found.secret + 1;
      await manager.update(SubscriptionEntity, { id }, { secret, rotatedAt: new Date(this.clock.now()) });
      return secret;
    });
    return { id, secret: this.secretOf(id, number) };
  }

  /** Ends or begins again; what waited in between is sent after all. */
  async disable(id: string, disabled: boolean, actor: string): Promise<void> {
    await this.change(id, actor, disabled ? 'subscription.disable' : 'subscription.enable', (manager) =>
      manager.update(
        SubscriptionEntity,
        { id },
        disabled
          ? { disabledAt: new Date(this.clock.now()), disabledWhy: `by ${actor}` }
          : { disabledAt: null, disabledWhy: null },
      ),
    );
  }

  async remove(id: string, actor: string): Promise<void> {
    await this.change(id, actor, 'subscription.remove', (manager) => manager.delete(SubscriptionEntity, { id }));
  }

  /** Another round for a message that was given up, under the same id. */
  async replay(delivery: string, actor: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const found = await manager.findOneBy(DeliveryEntity, { id: delivery });
      if (!found || found.deliveredAt !== null) throw new AccessError('not-found', 'there is no such message to send');
      await manager.update(DeliveryEntity, { id: delivery }, { tries: 0, nextAt: new Date(this.clock.now()) });
      await note(manager, actor, 'delivery.replay', delivery, {});
    });
  }

  /** What signs now, newest first. */
  secretsOf({ id, secret, rotatedAt }: SubscriptionEntity): string[] {
    const both = rotatedAt !== null && this.clock.now() - rotatedAt.getTime() < BOTH_SECRETS_MS;
    return [this.secretOf(id, secret), ...(both ? [this.secretOf(id, secret - 1)] : [])];
  }

  private secretOf(id: string, number: number): string {
    return signingSecret(this.secret, `subscription:${id}:${number}`);
  }

  /** Who is told of a sector that is not there would wait for ever, and not know it. */
  private check({ url, sectors }: NewSubscription): void {
    const known = this.catalogue.packs.map(({ id }) => id);
    const errors = sectors.flatMap((sector, i) =>
      sector === '*' || known.includes(sector)
        ? []
        : [{ path: `/sectors/${i}`, message: `there is no sector "${sector}"; there are * and ${known.join(', ')}` }],
    );
    const fault = faultOfUrl(url, this.settings.SUBSCRIBERS_PRIVATE, 'SUBSCRIBERS_PRIVATE');
    if (fault !== null) errors.unshift({ path: '/url', message: fault });
    if (errors.length === 0) return;
    const detail = errors.map(({ message }) => message).join('; ');
    throw new ProblemError(400, 'field-invalid', undefined, detail, { errors });
  }

  private async change<R>(
    id: string,
    actor: string,
    action: string,
    work: (manager: EntityManager, found: SubscriptionEntity) => Promise<R>,
  ): Promise<R> {
    return this.database.transaction(async (manager) => {
      const found = await manager.findOne(SubscriptionEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!found) throw new AccessError('not-found', 'there is no such subscription');
      const done = await work(manager, found);
      await note(manager, actor, action, id, { name: found.name });
      return done;
    });
  }
}

async function note(
  manager: EntityManager,
  actor: string,
  action: string,
  object: string,
  detail: Record<string, string>,
): Promise<void> {
  await manager.insert(AuditEntity, { actor, action, object, detail });
}
