import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { AlertDetail, AlertLine } from '#libs/contracts';
import { AuditEntity, type AlertBundle } from '#libs/persistence';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { ForLeaders, ForOperators, ForViewers } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { AlertDetails } from './alert-detail.service.js';
import { historyFile, reportFile } from './alert-files.js';
import { AlertActionDto, AlertFilterDto, AlertsQueryDto, BulkActionDto, NewAlertDto } from './alerts.dto.js';
import { Alerts, type AlertList } from './alerts.service.js';

/** Alerts: what is wrong, who has it, what was done. */
@Controller('v1/alerts')
@ApiTags('alerts')
@ForViewers()
export class AlertsController {
  constructor(
    @Inject(Alerts) private readonly alerts: Alerts,
    @Inject(AlertDetails) private readonly details: AlertDetails,
    @Inject(DataSource) private readonly database: DataSource,
  ) {}

  /** Alerts that the viewer may see, a page at a time; without a state the open ones, the worst first. */
  @Get()
  list(@CurrentViewer() viewer: Viewer, @Query() query: AlertsQueryDto): Promise<AlertList> {
    return this.alerts.list(viewer, query);
  }

  /** The same alerts bundled by rule. */
  @Get('bundles')
  async bundles(@CurrentViewer() viewer: Viewer, @Query() query: AlertFilterDto): Promise<{ bundles: AlertBundle[] }> {
    return { bundles: await this.alerts.bundles(viewer, query) };
  }

  /** The same alerts as a file for a report: when each fired, was answered and solved, and how long that took; at most 10,000. */
  @Get('report.csv')
  @ForLeaders()
  async report(
    @CurrentViewer() viewer: Viewer,
    @Query() query: AlertFilterDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const rows = await this.alerts.report(viewer, query);
    await this.database.getRepository(AuditEntity).insert({
      actor: viewer.name,
      action: 'alerts.report',
      object: query.sector ?? '*',
      detail: { count: rows.length },
    });
    response.type('text/csv; charset=utf-8').attachment('alerts.csv');
    return reportFile(rows);
  }

  /** Does the same with up to 200 alerts; each is done or refused by itself. */
  @Post('actions')
  @HttpCode(200)
  @ForLeaders()
  bulk(@CurrentViewer() viewer: Viewer, @Body() { ids, ...action }: BulkActionDto): ReturnType<Alerts['actOnAll']> {
    return this.alerts.actOnAll(viewer, ids, action);
  }

  @Get(':id')
  detail(@CurrentViewer() viewer: Viewer, @Param('id', ParseUUIDPipe) id: string): Promise<AlertDetail> {
    return this.details.of(viewer, id);
  }

  /** Everything that happened to an alert, as a file. */
  @Get(':id/history.csv')
  @ForLeaders()
  async history(
    @CurrentViewer() viewer: Viewer,
    @Param('id', ParseUUIDPipe) id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const detail = await this.details.of(viewer, id);
    response.type('text/csv; charset=utf-8').attachment(`alert-${detail.number}.csv`);
    return historyFile(detail);
  }

  /** Acknowledges, assigns, resolves …; 409 with the alert as it is where that is not possible any more. */
  @Post(':id/actions')
  @HttpCode(200)
  @ForLeaders()
  async act(
    @CurrentViewer() viewer: Viewer,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: AlertActionDto,
  ): Promise<AlertLine> {
    return this.alerts.act(viewer, id, body);
  }

  /** Raises an alert by hand; 200 instead of 201 where the same `key` has raised it before. */
  @Post()
  @ForOperators()
  async raise(
    @CurrentViewer() viewer: Viewer,
    @Body() body: NewAlertDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AlertLine> {
    const { alert, isNew } = await this.alerts.raise(viewer, body);
    if (!isNew) response.status(200);
    return alert;
  }
}
