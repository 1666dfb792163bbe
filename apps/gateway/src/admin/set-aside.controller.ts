import { Controller, Get, HttpCode, Inject, Param, ParseIntPipe, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SetAside, type SetAsideView } from '#libs/access';
import { CLOCK, type Clock } from '#libs/platform';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { AccessErrorInterceptor } from './access-error.interceptor.js';
import { PageDto } from './admin.dto.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** Events that were acknowledged and could not be counted: what they are, and another try for them. */
@Controller('v1/admin/set-aside')
@ApiTags('admin')
@UseInterceptors(AccessErrorInterceptor)
export class SetAsideController {
  constructor(
    @Inject(SetAside) private readonly setAside: SetAside,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first; the events' data stays out. */
  @Get()
  async list(@Query() { limit }: PageDto): Promise<{ events: SetAsideView[] }> {
    const most = Math.min(limit === undefined ? DEFAULT_LIMIT : Number(limit), MAX_LIMIT);
    return { events: await this.setAside.list({ limit: most }) };
  }

  /** Sends it through the pipeline again, in a batch of its own. The ledger sees to it that it counts once. */
  @Post(':seq/replay')
  @HttpCode(202)
  async replay(@Param('seq', ParseIntPipe) seq: number, @CurrentViewer() viewer: Viewer): Promise<{ batch: string }> {
    return { batch: await this.setAside.replay(String(seq), viewer.name, this.clock.now()) };
  }
}
