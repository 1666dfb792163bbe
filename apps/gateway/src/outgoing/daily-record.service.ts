import { Inject, Injectable } from '@nestjs/common';
import { DAY_MS, dayName, MINUTE_MS, periodStart } from '#libs/contracts';
import { EVERYTHING, type UnitLookup } from '#libs/live';
import { BucketReader, DailyValueEntity } from '#libs/persistence';
import { CLOCK, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { DataSource } from 'typeorm';
import { BoardData } from '../boards/board-data.js';
import { pastSight } from '../boards/past-boards.js';
import { UNITS } from '../gateway.tokens.js';
import { indicatorsInForce, valueOf } from '../indicators/indicator-view.js';
import { Announcer } from './announcer.service.js';

/** After midnight, so that the day's last events are in. */
const AFTER_MIDNIGHT_MS = 10 * MINUTE_MS;

/** The record of each day: every indicator as it stood at the day's end, as it was known ten minutes later. Never changed. */
@Injectable()
export class DailyRecord {
  private madeFor: string | null = null;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(Announcer) private readonly announcer: Announcer,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Makes yesterday's record where it is missing and due; resolves to the day that was made. */
  async make(): Promise<string | null> {
    const midnight = periodStart('d', this.clock.now());
    const day = dayName(midnight - DAY_MS);
    if (this.madeFor === day || this.clock.now() < midnight + AFTER_MIDNIGHT_MS) return null;
    const repository = this.database.getRepository(DailyValueEntity);
    const made = !(await repository.existsBy({ day })) && (await this.write(day, midnight - 1));
    this.madeFor = day;
    return made ? day : null;
  }

  /** The values of a day by indicator; empty where there is no record. */
  async of(day: string): Promise<Map<string, DailyValueEntity>> {
    const rows = await this.database.getRepository(DailyValueEntity).findBy({ day });
    return new Map(rows.map((row) => [row.code, row]));
  }

  private async write(day: string, at: number): Promise<boolean> {
    const { catalogue, reader, units } = this;
    const inForce = indicatorsInForce(catalogue, at);
    const indicators = inForce.map(({ indicator }) => indicator);
    const sight = await pastSight({ catalogue, reader, units }, indicators, EVERYTHING, at);
    const rows = inForce.map((owned) => {
      const one = valueOf(owned, { ...sight, sources: this.data.sources });
      const { code, value, target, level, observedAt, formula, simulated, entered, late, forecast } = one;
      return {
        day,
        code,
        value,
        target,
        level,
        formula,
        ...{ simulated, entered, late, forecast },
        observedAt: observedAt === null ? null : new Date(observedAt),
      };
    });
    return this.database.transaction(async (manager) => {
      // Another process may have made it meanwhile: the first one stands.
      await manager.query('SELECT pg_advisory_xact_lock(726017)');
      if (rows.length === 0 || (await manager.existsBy(DailyValueEntity, { day }))) return false;
      await manager.insert(DailyValueEntity, rows);
      await this.announcer.announceDay(manager, day);
      return true;
    });
  }
}
