import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { partsOf, type Formula } from '#libs/contracts';
import { EVERYTHING } from '#libs/live';
import { DeliveryEntity, EntryEntity, SubscriptionEntity } from '#libs/persistence';
import { CLOCK, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { indicatorsInForce, valueOf, type Owned } from '../indicators/indicator-view.js';

/** What was stored is in memory after this long; else the announcement waits for the next round. */
const SETTLED_MS = 3_000;
const MOST_AT_ONCE = 50;
/** Messages that a subscriber may have waiting; more of them are not written, its daily file tells the rest. */
const MOST_WAITING = 1_000;

/** Writes down who has to be told of what was published. */
@Injectable()
export class Announcer {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * For every entry that was published and is counted by now: a message to each subscriber with the indicators that
   * depend on it. Once for each entry, in the transaction that marks it.
   */
  async announce(): Promise<number> {
    if (this.data.behindSince !== null) return 0;
    const now = this.clock.now();
    return this.database.transaction(async (manager) => {
      const entries = await manager
        .createQueryBuilder(EntryEntity, 'e')
        .where('e.queued_at IS NOT NULL AND e.announced_at IS NULL')
        .andWhere('EXISTS (SELECT 1 FROM batch b WHERE b.id = e.id AND b.stored_at < :settled)', {
          settled: new Date(now - SETTLED_MS),
        })
        .orderBy('e.published_at')
        .limit(MOST_AT_ONCE)
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .getMany();
      if (entries.length === 0) return 0;
      const subscriptions = await manager.findBy(SubscriptionEntity, { disabledAt: IsNull() });
      for (const entry of entries) {
        const concerned = this.concernedBy(entry.metric, now);
        for (const one of subscriptions) {
          // Nobody is told of what was published before he asked to be told.
          if (entry.publishedAt !== null && one.createdAt > entry.publishedAt) continue;
          await this.tell(manager, one, entry, concerned, now);
        }
        await manager.update(EntryEntity, { id: entry.id }, { announcedAt: new Date(now) });
      }
      return entries.length;
    });
  }

  /** Tells every subscriber that a day's record is there. */
  async announceDay(manager: EntityManager, day: string): Promise<void> {
    const now = this.clock.now();
    const path = `/v1/public/indicators/daily/${day}`;
    for (const one of await manager.findBy(SubscriptionEntity, { disabledAt: IsNull() })) {
      const data = { day, path: one.sharing === 'public' ? path : path.replace('/public', '') };
      await write(manager, one, 'indicators.daily', data, now);
    }
  }

  private async tell(
    manager: EntityManager,
    subscription: SubscriptionEntity,
    entry: EntryEntity,
    concerned: readonly Owned[],
    now: number,
  ): Promise<void> {
    const shared = concerned.filter(
      ({ pack, indicator }) =>
        (subscription.sectors.includes('*') || subscription.sectors.includes(pack.id)) &&
        (indicator.sharing === 'public' || (subscription.sharing === 'internal' && indicator.sharing !== 'restricted')),
    );
    if (shared.length === 0) return;
    const sight = this.boards.sightNow({ ...EVERYTHING, shared: true });
    const indicators = shared.map((owned) => {
      const { code, value, written, target, level, observedAt, ...marks } = valueOf(owned, sight);
      const { simulated, entered, late, forecast } = marks;
      const told = { code, value, ...(written === undefined ? {} : { written }), target, level, observedAt };
      return { ...told, simulated, entered, late, forecast };
    });
    const { period, version, publishedAt } = entry;
    const data = { period, version, publishedAt, at: new Date(now).toISOString(), indicators };
    await write(manager, subscription, 'indicators.published', data, now);
  }

  /** Indicators in force whose formula reads the metric, over other indicators too. */
  private concernedBy(metric: string, now: number): Owned[] {
    return indicatorsInForce(this.catalogue, now).filter(({ indicator }) =>
      reads(this.catalogue.expand(indicator.formula), metric),
    );
  }
}

const reads = (formula: Formula, metric: string): boolean =>
  'measure' in formula ? formula.measure.metric === metric : partsOf(formula).some((part) => reads(part, metric));

async function write(
  manager: EntityManager,
  { id }: SubscriptionEntity,
  type: string,
  data: object,
  now: number,
): Promise<void> {
  const waiting = await manager
    .createQueryBuilder(DeliveryEntity, 'd')
    .where('d.subscription_id = :id AND d.next_at IS NOT NULL', { id })
    .getCount();
  if (waiting >= MOST_WAITING) return;
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
  await manager.insert(DeliveryEntity, { id: randomUUID(), subscriptionId: id, type, body, nextAt: new Date(now) });
}
