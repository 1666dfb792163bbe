import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { partsOf, type Breakdown, type Formula } from '#libs/contracts';
import { evaluateBy, evaluateFormula, labelOf, levelOf, withinUnit, type Reading, type Sight } from '#libs/live';
import { Catalogue, type Indicator } from '#libs/sector-kit';
import { ForViewers } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { StateQueryDto } from '../http/boards.dto.js';
import { viewOf, type Owned } from './indicator-view.js';
import { Readings } from './readings.service.js';

const MOST_ROWS = 2_000;

/** Indicators by agency, commune or any other of their dimensions. */
@Controller('v1')
@ApiTags('indicators')
@ForViewers()
export class BreakdownController {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Readings) private readonly readings: Readings,
  ) {}

  /** An indicator for each value of a dimension, with the indicators that its formula names: a score group by group. */
  @Get('indicators/:code/by/:dimension')
  @ApiOperation({
    summary: 'An indicator for each value of a dimension',
    description:
      'A row of a unit that has units below it is marked `whole`: it is of everything within that unit, as its explanation and a link of it tell. Such a row overlaps the others, so rows are not to be added. Every other row is of its own value only.',
  })
  async by(
    @CurrentViewer() viewer: Viewer,
    @Param('code') code: string,
    @Param('dimension') by: string,
    @Query() { at }: StateQueryDto,
  ): Promise<Breakdown> {
    const owned = this.readings.find(code, viewer, at);
    this.readings.checkDimension(owned, by, viewer);
    const parts = this.partsOf(owned.indicator.formula);
    const answer = await this.readings.at(at, viewer, [owned], (sight) => rowsOf(sight, owned, parts, by));
    await this.readings.note(viewer, 'indicator.taken-apart', code, { at: answer.at, by });
    return {
      at: answer.at,
      fresh: answer.fresh,
      indicator: viewOf(owned),
      by,
      parts: parts.map(({ code: part, title, format }) => ({ code: part, title, format })),
      rows: answer.made.slice(0, MOST_ROWS),
      total: answer.made.length,
    };
  }

  private partsOf(formula: Formula): Indicator[] {
    if (!('indicator' in formula)) return partsOf(formula).flatMap((part) => this.partsOf(part));
    const named = this.catalogue.indicator(formula.indicator)?.indicator;
    return named ? [named] : [];
  }
}

function rowsOf(sight: Sight, { pack, indicator }: Owned, parts: readonly Indicator[], by: string): Breakdown['rows'] {
  const whole = evaluateBy(sight, indicator.formula, by);
  const own = parts.map(({ formula }) => evaluateBy(sight, formula, by, whole.keys()));
  const rows = [...whole].map(([key, told]) => {
    const inside = by === 'unit' && sight.units.holdsUnits?.(key) ? withinUnit(sight, key) : null;
    const readingOf = ({ formula }: Indicator, one: Reading | undefined): Reading | undefined =>
      inside ? evaluateFormula(inside, formula) : one;
    const { value, at } = readingOf(indicator, told) ?? told;
    return {
      key,
      label: labelOf(sight, pack, by, key),
      ...(inside ? { whole: true as const } : {}),
      value,
      level: levelOf(value, indicator.levels, sight.moment.at),
      parts: parts.map((part, i) => readingOf(part, own[i]?.get(key))?.value ?? null),
      observedAt: at === null ? null : new Date(at).toISOString(),
    };
  });
  return rows.sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || (a.key < b.key ? -1 : 1));
}
