import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Silence } from '#libs/contracts';
import { ForLeaders, ForOperators } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { NewSilenceDto, SilencePreviewDto } from './silences.dto.js';
import { Silences, type SilencePreview, type SilenceView } from './silences.service.js';

/** Silences and maintenance windows. Alerts go on; nobody is told of them while one holds. */
@Controller('v1/silences')
@ApiTags('alerts')
@ForOperators()
export class SilencesController {
  constructor(@Inject(Silences) private readonly silences: Silences) {}

  /** Those that hold or will, and those of the last month, each with how many open alerts match it. */
  @Get()
  @ForLeaders()
  async list(): Promise<{ silences: SilenceView[] }> {
    return { silences: await this.silences.list() };
  }

  /** How many open alerts a silence would mute. */
  @Post('preview')
  @HttpCode(200)
  preview(@CurrentViewer() viewer: Viewer, @Body() { matcher }: SilencePreviewDto): Promise<SilencePreview> {
    return this.silences.preview(viewer, matcher);
  }

  @Post()
  add(@CurrentViewer() viewer: Viewer, @Body() body: NewSilenceDto): Promise<Silence> {
    return this.silences.add(viewer, body);
  }

  /** Ends one before its time. */
  @Post(':id/end')
  @HttpCode(200)
  end(@CurrentViewer() viewer: Viewer, @Param('id', ParseUUIDPipe) id: string): Promise<Silence> {
    return this.silences.end(viewer, id);
  }
}
