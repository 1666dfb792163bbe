import { type Formula, partsOf, type Rule, type Text } from '#libs/contracts';
import { inhibitionLoop, ruleFaults } from './check-rule.js';
import { enteredType } from './entered.js';
import type { EventType, Indicator, Metric, Place, Projection, SectorPack } from './sector.js';

/**
 * All packs of an installation, indexed. Built once at boot; throws when two packs claim a name or a pack refers to
 * something that it does not declare, naming the pack and the place.
 */
export class Catalogue {
  readonly packs: readonly SectorPack[];
  /** The packs as they were written, each with its own names only. */
  private readonly written: readonly SectorPack[];
  private readonly types = new Map<string, { pack: SectorPack; type: EventType }>();
  private readonly metrics = new Map<string, { pack: SectorPack; metric: Metric }>();
  private readonly indicators = new Map<string, { pack: SectorPack; indicator: Indicator }>();
  private readonly projectionsByType = new Map<string, { kind: string; projection: Projection }[]>();
  private readonly projections = new Map<string, Projection>();
  private readonly rules = new Map<string, Rule>();
  private few: ReadonlySet<string> | undefined;
  private readonly placesOf = new Map<string, Map<string, Place>>();

  constructor(packs: readonly SectorPack[]) {
    this.written = [...packs].sort((a, b) => a.id.localeCompare(b.id));
    this.packs = withSharedLabels(this.written);
    for (const pack of this.packs) this.add(pack);
    for (const pack of this.packs) this.check(pack);
    const loop = inhibitionLoop(this.allRules());
    if (loop) throw new Error(`rules ${loop.join(' → ')} mute each other in a circle`);
  }

  eventType(type: string): EventType | undefined {
    return this.types.get(type)?.type;
  }

  packOfType(type: string): SectorPack | undefined {
    return this.types.get(type)?.pack;
  }

  metric(code: string): Metric | undefined {
    return this.metrics.get(code)?.metric;
  }

  packOfMetric(code: string): SectorPack | undefined {
    return this.metrics.get(code)?.pack;
  }

  /** Types of the events that may add to a metric: of what is entered only the one that publishes it. */
  typesBehind(code: string): string[] {
    const found = this.metrics.get(code);
    if (!found) return [];
    const { pack, metric } = found;
    const published = enteredType(pack.id);
    if (metric.entered) return [published];
    const own = code.slice(pack.id.length + 1);
    return pack.events
      .filter(({ type, adds }) => type !== published && (adds === undefined || adds.includes(own)))
      .map(({ type }) => type);
  }

  /** Whether single events of a type would tell small counts: it may add to a metric that hides them. */
  tellsFew(type: string): boolean {
    this.few ??= new Set(
      [...this.metrics].flatMap(([code, { metric }]) => (metric.hideBelow === undefined ? [] : this.typesBehind(code))),
    );
    return this.few.has(type);
  }

  indicator(code: string): { pack: SectorPack; indicator: Indicator } | undefined {
    return this.indicators.get(code);
  }

  /** Projections that fold events of this type; `kind` is `<sector>.<name>`, as stored. */
  projectionsOf(type: string): readonly { kind: string; projection: Projection }[] {
    return this.projectionsByType.get(type) ?? [];
  }

  projection(kind: string): Projection | undefined {
    return this.projections.get(kind);
  }

  projectionKinds(): string[] {
    return [...this.projections.keys()].sort();
  }

  /** Places of a dimension, by code. */
  places(dimension: string): ReadonlyMap<string, Place> {
    return this.placesOf.get(dimension) ?? new Map<string, Place>();
  }

  /**
   * The place that a value of a dimension stands for: one of that dimension; else what a sector calls so under another name
   * (a sensor stands at its station), unless that is two places or the sector says that the value is something else.
   */
  placeOf(dimension: string, code: string, sector: string): Place | undefined {
    const own = this.placesOf.get(dimension)?.get(code);
    const pack = own ? undefined : this.packs.find(({ id }) => id === sector);
    if (!pack || pack.labels[dimension]?.[code]) return own;
    const named = Object.keys(pack.places ?? {}).flatMap((name) => this.placesOf.get(name)?.get(code) ?? []);
    const [place] = named;
    return named.every(({ unit }) => unit === place?.unit) ? place : undefined;
  }

