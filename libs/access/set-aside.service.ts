import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BatchPart, HubEvent } from '#libs/contracts';
import { AuditEntity, SetAsideEntity } from '#libs/persistence';
import { DataSource, IsNull } from 'typeorm';
import { AccessError } from './access.error.js';
import { BATCH_SUBMITTER, type BatchSubmitter } from './access.tokens.js';

/** An event that was acknowledged and could not be counted; its data stays out. */
export interface SetAsideView {
  seq: string;
  batch: string;
  source: string;
  event: string;
  at: Date;
  reason: string;
  replayedAt: Date | null;
}

/** Events set aside: what they are, and another try for them. `actor`: login or `cli`. */
@Injectable()
export class SetAside {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(BATCH_SUBMITTER) private readonly submit: BatchSubmitter,
  ) {}

  /** Newest first; `source`: only its own; `waiting`: only those that were not replayed. */
  async list(options: { limit: number; source?: string; waiting?: boolean }): Promise<SetAsideView[]> {
    const rows = await this.database.getRepository(SetAsideEntity).find({
      where: {
        ...(options.source === undefined ? {} : { sourceId: options.source }),
        ...(options.waiting ? { replayedAt: IsNull() } : {}),
      },
      order: { seq: 'DESC' },
      take: options.limit,
    });
    return rows.map(({ seq, batchId, sourceId, eventId, at, reason, replayedAt }) => {
      return { seq, batch: batchId, source: sourceId, event: eventId, at, reason, replayedAt };
    });
  }

  /**
   * Sends one through the pipeline again, in a batch of its own; resolves to the batch. The ledger sees to it that it
   * counts once. Throws `AccessError` when there is none that waits.
   */
  async replay(seq: string, actor: string, now: number): Promise<string> {
    const batch = randomUUID();
    await this.database.transaction(async (manager) => {
      const found = await manager.findOne(SetAsideEntity, {
        where: { seq, replayedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!found) throw new AccessError('not-found', `there is no event ${seq} waiting to be replayed`);
      const source = found.sourceId;
      const events = [JSON.parse(found.event) as HubEvent];
      const part: BatchPart = { batch, source, at: now, via: 'http', events, rejected: [], rejectedTotal: 0 };
      await manager.update(SetAsideEntity, { seq: found.seq }, { replayedAt: new Date(now) });
      const detail = { source, batch };
      await manager.insert(AuditEntity, { actor, action: 'set-aside.replay', object: found.seq, detail });
      // Last, so that a queue that does not take it undoes the rest; should the commit fail after it, the ledger
      // makes a second replay a duplicate.
      await this.submit(part);
    });
    return batch;
  }
}
