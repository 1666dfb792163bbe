import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { dayStart, type Explanation, type IndicatorValues, type MetricView } from '#libs/contracts';
import {
  dimensionsOf,
  explainFormula,
  EVERYTHING,
  freshnessOf,
  labelOf,
  matchesType,
  promiseOf,
  readsSmallCounts,
  seesSector,
  seesUnit,
  type UnitLookup,
} from '#libs/live';
import { BucketReader, type DailyValueEntity } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Catalogue, type Metric, type SectorPack } from '#libs/sector-kit';
import type { Response } from 'express';
import { ForViewers, Public } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { UNITS } from '../gateway.tokens.js';
import { answered } from './indicators-file.js';
import { publicIndicators, valueOf, visibleIndicators, type Owned } from './indicator-view.js';
import { PublicReadings } from './public-readings.service.js';
import { Readings } from './readings.service.js';
import { Entries } from '../entries/entries.service.js';
import { DailyRecord } from '../outgoing/daily-record.service.js';
import { recordFile, type DailyValues } from './daily-file.js';
import { DailyQueryDto, ExplainQueryDto, IndicatorsQueryDto } from './indicators.dto.js';

const MOST_EVENTS = 10;
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
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(Readings) private readonly readings: Readings,
    @Inject(Entries) private readonly entries: Entries,
    @Inject(DailyRecord) private readonly record: DailyRecord,
    @Inject(PublicReadings) private readonly publicReadings: PublicReadings,
    @Inject(UNITS) private readonly units: UnitLookup,
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
    const newest = (code: string): number | null => (scope.units === '*' ? this.data.buckets.newestAt(code) : null);
    const sight = { ...this.boards.sightNow(scope), sources: this.data.sources };
    return {
      metrics: packs.flatMap((pack) =>
        pack.metrics.map((metric) =>
          metricView(pack, metric, { newestAt: newest(metric.code), promiseMs: promiseOf(sight, [metric.code]) }),
        ),
      ),
    };
  }

  /** How an indicator comes to its number at a moment. */
  @Get('indicators/:code/explain')
  async explain(
    @CurrentViewer() viewer: Viewer,
    @Param('code') code: string,
    @Query() { at, by, key }: ExplainQueryDto,
  ): Promise<Explanation> {
    const owned = this.readings.find(code, viewer, at);
    const only = by === undefined && key === undefined ? undefined : { by: by ?? '', key: key ?? '' };
    if (only) this.readings.checkDimension(owned, only.by, viewer);
    const read = new Map<string, Set<readonly string[]>>();
    const answer = await this.readings.at(at, viewer, [owned], (all) => {
      const sight = only ? { ...all, only } : all;
      return {
        indicator: valueOf(owned, sight),
        explained: explainFormula(sight, owned.indicator.formula, (metric, dims) => {
          const known = read.get(metric);
          if (known) known.add(dims);
          else read.set(metric, new Set([dims]));
        }),
        until: sight.moment.at,
        label: only && labelOf(sight, owned.pack, only.by, only.key),
      };
    });
    const { indicator, explained, until, label } = answer.made;
    const types = owned.pack.events.map(({ type }) => type);
    // Single events, and how many series there are, would tell a small count.
    const few = viewer.scope.shared === true && readsSmallCounts(owned.indicator.formula, this.catalogue);
    const [events, byHand] = await Promise.all([
      few ? [] : this.reader.eventsOf(types, until, MOST_EVENTS * 5),
      few ? { values: 0, of: 0 } : this.entries.share(read, until),
      this.readings.note(viewer, 'indicator.explained', code, { at: answer.at, ...only }),
    ]);
    return {
      at: answer.at,
      fresh: answer.fresh,
      indicator,
      explained,
      byHand,
      dimensions: dimensionsOf(owned.indicator.formula, this.catalogue),
      ...(only && label ? { only: { ...only, label } } : {}),
      events: events
        .filter((event) => seesUnit(viewer.scope, event.unit ?? null, this.units))
        .slice(0, MOST_EVENTS)
        .map(({ source, id, type, time, unit, subject }) => {
          return { source, id, type, time: iso(time), unit: unit ?? null, subject: subject ?? null };
        }),
      sources: this.sourcesOf(types, until),
    };
  }

  private async recordOf(day: string): Promise<{ start: number; rows: Awaited<ReturnType<DailyRecord['of']>> }> {
    const start = dayStart(day);
    if (!/^20\d{2}-\d{2}-\d{2}$/.test(day) || Number.isNaN(start)) {
      throw new ProblemError(400, 'field-invalid', undefined, 'day must be a day such as 2026-11-22', { field: 'day' });
    }
    const rows = await this.record.of(day);
    if (rows.size > 0) return { start, rows };
    const detail = `There is no record of ${day}; one is made ten minutes after the end of each day.`;
    throw new ProblemError(404, 'day-unknown', 'Not Found', detail);
  }

  /** Without what is made of counts that may be small: of what the day knew, nothing else is known any more. */
  private shareable(
    chosen: readonly Owned[],
    rows: ReadonlyMap<string, DailyValueEntity>,
  ): ReadonlyMap<string, DailyValueEntity> {
    const out = new Map(rows);
    for (const { indicator } of chosen) {
      const row = rows.get(indicator.code);
      if (row && readsSmallCounts(indicator.formula, this.catalogue)) out.set(row.code, { ...row, value: null });
    }
    return out;
  }

  private sourcesOf(types: readonly string[], now: number): Explanation['sources'] {
    return this.data.sources
      .filter((source) => types.some((type) => matchesType(source.types, type)))
      .map((source) => ({
        id: source.id,
        name: source.name,
        every: source.every,
        simulated: source.simulated,
        lastSeen: source.lastSeen === null ? null : iso(source.lastSeen),
        level: freshnessOf(source, now),
      }));
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
    unit: format.unit,
    owner: pack.owner ?? null,
    every: promiseMs === 0 ? null : promiseMs / 1000,
    entered: entered ?? null,
    ...(entered ? { labels: Object.fromEntries(own) } : {}),
    newestAt: newestAt === null ? null : iso(newestAt),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
