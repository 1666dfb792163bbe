import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  ParseUUIDPipe,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WallLinks, type WallLinkView } from '#libs/access';
import { DAY_MS } from '#libs/contracts';
import { OVERVIEW } from '#libs/live';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { Viewers } from '../access/viewers.service.js';
import { AccessErrorInterceptor } from './access-error.interceptor.js';
import { NewWallLinkDto } from './admin.dto.js';

interface CreatedLink {
  id: string;
  /** Shown once. */
  token: string;
  /** Address for the overview; any board's works: `/wall/<board>#token=…`. A fragment never reaches a server. */
  path: string;
}

/** Read-only links for wall displays. */
@Controller('v1/admin/wall-links')
@ApiTags('admin')
@UseInterceptors(AccessErrorInterceptor)
export class WallLinksController {
  constructor(
    @Inject(WallLinks) private readonly links: WallLinks,
    @Inject(Viewers) private readonly viewers: Viewers,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async list(): Promise<{ links: WallLinkView[] }> {
    return { links: await this.links.list() };
  }

  @Post()
  async add(@Body() body: NewWallLinkDto, @CurrentViewer() viewer: Viewer): Promise<CreatedLink> {
    const { name, expiresInDays } = body;
    const sectors = allOr(body.sectors);
    const unknown = sectors.find((id) => id !== '*' && !this.catalogue.packs.some((pack) => pack.id === id));
    if (unknown !== undefined) {
      const errors = [{ path: '/sectors', message: `there is no sector "${unknown}"` }];
      throw new ProblemError(400, 'field-invalid', undefined, `there is no sector "${unknown}"`, { errors });
    }
    const expiresAt = expiresInDays === undefined ? undefined : new Date(this.clock.now() + expiresInDays * DAY_MS);
    const made = await this.links.add(
      { name, sectors, units: allOr(body.units), ...(expiresAt === undefined ? {} : { expiresAt }) },
      viewer.name,
    );
    return { ...made, path: `/wall/${OVERVIEW}#token=${made.token}` };
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<void> {
    await this.links.revoke(id, viewer.name);
    this.viewers.forget();
  }
}

const allOr = (list: string[] | undefined): string[] => (list === undefined || list.length === 0 ? ['*'] : list);
