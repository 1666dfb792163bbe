import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type Clock, CLOCK, ProblemError } from '#libs/platform';
import { BatchEntity, RejectionEntity } from '#libs/persistence';
import { BATCH_IDS } from '../ingest.tokens.js';
import { BatchIds, UUID } from '../intake/batch-id.js';
import { parseTime } from '../validation/envelope.js';
import type { SourceRequest } from './source.guard.js';

/** A refused event as its source sees it. */
export interface RejectionView {
  /** Grows with time; for `after`. */
  seq: string;
  batch: string;
  at: string;
  index: number;
  id: string | null;
  code: string;
  path: string;
  message: string;
}

export interface BatchView {
  batch: string;
  /** `queued`: durable, not yet counted. */
  state: 'queued' | 'stored';
  receivedAt?: string;
  storedAt?: string;
  /** sent = stored + duplicates + rejected */
  sent?: number;
  stored?: number;
  duplicates?: number;
  rejected?: number;
  /** At most 100. */
  rejections?: RejectionView[];
}

const READ_TIMEOUT_MS = 3_000;
const PAGE = 100;

/** What became of a source's own batches and events. */
@ApiTags('events')
@ApiBearerAuth()
@Controller('v1')
export class BatchesController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(BATCH_IDS) private readonly ids: BatchIds,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('batches/:id')
  @ApiOperation({ summary: 'What became of a batch of this source' })
  async batch(@Req() { grant }: SourceRequest, @Param('id') id: string): Promise<BatchView> {
    if (!UUID.test(id)) throw unknownBatch();
    const found = await read(() => this.dataSource.manager.findOneBy(BatchEntity, { id, sourceId: grant.id }));
    if (!found) {
      if (!this.ids.isRecentOf(grant.id, id, this.clock.now())) throw unknownBatch();
      return { batch: id, state: 'queued' };
    }
    const rejections = await read(() =>
      this.dataSource.manager.find(RejectionEntity, {
        where: { batchId: id, sourceId: grant.id },
        order: { position: 'ASC' },
        take: PAGE,
      }),
    );
    const { sent, stored, duplicates, rejected, receivedAt, storedAt } = found;
    return {
      batch: id,
      state: 'stored',
      receivedAt: receivedAt.toISOString(),
      storedAt: storedAt.toISOString(),
      sent,
      stored,
      duplicates,
      rejected,
      rejections: rejections.map(view),
    };
  }

  /** Oldest first; `after` takes the `next` of the answer before. */
  @Get('rejections')
  @ApiOperation({ summary: 'Refused events of this source, since a time' })
  async rejections(
    @Req() { grant }: SourceRequest,
    @Query('since') since?: string,
    @Query('after') after?: string,
  ): Promise<{ rejections: RejectionView[]; next: string | null }> {
    const from = since === undefined ? 0 : parseTime(String(since));
    if (from === null) throw badQuery('since', 'must be a time of RFC 3339, e.g. 2026-01-31T08:00:00Z');
    if (after !== undefined && !/^\d{1,18}$/.test(String(after)))
      throw badQuery('after', 'must be the next of the answer before');
    const rows = await read(() =>
      this.dataSource.manager
        .createQueryBuilder(RejectionEntity, 'r')
        .where('r.sourceId = :source AND r.at >= :from AND r.seq > :after', {
          source: grant.id,
          from: new Date(from),
          after: after ?? '0',
        })
        .orderBy('r.seq', 'ASC')
        .limit(PAGE)
        .getMany(),
    );
    return { rejections: rows.map(view), next: rows.length === PAGE ? (rows.at(-1)?.seq ?? null) : null };
  }
}

const unknownBatch = (): ProblemError =>
  new ProblemError(404, 'batch-unknown', undefined, 'This source has no such batch.');
const badQuery = (name: string, message: string): ProblemError =>
  new ProblemError(400, 'query-invalid', undefined, `${name} ${message}`, { parameter: name });

const view = (row: RejectionEntity): RejectionView => ({
  seq: row.seq,
  batch: row.batchId,
  at: row.at.toISOString(),
  index: row.position,
  id: row.eventId,
  code: row.code,
  path: row.path,
  message: row.message,
});

/** A database that is away must not hold a request. */
async function read<T>(query: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_done, fail) => {
      timer = setTimeout(() => fail(new Error('late')), READ_TIMEOUT_MS);
    });
    return await Promise.race([query(), late]);
  } catch {
    throw new ProblemError(503, 'store-away', undefined, 'The database does not answer.', {}, 2);
  } finally {
    clearTimeout(timer);
  }
}
