import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { dayStart, type Explanation, type IndicatorValues, isDayName, type MetricView } from '#libs/contracts';
import { EVERYTHING, promiseOf, readsSmallCounts, seesSector } from '#libs/live';
import type { DailyValueEntity } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Catalogue, type Metric, type SectorPack } from '#libs/sector-kit';
import type { Response } from 'express';
import { ForViewers, Public } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { Explanations } from './explanations.service.js';
import { answered } from './indicators-file.js';
import { dimensionNames, publicIndicators, valueOf, visibleIndicators, type Owned } from './indicator-view.js';
import { PublicReadings } from './public-readings.service.js';
import { Readings } from './readings.service.js';
import { DailyRecord } from '../outgoing/daily-record.service.js';
import { recordFile, type DailyValues } from './daily-file.js';
import { DailyQueryDto, ExplainQueryDto, IndicatorsQueryDto } from './indicators.dto.js';

/** What is public is of all units, without small counts. */
const FOR_ALL = { ...EVERYTHING, shared: true };

/** Indicators with their values, now or at a past moment, and how each comes about. */
@Controller('v1')
@ApiTags('indicators')
@ForViewers()
export class IndicatorsController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(Readings) private readonly readings: Readings,
    @Inject(Explanations) private readonly explanations: Explanations,
    @Inject(DailyRecord) private readonly record: DailyRecord,
    @Inject(PublicReadings) private readonly publicReadings: PublicReadings,
  ) {}

  /** Every indicator in force that the viewer may have; each reading is in the audit. */
  @Get('indicators')
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() { at, sector, format }: IndicatorsQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<IndicatorValues | string> {
    const chosen = visibleIndicators(this.catalogue, viewer, this.readings.momentOf(at)).filter(
      ({ pack }) => sector === undefined || pack.id === sector,
    );
    const values = await this.readings.at(at, viewer, chosen, (sight) => chosen.map((one) => valueOf(one, sight)));
    await this.readings.note(viewer, 'indicators.read', sector ?? '*', {
      count: chosen.length,
      format: format ?? 'json',
    });
    return answered({ at: values.at, fresh: values.fresh, indicators: values.made }, format, response);
  }

  /** Indicators that are for everybody, without signing in. */
  @Get('public/indicators')
  @Public()
  @Header('cache-control', 'public, max-age=5')
  open(
    @Query() { sector, format }: DailyQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): IndicatorValues | string {
    const sight = this.boards.sightNow(FOR_ALL);
    const now = sight.moment.at;
    const indicators = publicIndicators(this.catalogue, now)
      .filter(({ pack }) => sector === undefined || pack.id === sector)
      .map((one) => valueOf(one, sight, this.boards.numberOf(one.indicator.code)));
    this.publicReadings.count('indicators.read', format);
    return answered({ at: iso(now), fresh: this.data.behindSince === null, indicators }, format, response);
  }

  /** The record of a day: what each indicator was at its end. */
  @Get('indicators/daily/:day')
  async daily(
    @CurrentViewer() viewer: Viewer,
    @Param('day') day: string,
    @Query() { sector, format }: DailyQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DailyValues | string> {
    const { start, rows } = await this.recordOf(day);
    if (viewer.scope.units !== '*') {
      throw new ProblemError(403, 'forbidden', 'Forbidden', 'The record of a day is of all units together.');
    }
    const chosen = visibleIndicators(this.catalogue, viewer, start).filter(
      ({ pack }) => sector === undefined || pack.id === sector,
    );
    await this.readings.note(viewer, 'indicators.daily', day, { sector: sector ?? '*', format: format ?? 'json' });
    return recordFile(day, viewer.scope.shared ? this.shareable(chosen, rows) : rows, chosen, format, response);
  }

  /** The record of a day, for everybody: its public indicators. */
  @Get('public/indicators/daily/:day')
  @Public()
  @Header('cache-control', 'public, max-age=300')
  async openDaily(
    @Param('day') day: string,
    @Query() { sector, format }: DailyQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DailyValues | string> {
    const { start, rows } = await this.recordOf(day);
    const chosen = publicIndicators(this.catalogue, start).filter(
      ({ pack }) => sector === undefined || pack.id === sector,
    );
    this.publicReadings.count('indicators.daily', format);
    return recordFile(day, this.shareable(chosen, rows), chosen, format, response);
  }

  /** Every metric that the viewer may see. */
  @Get('metrics')
  metrics(@CurrentViewer() { scope }: Viewer): { metrics: MetricView[] } {
    const packs = this.catalogue.packs.filter((pack) => seesSector(scope, pack.id));
    // The time of the newest case is not told where small counts are hidden.
    const newest = ({ code, hideBelow }: Metric): number | null =>
      scope.units !== '*' || (scope.shared && hideBelow) ? null : this.data.buckets.newestAt(code);
    const sight = { ...this.boards.sightNow(scope), sources: this.data.sources };
    return {
      metrics: packs.flatMap((pack) =>
        pack.metrics.map((metric) =>
          metricView(pack, metric, { newestAt: newest(metric), promiseMs: promiseOf(sight, [metric.code]) }),
        ),
      ),
    };
  }

  /** How an indicator comes to its number at a moment. */
  @Get('indicators/:code/explain')
  @ApiOperation({
    summary: 'How an indicator comes to its number at a moment',
    description:
      'Of one value of a dimension with `by` and `key`. Of a unit that holds others (`by=unit&key=92`) it is everything within it that the viewer sees, what was told for the unit itself and for those below.',
  })
  async explain(
    @CurrentViewer() viewer: Viewer,
    @Param('code') code: string,
    @Query() { at, by, key }: ExplainQueryDto,
  ): Promise<Explanation> {
    const only = by === undefined && key === undefined ? undefined : { by: by ?? '', key: key ?? '' };
    return this.explanations.of(code, viewer, at, only);
  }

  private async recordOf(day: string): Promise<{ start: number; rows: Awaited<ReturnType<DailyRecord['of']>> }> {
    if (!isDayName(day))
      throw new ProblemError(400, 'field-invalid', undefined, 'day must be a day such as 2026-11-22', { field: 'day' });
    const start = dayStart(day);
    const rows = await this.record.of(day);
    if (rows.size > 0) return { start, rows };
    const detail = `There is no record of ${day}; one is made ten minutes after the end of each day.`;
    throw new ProblemError(404, 'day-unknown', 'Not Found', detail);
  }

  /**
   * Without what is made of counts that may be small, and its traces: of what the day knew, nothing else is known any more.
   */
  private shareable(
    chosen: readonly Owned[],
    rows: ReadonlyMap<string, DailyValueEntity>,
  ): ReadonlyMap<string, DailyValueEntity> {
    const out = new Map(rows);
    for (const { indicator } of chosen) {
      const row = rows.get(indicator.code);
      if (row && readsSmallCounts(indicator.formula, this.catalogue))
        out.set(row.code, { ...row, value: null, level: 'unknown', observedAt: null });
    }
    return out;
  }
}

function metricView(
  pack: SectorPack,
  metric: Metric,
  { newestAt, promiseMs }: { newestAt: number | null; promiseMs: number },
): MetricView {
  const { code, title, kind, dims, format, entered } = metric;
  const own = dims.flatMap((name) => (pack.labels[name] ? [[name, pack.labels[name]] as const] : []));
  return {
    code,
    sector: pack.id,
    title,
    kind,
    dims: [...dims],
    dimensionNames: dimensionNames(pack, dims),
    unit: format.unit,
    owner: pack.owner ?? null,
    every: promiseMs === 0 ? null : promiseMs / 1000,
    entered: entered ?? null,
    ...(entered ? { labels: Object.fromEntries(own) } : {}),
    newestAt: newestAt === null ? null : iso(newestAt),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