  /** Names that these sectors give to the values of a dimension whose codes mean the same in every pack, by code. */
  sharedLabels(dimension: SharedDimension, of: (sector: string) => boolean): Readonly<Record<string, Text>> {
    return sharedLabels(
      this.written.filter(({ id }) => of(id)),
      dimension,
    );
  }

  /** What any pack calls a value of such a dimension. */
  sharedLabel(dimension: SharedDimension, value: string): Text | undefined {
    return this.packs.find(({ labels }) => labels[dimension]?.[value])?.labels[dimension]?.[value];
  }

  allTypes(): string[] {
    return [...this.types.keys()].sort();
  }

  allIndicators(): Indicator[] {
    return [...this.indicators.values()].map((entry) => entry.indicator);
  }

  allMetrics(): Metric[] {
    return [...this.metrics.values()].map((entry) => entry.metric);
  }

  /** A pack's own rule. */
  rule(id: string): Rule | undefined {
    return this.rules.get(id);
  }

  /** The packs' own rules, in the order of the packs. */
  allRules(): Rule[] {
    return this.packs.flatMap((pack) => pack.rules ?? []);
  }

  /** The formula with the formulas of the indicators that it names in their place. Ends, since cycles are refused at boot. */
  expand(formula: Formula): Formula {
    if ('indicator' in formula) {
      const named = this.indicators.get(formula.indicator)?.indicator;
      return named ? this.expand(named.formula) : formula;
    }
    if ('op' in formula) return { ...formula, args: formula.args.map((arg) => this.expand(arg)) };
    if ('before' in formula) return { ...formula, before: this.expand(formula.before) };
    return 'of' in formula ? { ...formula, of: this.expand(formula.of) } : formula;
  }

  /** What is wrong with a formula: an unknown metric, dimension or indicator, or a circle; null when nothing is. */
  faultOf(formula: Formula, path: readonly string[] = []): string | null {
    if ('measure' in formula) {
      const { metric: code, agg, where = {} } = formula.measure;
      const metric = this.metric(code);
      if (!metric) return `there is no metric ${code}`;
      if (/^p\d/.test(agg) && !metric.sketch) return `${code} counts no sketch, so it has no ${agg}`;
      const foreign = Object.keys(where).find((dim) => !metric.dims.includes(dim));
      return foreign === undefined ? null : `${code} has no dimension ${foreign}; it has ${metric.dims.join(', ')}`;
    }
    if ('indicator' in formula) {
      const { indicator: code } = formula;
      if (path.includes(code)) return `${[...path, code].join(' → ')} is a circle`;
      const named = this.indicators.get(code)?.indicator;
      return named ? this.faultOf(named.formula, [...path, code]) : `there is no indicator ${code}`;
    }
    for (const part of partsOf(formula)) {
      const fault = this.faultOf(part, path);
      if (fault !== null) return fault;
    }
    return null;
  }

  private add(pack: SectorPack): void {
    for (const type of pack.events) claim(this.types, type.type, { pack, type }, pack, 'event type');
    for (const metric of pack.metrics) claim(this.metrics, metric.code, { pack, metric }, pack, 'metric');
    for (const indicator of pack.indicators) {
      claim(this.indicators, indicator.code, { pack, indicator }, pack, 'indicator');
    }
    for (const rule of pack.rules ?? []) claim(this.rules, rule.id, rule, pack, 'rule');
    for (const projection of pack.projections) {
      const kind = `${pack.id}.${projection.name}`;
      claim(this.projections, kind, projection, pack, 'projection');
      for (const type of projection.types) {
        const list = this.projectionsByType.get(type) ?? [];
        list.push({ kind, projection });
        this.projectionsByType.set(type, list);
      }
    }
    for (const [dimension, places] of Object.entries(pack.places ?? {})) {
      const known = this.placesOf.get(dimension) ?? new Map<string, Place>();
      for (const place of places) claim(known, place.code, place, pack, `place of ${dimension}`);
      this.placesOf.set(dimension, known);
    }
  }

