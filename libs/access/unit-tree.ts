import { dayStart } from '#libs/contracts';

/** An administrative unit as access and screens need it. */
export interface Unit {
  code: string;
  name: string;
  /** `tỉnh`, `thành phố`, `phường`, `xã`, `đặc khu`. */
  type: string;
  parent: string | null;
  lon: number | null;
  lat: number | null;
  /** Codes of the units that were merged into it, where a list says so. */
  predecessors?: readonly string[] | null;
  /** Day (`YYYY-MM-DD`) on which each of them was merged into it. */
  mergedOn?: Readonly<Record<string, string>> | null;
}

/** The unit that holds all of a former one, and since when, epoch ms. */
export interface Heir {
  code: string;
  since: number;
}

/** A unit that holds all of another: in periods that end after `since` and by `until`, epoch ms. */
export interface Holder {
  code: string;
  since: number;
  until: number;
}

const MAX_LEVELS = 8;

/** A unit as it was before a merger: `former:94` is what is left of the unit 94 inside the units of today. */
const FORMER = 'former:';

/**
 * The units that are valid today, as a tree. Immutable. A code that was merged away is known too: it lies in the unit that
 * took it over, or, where several took a part each, in the lowest unit above all of them. And `former:<code>` names
 * what was merged: every unit of today that came from it alone.
 */
export class UnitTree {
  private readonly units: ReadonlyMap<string, Unit>;
  private readonly childrenOf = new Map<string, Unit[]>();
  /** Former code → units of today that took over all or part of it. */
  private readonly successorsOf = new Map<string, Unit[]>();
  private readonly todayOf = new Map<string, string>();
  private readonly heirOf = new Map<string, Heir>();
  /** Made when first asked for, of codes that are known. */
  private readonly holdersOf = new Map<string, readonly Holder[]>();

  constructor(units: Iterable<Unit>) {
    this.units = new Map([...units].map((unit) => [unit.code, unit]));
    for (const unit of this.units.values()) {
      const parent = unit.parent ?? '';
      this.childrenOf.set(parent, [...(this.childrenOf.get(parent) ?? []), unit]);
      for (const former of unit.predecessors ?? [])
        this.successorsOf.set(former, [...(this.successorsOf.get(former) ?? []), unit]);
    }
    for (const [former, successors] of this.successorsOf) {
      const today = this.units.has(former) ? former : this.above(successors);
      if (today === null) continue;
      this.todayOf.set(former, today);
      const days = successors.flatMap(({ mergedOn }) => mergedOn?.[former] ?? []).sort();
      const last = days.at(-1);
      if (last !== undefined && today !== former) this.heirOf.set(former, { code: today, since: dayStart(last) });
    }
  }

  get(code: string): Unit | undefined {
    return this.units.get(code);
  }

  /** Whether the code is valid today, was before a merger, or names a former unit that left something. */
  has(code: string): boolean {
    const former = code.startsWith(FORMER) ? code.slice(FORMER.length) : null;
    return former === null ? this.units.has(code) || this.todayOf.has(code) : this.successorsOf.has(former);
  }

  /** The unit of today for a code that was merged away; any other code as it is. */
  today(code: string): string {
    return this.todayOf.get(code) ?? code;
  }

  /** The unit of today that holds all of a former one; undefined for units of today. */
  heir(code: string): Heir | undefined {
    return this.heirOf.get(code);
  }

  /**
   * The units that hold all of a unit, today's or a former one's, nearest first. One that others were merged into held
   * before that only what came from it alone, unless its code is new: then what is told for it of earlier times was reckoned
   * back for all of it. A former one held it until it was merged away.
   */
  holders(code: string): readonly Holder[] {
    let known = this.holdersOf.get(code);
    if (!known) {
      known = [...this.holding(code)];
      if (this.has(code)) this.holdersOf.set(code, known);
    }
    return known;
  }

  private *holding(code: string): Iterable<Holder> {
    for (const at of this.path(this.today(code))) {
      const merged = this.units.get(at)?.mergedOn ?? {};
      const others = Object.keys(merged).filter((former) => former !== at);
      if (at !== code) {
        const days = this.isNewCode(at) ? [] : others.map((former) => dayStart(merged[former] ?? ''));
        const since = Math.max(-Infinity, ...days);
        yield { code: at, since, until: Infinity };
      }
      for (const former of others)
        if (former !== code && this.cameFrom(at, former))
          yield { code: former, since: -Infinity, until: dayStart(merged[former] ?? '') };
    }
  }

  /** Whether there was no unit of this code before it was made of others of its level. */
  private isNewCode(code: string): boolean {
    const former = this.units.get(code)?.predecessors ?? [];
    return former.some(({ length }) => length === code.length) && !this.successorsOf.has(code);
  }

  /** Direct children; of nothing: the provinces. */
  children(code: string | null): readonly Unit[] {
    return this.childrenOf.get(code ?? '') ?? [];
  }

  /** Whether `code` is `ancestor` or lies below it. */
  within(code: string, ancestor: string): boolean {
    const former = ancestor.startsWith(FORMER) ? ancestor.slice(FORMER.length) : null;
    if (former !== null && code === former && !this.units.has(code)) return true;
    if (code === ancestor) return true;
    // A former unit lies where the whole of it went.
    const today = this.today(code.startsWith(FORMER) ? code.slice(FORMER.length) : code);
    for (const at of this.path(today)) {
      if (former === null ? at === ancestor : this.cameFrom(at, former)) return true;
    }
    return false;
  }

  /** The units of today that took over a unit that was merged away, each all or a part of it; none of one that is in use. */
  mergedInto(code: string): readonly Unit[] {
    return this.units.has(code) ? [] : (this.successorsOf.get(code) ?? []);
  }

  /**
   * Whether a unit lies in one that a route or a silence names. A name that was merged away stands for every unit of today that
   * took over some of it: nothing happens under the old code any more. Only for who is told; what somebody
   * may see goes by `within`, which never widens.
   */
  isNamed(code: string, name: string): boolean {
    return this.within(code, name) || this.mergedInto(name).some((unit) => this.within(code, unit.code));
  }

  /** The unit and all above it, lowest first. */
  private *path(code: string): Iterable<string> {
    let at: string | null = code;
    for (let level = 0; at !== null && level < MAX_LEVELS; level++) {
      yield at;
      at = this.units.get(at)?.parent ?? null;
    }
  }

  /**
   * Whether a unit of today is a former one, or a part of it and of nothing else of its level: a commune may have a province and
   * communes that it came from, and the length of a statistics code is its level.
   */
  private cameFrom(code: string, former: string): boolean {
    const peers = (this.units.get(code)?.predecessors ?? []).filter(({ length }) => length === former.length);
    return peers.length === 1 && peers[0] === former;
  }

  /** The lowest unit that holds all of these. */
  private above(units: readonly Unit[]): string | null {
    const [first, ...rest] = units.map(({ code }) => [...this.path(code)]);
    return first?.find((code) => rest.every((path) => path.includes(code))) ?? null;
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
  SELECT code, name, type, parent, lon, lat,
    (SELECT array_agg(p.predecessor ORDER BY p.predecessor) FROM unit_predecessor p WHERE p.code = unit.code) AS predecessors,
    (SELECT json_object_agg(p.predecessor, p.since ORDER BY p.since) FROM unit_predecessor p WHERE p.code = unit.code) AS "mergedOn"
  FROM unit
  WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)`;
