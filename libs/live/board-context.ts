import type { RecentEvent, Text } from '#libs/contracts';
import type { Catalogue, Metric, Place, SectorPack, Tile } from '#libs/sector-kit';
import { seesSector, seesUnit, sharesUnits } from './scope.js';
import type { Sight } from './sight.js';

/** A registered source with when it was last heard. Times are epoch ms; `every` is its promise in seconds. */
export interface SourceInfo {
  id: string;
  name: string;
  /** Event types it may write; `*` at the end of a pattern matches the rest. */
  types: readonly string[];
  units: readonly string[];
  every: number;
  simulated: boolean;
  lastEvent: number | null;
  lastSeen: number | null;
  /** Of hand entry: the metrics of which it has published figures; absent: of none. */
  entered?: readonly string[];
}

/** Everything that a tile is made from. */
export interface BoardContext extends Sight {
  /** Packs that the board is about: all of them on the overview. */
  packs: readonly SectorPack[];
  /** Sources in service. */
  sources: readonly SourceInfo[];
  /** Newest first. */
  recent: readonly RecentEvent[];
}

/** A board as evaluated: its packs and tiles. */
export interface Board {
  id: string;
  title: Text;
  distance: number;
  tiles: readonly Tile[];
  packs: readonly SectorPack[];
}

export function matchesType(patterns: readonly string[], type: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type));
}

/** Sources that may write an event type of the pack. */
export function sourcesOfPack(sources: readonly SourceInfo[], pack: SectorPack): SourceInfo[] {
  return sources.filter((source) => pack.events.some((event) => matchesType(source.types, event.type)));
}

/**
 * Sources that may feed a metric. Entered figures come from a simulated source only where it is registered for them by name:
 * a pattern allows more than is sent.
 */
export function sourcesOfMetric(sources: readonly SourceInfo[], catalogue: Catalogue, metric: Metric): SourceInfo[] {
  const behind = catalogue.typesBehind(metric.code);
  return sources.filter(({ types, simulated }) =>
    behind.some((type) => (metric.entered && simulated ? types.includes(type) : matchesType(types, type))),
  );
}

/** Packs of the board that the viewer may see. */
export function visiblePacks(context: BoardContext): SectorPack[] {
  return context.packs.filter((pack) => seesSector(context.scope, pack.id));
}

/** Sources of the board that the viewer may see: of a visible pack, and writing for a unit that is visible. */
export function visibleSources(context: BoardContext): SourceInfo[] {
  const packs = visiblePacks(context);
  return context.sources.filter(
    (source) =>
      packs.some((pack) => pack.events.some((event) => matchesType(source.types, event.type))) &&
      sharesUnits(context.scope, source.units, context.units),
  );
}

const same = (text: string): Text => ({ vi: text, en: text });

/** The label of a dimension's value: a unit's or place's name, what the pack says, or the value itself. */
export function labelOf(context: Sight, pack: SectorPack | undefined, dimension: string, value: string): Text {
  const label = pack?.labels[dimension]?.[value];
  if (label) return label;
  const place = context.catalogue.places(dimension).get(value);
  if (place) return same(place.name);
  if (dimension === 'unit') return same(context.units.find(value)?.name ?? value);
  return same(value);
}

/** Places of a dimension that the viewer may see. */
export function visiblePlaces(context: Sight, dimension: string): Place[] {
  return [...context.catalogue.places(dimension).values()].filter((place) =>
    seesUnit(context.scope, place.unit, context.units),
  );
}
