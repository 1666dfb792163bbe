import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpCode, Inject, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { encodeParts, type HubEvent } from '#libs/contracts';
import { AuditEntity, SetAsideEntity } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import { type Queues, shardOf } from '#libs/queue';
import { DataSource, IsNull } from 'typeorm';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { QUEUES } from '../gateway.tokens.js';
import { PageDto } from './admin.dto.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

interface SetAsideView {
  seq: string;
  batch: string;
  source: string;
  event: string;
  at: Date;
  reason: string;
  replayedAt: Date | null;
}

/** Events that were acknowledged and could not be counted: what they are, and another try for them. */
@Controller('v1/admin/set-aside')
@ApiTags('admin')
export class SetAsideController {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(QUEUES) private readonly queues: Queues,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first; the events' data stays out. */
  @Get()
  async list(@Query() { limit }: PageDto): Promise<{ events: SetAsideView[] }> {
    const rows = await this.database.getRepository(SetAsideEntity).find({
      order: { seq: 'DESC' },
      take: Math.min(limit === undefined ? DEFAULT_LIMIT : Number(limit), MAX_LIMIT),
    });
    return {
      events: rows.map(({ seq, batchId, sourceId, eventId, at, reason, replayedAt }) => {
        return { seq, batch: batchId, source: sourceId, event: eventId, at, reason, replayedAt };
      }),
    };
  }

  /** Sends it through the pipeline again, in a batch of its own. The ledger sees to it that it counts once. */
  @Post(':seq/replay')
  @HttpCode(202)
  async replay(@Param('seq', ParseIntPipe) seq: number, @CurrentViewer() viewer: Viewer): Promise<{ batch: string }> {
    const batch = randomUUID();
    await this.database.transaction(async (manager) => {
      const found = await manager.findOne(SetAsideEntity, {
        where: { seq: String(seq), replayedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!found)
        throw new ProblemError(404, 'not-found', undefined, `there is no event ${seq} waiting to be replayed`);
      const now = this.clock.now();
      const event = JSON.parse(found.event) as HubEvent;
      const part = {
        batch,
        source: found.sourceId,
        at: now,
        via: 'http' as const,
        events: [event],
        rejected: [],
        rejectedTotal: 0,
      };
      await manager.update(SetAsideEntity, { seq: found.seq }, { replayedAt: new Date(now) });
      await manager.insert(AuditEntity, {
        actor: viewer.name,
        action: 'set-aside.replay',
        object: found.seq,
        detail: { source: found.sourceId, batch },
      });
      // Last, so that a queue that does not take it undoes the rest; should the commit fail after it, the ledger
      // makes a second replay a duplicate.
      await this.queues.add(shardOf(found.sourceId, this.queues.shards), { v: 1, parts: encodeParts([part]) });
    });
    return { batch };
  }
}
