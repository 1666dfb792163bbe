/** An administrative unit as access and screens need it. */
export interface Unit {
  code: string;
  name: string;
  /** `tỉnh`, `thành phố`, `phường`, `xã`, `đặc khu`. */
  type: string;
  parent: string | null;
  lon: number | null;
  lat: number | null;
}

const MAX_LEVELS = 8;

/** The units that are valid today, as a tree. Immutable. */
export class UnitTree {
  private readonly units: ReadonlyMap<string, Unit>;
  private readonly childrenOf = new Map<string, Unit[]>();

  constructor(units: Iterable<Unit>) {
    this.units = new Map([...units].map((unit) => [unit.code, unit]));
    for (const unit of this.units.values()) {
      const parent = unit.parent ?? '';
      this.childrenOf.set(parent, [...(this.childrenOf.get(parent) ?? []), unit]);
    }
  }

  get(code: string): Unit | undefined {
    return this.units.get(code);
  }

  has(code: string): boolean {
    return this.units.has(code);
  }

  /** Direct children; of nothing: the provinces. */
  children(code: string | null): readonly Unit[] {
    return this.childrenOf.get(code ?? '') ?? [];
  }

  /** Whether `code` is `ancestor` or lies below it. */
  within(code: string, ancestor: string): boolean {
    let at: string | null = code;
    for (let level = 0; at !== null && level < MAX_LEVELS; level++) {
      if (at === ancestor) return true;
      at = this.units.get(at)?.parent ?? null;
    }
    return false;
  }

  /** Whether a scope (`*`, or codes that each stand for all below) covers the unit. Only `*` covers "no unit". */
  covers(scope: readonly string[], code: string | null | undefined): boolean {
    if (scope.includes('*')) return true;
    return typeof code === 'string' && scope.some((ancestor) => this.within(code, ancestor));
  }

  all(): Iterable<Unit> {
    return this.units.values();
  }

  get size(): number {
    return this.units.size;
  }
}

/** SQL that reads the units of today, for `new UnitTree(rows)`. */
export const UNITS_SQL = `
  SELECT code, name, type, parent, lon, lat FROM unit
  WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)`;