  private check(pack: SectorPack): void {
    const fail = (what: string): never => {
      throw new Error(`sector pack ${pack.id}: ${what}`);
    };
    for (const type of pack.events) {
      if (!type.type.startsWith(`vn.ioc.${pack.id}.`))
        fail(`event type ${type.type} must start with vn.ioc.${pack.id}.`);
      const foreign = type.adds?.find((code) => !pack.metrics.some((metric) => metric.code === `${pack.id}.${code}`));
      if (foreign !== undefined) fail(`event type ${type.type} adds to the unknown metric ${foreign}`);
    }
    for (const projection of pack.projections) {
      for (const type of projection.types) {
        if (!this.types.has(type)) fail(`projection ${projection.name} folds the unknown type ${type}`);
      }
    }
    for (const code of pack.overview)
      if (!this.indicators.has(code)) fail(`overview names the unknown indicator ${code}`);
    for (const indicator of pack.indicators) {
      const wrong = this.faultOf(indicator.formula, [indicator.code]);
      if (wrong !== null) fail(`indicator ${indicator.code}: ${wrong}`);
    }
    for (const rule of pack.rules ?? []) {
      if (!rule.id.startsWith(`${pack.id}.`) || rule.sector !== pack.id) fail(`rule ${rule.id} must be of the sector`);
      const [fault] = ruleFaults(rule, this);
      if (fault) fail(`rule ${rule.id}: ${fault.path} ${fault.message}`);
      const unknown = (rule.inhibits ?? []).flatMap((one) => one.rules).find((id) => !this.rules.has(id));
      if (unknown !== undefined) fail(`rule ${rule.id} mutes the unknown rule ${unknown}`);
    }
    for (const tile of pack.board.tiles) {
      if (tile.kind === 'number' && !this.indicators.has(tile.indicator)) {
        fail(`tile ${tile.id} shows the unknown indicator ${tile.indicator}`);
      }
    }
  }
}

/** Dimensions whose codes mean the same in every pack: agencies have one code each (QĐ 20/2020/QĐ-TTg). */
const SHARED_DIMENSIONS = ['agency'] as const;
export type SharedDimension = (typeof SHARED_DIMENSIONS)[number];

const sharedLabels = (packs: readonly SectorPack[], dimension: SharedDimension): Record<string, Text> =>
  Object.assign({}, ...packs.map(({ labels }) => labels[dimension] ?? {})) as Record<string, Text>;

/** The packs, each with the names that others give to what they share; its own come first. */
function withSharedLabels(packs: readonly SectorPack[]): SectorPack[] {
  const shared = SHARED_DIMENSIONS.map((dimension) => [dimension, sharedLabels(packs, dimension)] as const);
  if (shared.every(([, labels]) => Object.keys(labels).length === 0)) return [...packs];
  return packs.map((pack) => {
    const added = shared.map(([dimension, labels]) => [dimension, { ...labels, ...pack.labels[dimension] }] as const);
    return { ...pack, labels: { ...pack.labels, ...Object.fromEntries(added) } };
  });
}

/** Codes of the metrics that a formula itself reads, without those behind the indicators it names. */
export function metricsOf(formula: Formula): string[] {
  if ('measure' in formula) return [formula.measure.metric];
  return partsOf(formula).flatMap(metricsOf);
}

function claim<V>(map: Map<string, V>, key: string, value: V, pack: SectorPack, what: string): void {
  if (map.has(key)) throw new Error(`sector pack ${pack.id}: ${what} ${key} is declared twice`);
  map.set(key, value);
}
