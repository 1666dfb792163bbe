import { Inject, Injectable } from '@nestjs/common';
import type { Explanation, Formula, Text } from '#libs/contracts';
import {
  dimensionsOf,
  explainFormula,
  freshnessOf,
  labelOf,
  matchesType,
  measuresOf,
  readsSmallCounts,
  seesUnit,
  sharesUnits,
  withinUnit,
  type Only,
  type SourcedSight,
  type SourceInfo,
  type UnitLookup,
} from '#libs/live';
import { BucketReader, EvidenceReader } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Catalogue, type Indicator } from '#libs/sector-kit';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { UNITS } from '../gateway.tokens.js';
import { eventsBehind } from './events-behind.js';
import { dimensionNames, valueOf } from './indicator-view.js';
import { PutIn } from './put-in.js';
import { Readings } from './readings.service.js';

const MOST_EVENTS = 10;
/** Names what is left of a former unit inside those of today. */
const FORMER = 'former:';

/** How indicators come to their numbers: formula, what was put in, events and sources behind it, all as of one moment. */
@Injectable()
export class Explanations {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(EvidenceReader) private readonly evidence: EvidenceReader,
    @Inject(Readings) private readonly readings: Readings,
    @Inject(UNITS) private readonly units: UnitLookup,
  ) {}

  /** `at`: ISO 8601, absent: now. `only`: of one value of a dimension. Throws problems of 400, 403, 404, 503 as `Readings` does. */
  async of(code: string, viewer: Viewer, at: string | undefined, only: Only | undefined): Promise<Explanation> {
    const owned = this.readings.find(code, viewer, at);
    const { formula } = owned.indicator;
    if (only) this.readings.checkDimension(owned, only.by, viewer);
    const putIn = new PutIn(this.catalogue);
    const answer = await this.readings.at(at, viewer, [owned], (all) => {
      const sight = only ? this.narrowed(all, only) : all;
      return {
        indicator: valueOf(owned, sight),
        explained: explainFormula(sight, formula, (read) => putIn.onRead(read)),
        until: sight.moment.at,
        label: only && labelOf(sight, owned.pack, only.by, only.key),
      };
    });
    if (only?.by === 'unit' && putIn.reads.length === 0 && this.units.has?.(only.key) === false)
      throw new ProblemError(404, 'unit-unknown', 'Not Found', `There is no unit "${only.key}".`, { field: 'key' });
    const { indicator, explained, until, label } = answer.made;
    const dimensions = dimensionsOf(formula, this.catalogue);
    // Single events, and how many series there are, would tell a small count.
    const few = viewer.scope.shared === true && readsSmallCounts(formula, this.catalogue);
    const [events, byHand, sources] = await Promise.all([
      few ? [] : this.eventsOf(putIn, viewer, until, only),
      few ? { values: 0, of: 0 } : putIn.byHand(this.evidence, until),
      at === undefined ? this.data.sources : this.reader.sourcesAt(until),
      this.readings.note(viewer, 'indicator.explained', code, { at: answer.at, ...only }),
    ]);
    return {
      at: answer.at,
      fresh: answer.fresh,
      indicator,
      explained,
      byHand,
      dimensions,
      dimensionNames: dimensionNames(owned.pack, dimensions),
      ...(only && label ? { only: { ...only, label } } : {}),
      events,
      eventsNote: noteOn({ events: events.length, putIn: putIn.reads.length, few }),
      sources: this.sourcesOf(owned.indicator, sources, { viewer, units: unitsOf(putIn, only), until }),
    };
  }

  /**
   * What is counted for one value. What was counted for a unit that was merged away is with the one that took it over. A unit
   * that holds others is all of them together, and so is what is left of a former one: as a viewer of it sees it.
   */
  private narrowed(sight: SourcedSight, { by, key }: Only): SourcedSight {
    if (by !== 'unit') return { ...sight, only: { by, key } };
    const unit = this.units.today?.(key) ?? key;
    return unit.startsWith(FORMER) || this.units.holdsUnits?.(unit)
      ? withinUnit(sight, unit)
      : { ...sight, only: { by, key: unit } };
  }

  private async eventsOf(
    putIn: PutIn,
    { scope }: Viewer,
    until: number,
    only: Only | undefined,
  ): Promise<Explanation['events']> {
    const ports = { catalogue: this.catalogue, reader: this.evidence };
    const sees = ({ unit }: { unit?: string }): boolean => seesUnit(scope, unit ?? null, this.units);
    const events = await eventsBehind(ports, putIn.reads, {
      ...{ until, most: MOST_EVENTS, sees },
      moments: putIn.moments,
      narrowed: putIn.narrowed(only),
    });
    return events.map(({ source, id, type, time, unit, subject }) => {
      return { source, id, type, time: iso(time), unit: unit ?? null, subject: subject ?? null };
    });
  }

  private typesBehind(formula: Formula): string[] {
    const metrics = measuresOf(formula, this.catalogue).map(({ metric }) => metric);
    return [...new Set(metrics.flatMap((metric) => this.catalogue.typesBehind(metric)))];
  }

  /** Sources that may write what the formula reads. `units`: only those that may write for one of them; empty: whatever units. */
  private sourcesOf(
    { formula }: Indicator,
    sources: readonly SourceInfo[],
    { viewer, units, until }: { viewer: Viewer; units: readonly string[]; until: number },
  ): Explanation['sources'] {
    const types = this.typesBehind(formula);
    const about = units.length > 0 ? { ...viewer.scope, units } : viewer.scope;
    return sources
      .filter((source) => types.some((type) => matchesType(source.types, type)))
      .filter((source) => [viewer.scope, about].every((scope) => sharesUnits(scope, source.units, this.units)))
      .map((source) => ({
        id: source.id,
        name: source.name,
        every: source.every,
        simulated: source.simulated,
        lastSeen: source.lastSeen === null ? null : iso(source.lastSeen),
        level: freshnessOf(source, until),
      }));
  }
}

/** Why no event is listed. */
function noteOn({ events, putIn, few }: { events: number; putIn: number; few: boolean }): Text | null {
  if (few)
    return {
      vi: 'Không liệt kê từng sự kiện vì chỉ tiêu này có số nhỏ được ẩn.',
      en: 'Single events are not listed, since small counts of this indicator are hidden.',
    };
  if (events > 0 || putIn === 0) return null;
  return {
    vi: 'Có số được thay vào, nhưng không thấy sự kiện nào của nó trong những sự kiện gần nhất đã tìm; có thể sự kiện đã cũ hơn hoặc đã hết hạn lưu.',
    en: 'Numbers were put in, but none of their events is among the newest that were looked through; they may be older, or no longer kept.',
  };
}

/** Units whose sources are behind it; empty: any may be. */
function unitsOf({ units }: PutIn, only: Only | undefined): string[] {
  if (!only) return [];
  return units.size === 0 && only.by === 'unit' ? [only.key] : [...units];
}

const iso = (at: number): string => new Date(at).toISOString();
