import { Controller, Get, Inject, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { Brief } from '#libs/contracts';
import { AuditEntity } from '#libs/persistence';
import { IsDay } from '#libs/sector-kit';
import { IsIn, IsOptional } from 'class-validator';
import { DataSource } from 'typeorm';
import { ForLeaders } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { briefPdf } from './brief-pdf.js';
import { Briefs, fileName } from './briefs.service.js';

class BriefQueryDto {
  /** A day such as `2026-11-24`; absent: today. */
  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @IsDay()
  day?: string;
}

class BriefFileQueryDto extends BriefQueryDto {
  @ApiPropertyOptional({ enum: ['vi', 'en'] })
  @IsOptional()
  @IsIn(['vi', 'en'])
  lang?: 'vi' | 'en';
}

/** The morning brief of a day (bản tin sáng), for persons who are signed in. */
@Controller('v1')
@ApiTags('brief')
@ForLeaders()
export class BriefController {
  constructor(
    @Inject(Briefs) private readonly briefs: Briefs,
    @Inject(DataSource) private readonly database: DataSource,
  ) {}

  /** Today's before its hour is as it would be now (`kept: false`); a day's own is never changed. */
  @Get('brief')
  async brief(@CurrentViewer() viewer: Viewer, @Query() { day }: BriefQueryDto): Promise<Brief> {
    return this.read(viewer, day);
  }

  /** The same on one page of A4; a line's link leads to the page that explains its number. */
  @Get('brief.pdf')
  @ApiProduces('application/pdf')
  async file(
    @CurrentViewer() viewer: Viewer,
    @Query() { day, lang = 'vi' }: BriefFileQueryDto,
  ): Promise<StreamableFile> {
    const brief = await this.read(viewer, day);
    const bytes = await briefPdf(brief, lang, this.briefs.base);
    return new StreamableFile(bytes, {
      type: 'application/pdf',
      disposition: `inline; filename="${fileName(brief.day, lang)}"`,
      length: bytes.length,
    });
  }

  private async read(viewer: Viewer, day: string | undefined): Promise<Brief> {
    const brief = await this.briefs.of(day);
    const { name: actor } = viewer;
    await this.database.getRepository(AuditEntity).insert({ actor, action: 'brief.read', object: brief.day });
    return brief;
  }
}
