import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS, dayName, dayStart, SEVERITIES, type Level } from '#libs/contracts';
import { EVERYTHING, freshnessOf, levelOf, measuresOf, type SourcedSight, type UnitLookup } from '#libs/live';
import { AlertEntity, BucketReader } from '#libs/persistence';
import { CLOCK, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { DataSource, In, IsNull } from 'typeorm';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { pastSight } from '../boards/past-boards.js';
import { UNITS } from '../gateway.tokens.js';
import { indicatorsInForce, valueOf, type Owned } from '../indicators/indicator-view.js';
import { DailyRecord } from '../outgoing/daily-record.service.js';
import type { AlertCounts, BriefAlert, BriefFacts, BriefIndicator, BriefSource, Standing } from './brief-facts.js';
import { BriefPeople } from './brief-people.service.js';

/** Alerts that are looked at, worst first; a page shows a handful. */
const MOST_ALERTS = 500;
/** A brief leaves the house, by mail and on paper: it holds what a shared screen may show. */
const SHARED = { ...EVERYTHING, shared: true };

/** Reads what a brief is made from. `restricted` indicators and small counts stay out. */
@Injectable()
export class BriefFactsReader {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(DailyRecord) private readonly record: DailyRecord,
    @Inject(BriefPeople) private readonly people: BriefPeople,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async gather(): Promise<BriefFacts> {
    const at = this.clock.now();
    const day = dayName(at);
    const midnight = dayStart(day);
    const inForce = indicatorsInForce(this.catalogue, at).filter(({ indicator }) => indicator.sharing !== 'restricted');
    const [yesterday, dayBefore, alerts, counts, duties] = await Promise.all([
      this.atEndOf(midnight - DAY_MS, inForce),
      this.atEndOf(midnight - 2 * DAY_MS, inForce),
      this.openAlerts(),
      this.alertCounts(at, midnight + DAY_MS),
      this.people.duties(at, midnight + DAY_MS),
    ]);
    const sight = this.boards.sightNow(SHARED);
    const indicators = inForce.map((owned) => this.view(owned, sight, yesterday, dayBefore));
    const simulated = this.data.sources.some((source) => source.simulated);
    return { day, at, indicators, sources: this.sources(at), alerts, counts, duties, simulated };
  }

  private view(
    owned: Owned,
    sight: SourcedSight,
    yesterday: ReadonlyMap<string, Standing>,
    dayBefore: ReadonlyMap<string, Standing>,
  ): BriefIndicator {
    const { pack, indicator } = owned;
    const { code, title, format, owner, value, level, late } = valueOf(
      owned,
      sight,
      this.boards.numberOf(indicator.code),
    );
    return {
      code,
      title,
      sector: pack.title,
      owner,
      format,
      leading: pack.overview.includes(code),
      tells: indicator.tells ?? null,
      freshness: indicator.freshness ?? null,
      now: { value, level },
      yesterday: yesterday.get(code) ?? null,
      dayBefore: dayBefore.get(code) ?? null,
      late,
    };
  }

  /**
   * What indicators were at the end of the day that starts at `start`: its record, or where there is none, counted again. What is
   * made of small counts is counted again too: a record does not know what may be shown.
   */
  private async atEndOf(start: number, inForce: readonly Owned[]): Promise<Map<string, Standing>> {
    const { catalogue, reader, units } = this;
    const rows = await this.record.of(dayName(start));
    const standings = new Map<string, Standing>();
    const again: Owned[] = [];
    for (const owned of inForce) {
      const { code, formula } = owned.indicator;
      const row = rows.get(code);
      const isSmall = measuresOf(formula, catalogue).some(
        ({ metric }) => catalogue.metric(metric)?.hideBelow !== undefined,
      );
      if (row && !isSmall) standings.set(code, { value: row.value, level: row.level as Level });
      else again.push(owned);
    }
    if (again.length === 0) return standings;
    const indicators = again.map(({ indicator }) => indicator);
    const sight = await pastSight({ catalogue, reader, units }, indicators, SHARED, start + DAY_MS - 1);
    for (const owned of again) {
      const { value } = valueOf(owned, { ...sight, sources: this.data.sources });
      standings.set(owned.indicator.code, { value, level: levelOf(value, owned.indicator.levels, sight.moment.at) });
    }
    return standings;
  }

  private sources(at: number): BriefSource[] {
    return this.data.sources.map((source) => ({
      name: source.name,
      level: freshnessOf(source, at),
      lastSeen: source.lastSeen,
    }));
  }

  /** Of all that people are told of, as many as there are. `end`: of the day, epoch ms. */
  private async alertCounts(at: number, end: number): Promise<AlertCounts> {
    const [row] = await this.database.query<Record<keyof AlertCounts, string>[]>(
      `SELECT count(*) AS open, count(*) FILTER (WHERE state = 'firing') AS unanswered,
         count(*) FILTER (WHERE severity IN ('serious', 'critical')) AS red,
         count(*) FILTER (WHERE due_by <= $1) AS late, count(*) FILTER (WHERE due_by > $1 AND due_by < $2) AS due
       FROM (SELECT *, CASE WHEN state = 'firing' THEN respond_by ELSE resolve_by END AS due_by FROM alert
         WHERE state IN ('firing', 'acknowledged', 'in-progress') AND muted IS NULL) AS told`,
      [new Date(at), new Date(end)],
    );
    const count = (name: keyof AlertCounts): number => Number(row?.[name] ?? 0);
    return {
      open: count('open'),
      unanswered: count('unanswered'),
      red: count('red'),
      late: count('late'),
      due: count('due'),
    };
  }

  private async openAlerts(): Promise<BriefAlert[]> {
    const worst = [...SEVERITIES].reverse().map((severity) => `'${severity}'`);
    // What is muted nobody is told of, here neither.
    const rows = await this.database
      .getRepository(AlertEntity)
      .createQueryBuilder('alert')
      .where({ state: In(['firing', 'acknowledged', 'in-progress']), muted: IsNull() })
      .orderBy(`array_position(ARRAY[${worst.join(', ')}], alert.severity)`)
      .addOrderBy('alert.fired_at')
      .limit(MOST_ALERTS)
      .getMany();
    return rows.map(({ id, number, title, severity, state, place, acknowledgedBy, assignee, ...times }) => ({
      id,
      number,
      title,
      severity,
      state,
      place,
      acknowledgedBy,
      assignee,
      since: times.since.getTime(),
      firedAt: times.firedAt.getTime(),
      respondBy: times.respondBy?.getTime() ?? null,
      resolveBy: times.resolveBy?.getTime() ?? null,
    }));
  }
}
