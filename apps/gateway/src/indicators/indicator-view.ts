import type { IndicatorValue, IndicatorView, Text } from '#libs/contracts';
import {
  evaluateFormula,
  isBehind,
  isHidden,
  isInForce,
  levelOf,
  marksOf,
  measuresOf,
  seesSector,
  targetAt,
  type Reading,
  type Scope,
  type SourcedSight,
} from '#libs/live';
import { formulaText, freshnessText, type Catalogue, type Indicator, type SectorPack } from '#libs/sector-kit';
import { isWritten, writtenValue } from './written-value.js';

/** An indicator with the pack that it belongs to. */
export interface Owned {
  pack: SectorPack;
  indicator: Indicator;
}

interface IndicatorViewer {
  kind: 'user' | 'wall-link';
  scope: Scope;
}

/** What the sector calls these dimensions, of those that it names. */
export const dimensionNames = ({ dimensions = {} }: SectorPack, dims: readonly string[]): Record<string, Text> =>
  Object.fromEntries(dims.flatMap((name) => (dimensions[name] ? [[name, dimensions[name]]] : [])));

/** Indicators in force that a viewer may have, by code. `restricted` ones are for signed-in persons who see every unit. */
export function visibleIndicators(catalogue: Catalogue, viewer: IndicatorViewer, at: number): Owned[] {
  return indicatorsInForce(catalogue, at).filter((owned) => maySee(viewer, owned));
}

/** The one of this code, where it is in force and the viewer may have it. */
export function visibleIndicator(
  code: string,
  catalogue: Catalogue,
  viewer: IndicatorViewer,
  at: number,
): Owned | undefined {
  const owned = catalogue.indicator(code);
  return owned && isInForce(owned.indicator, at) && maySee(viewer, owned) ? owned : undefined;
}

const maySee = ({ kind, scope }: IndicatorViewer, { pack, indicator }: Owned): boolean =>
  seesSector(scope, pack.id) && (indicator.sharing !== 'restricted' || (kind === 'user' && scope.units === '*'));

/** Indicators in force that are for everybody. */
export function publicIndicators(catalogue: Catalogue, at: number): Owned[] {
  return indicatorsInForce(catalogue, at).filter(({ indicator }) => indicator.sharing === 'public');
}

/** Indicators in force, by code. */
export function indicatorsInForce(catalogue: Catalogue, at: number): Owned[] {
  return catalogue.packs
    .flatMap((pack) => pack.indicators.map((indicator) => ({ pack, indicator })))
    .filter(({ indicator }) => isInForce(indicator, at))
    .sort((a, b) => (a.indicator.code < b.indicator.code ? -1 : 1));
}

export function viewOf({ pack, indicator }: Owned): IndicatorView {
  return {
    code: indicator.code,
    sector: pack.id,
    title: indicator.title,
    format: indicator.format,
    formula: formulaText(indicator.formula),
    note: indicator.note,
    levels: (indicator.levels ?? []).map((limit) => ({ ...limit })),
    owner: indicator.owner ?? pack.owner ?? null,
    frequency: indicator.frequency ?? 'live',
    freshness: indicator.freshness ? freshnessText(indicator.freshness) : null,
    sharing: indicator.sharing ?? 'internal',
    validFrom: indicator.validFrom ?? null,
    validTo: indicator.validTo ?? null,
  };
}

const HIDDEN: Reading = { value: null, at: null };

/** `known`: its number where it is held already. */
export function valueOf(owned: Owned, sight: SourcedSight, known?: Reading | null): IndicatorValue {
  const { indicator } = owned;
  const now = sight.moment.at;
  // With a hidden number goes when it last moved: that is the time of a case.
  const hidden = sight.scope.shared === true && isHidden(indicator.formula, sight);
  const { value, at } = hidden ? HIDDEN : (known ?? evaluateFormula(sight, indicator.formula));
  const metrics = measuresOf(indicator.formula, sight.catalogue).map(({ metric }) => metric);
  const marks = marksOf(sight, metrics, at);
  return {
    ...viewOf(owned),
    value,
    ...(value !== null && isWritten(indicator.format) ? { written: writtenValue(value, indicator.format) } : {}),
    level: levelOf(value, indicator.levels, now),
    target: targetAt(indicator, now) ?? null,
    observedAt: at === null ? null : new Date(at).toISOString(),
    late: !hidden && isBehind(sight, indicator, at),
    simulated: marks.simulated === true,
    entered: marks.entered === true,
    forecast: marks.forecast === true,
  };
}
