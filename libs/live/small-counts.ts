/**
 * Hides small counts among many sums so that none can be worked out from what stays (cell suppression with complementary
 * cells; see Willenborg and de Waal, "Elements of Statistical Disclosure Control", 2001, and the Handbook on Statistical
 * Disclosure Control of ESSnet SDC). Sums may overlap in any way: rows, columns, totals, tiles that cut the same persons
 * differently. Everything here is at one moment.
 *
 * Cells that lie in exactly the same shown sums are a class: persons can be moved about within a class and no shown sum
 * changes. So whoever sees all shown sums, and knows that counts are whole and not negative, finds for a hidden sum
 * every value possible that such moves give it: as many as there are persons in the classes that the sum cuts, and one more.
 */
export interface Sums {
  /** Counts of the smallest cells; those of 0 too, where a count could be. */
  counts: readonly number[];
  /** Of each sum the cells that it adds up, as positions in `counts`. */
  sums: readonly (readonly number[])[];
}

/** How many persons can be moved into or out of a sum unseen; `shown` by sum. */
export function roomOf(sums: Sums, shown: readonly boolean[], sum: number): number {
  return new Classes(sums, shown).room(sums.sums[sum] ?? []);
}

/**
 * Which sums to hide: those below the limit, zeros too, and then others, the smallest first, until every hidden one could
 * have at least `limit` + 1 values. What lies between a sum and a part of it is held to the same where it is small.
 * `dear`: how many times dearer than its persons a sum is to hide.
 */
export function hideSmall(sums: Sums, limit: number, dear: readonly number[] = []): boolean[] {
  const valueOf = (cells: readonly number[]): number =>
    cells.reduce((total, cell) => total + (sums.counts[cell] ?? 0), 0);
  const values = sums.sums.map(valueOf);
  const costs = values.map((value, sum) => value * (dear[sum] ?? 1));
  const shown = values.map((value) => value >= limit);
  const rests = restsOf(sums).filter(({ cells }) => valueOf(cells) < limit);
  for (;;) {
    const classes = new Classes(sums, shown);
    const secrets = [
      ...sums.sums.filter((_, sum) => !shown[sum]),
      ...rests.flatMap(({ cells, whole, part }) => (shown[whole] && shown[part] ? [cells] : [])),
    ];
    let changed = false;
    let open = false;
    // One pass mends what it can on the classes as they were; hiding more never takes room away.
    for (const cells of secrets) {
      if (classes.room(cells) >= limit) continue;
      open = true;
      for (const other of classes.cheapestWay(cells, limit, costs)) {
        changed ||= shown[other] === true;
        shown[other] = false;
      }
    }
    if (!open) return shown.map((is) => !is);
    if (!changed) return shown.map(() => true);
  }
}

/** What a reader gets by taking a part from a sum that holds it. */
interface Rest {
  cells: readonly number[];
  whole: number;
  part: number;
}

function restsOf({ counts, sums }: Sums): Rest[] {
  const holding: number[][] = counts.map(() => []);
  for (const [sum, cells] of sums.entries()) for (const cell of cells) holding[cell]?.push(sum);
  return sums.flatMap((cells, part) => {
    const common = new Map<number, number>();
    for (const cell of cells) for (const sum of holding[cell] ?? []) common.set(sum, (common.get(sum) ?? 0) + 1);
    const own = new Set(cells);
    return [...common].flatMap(([whole, shared]): Rest[] => {
      const all = sums[whole] ?? [];
      if (shared < own.size || all.length === own.size) return [];
      return [{ cells: all.filter((cell) => !own.has(cell)), whole, part }];
    });
  });
}

/** Cells that lie in the same shown sums. */
interface Class {
  /** The shown sums, ascending. */
  sums: readonly number[];
  count: number;
  size: number;
}

/** Persons in no shown sum at all: there may be any number of them. */
const OUTSIDE: Class = { sums: [], count: Infinity, size: Infinity };
/** Classes of a secret that are tried as the start of a way; the fullest ones. */
const MOST_STARTS = 4;

class Classes {
  private readonly classes: Class[] = [];
  private readonly classOf: Class[] = [];

  constructor(sums: Sums, shown: readonly boolean[]) {
    const member: number[][] = sums.counts.map(() => []);
    for (const [sum, cells] of sums.sums.entries()) if (shown[sum]) for (const cell of cells) member[cell]?.push(sum);
    const known = new Map<string, Class>();
    for (const [cell, own] of member.entries()) {
      const key = own.join();
      let found = known.get(key);
      if (!found) {
        found = own.length === 0 ? { ...OUTSIDE } : { sums: own, count: 0, size: 0 };
        known.set(key, found);
        this.classes.push(found);
      }
      found.count += sums.counts[cell] ?? 0;
      found.size++;
      this.classOf.push(found);
    }
  }

  /** Persons in the classes that a secret cuts: it holds some of their cells and not all. */
  room(secret: readonly number[]): number {
    let room = 0;
    for (const [one, cells] of this.within(secret)) if (cells < one.size) room += one.count;
    return room;
  }

  /**
   * Shown sums to hide so that a secret gets its room: those that tell a class in it from one outside, and the two have
   * enough persons together. The way with the least persons hidden; to hide all that hold a class is always one.
   */
  cheapestWay(secret: readonly number[], limit: number, costs: readonly number[]): readonly number[] {
    const within = this.within(secret);
    const starts = [...within.keys()].sort((a, b) => b.count - a.count).slice(0, MOST_STARTS);
    let best: readonly number[] = [];
    let least = Infinity;
    for (const start of starts) {
      for (const other of [...this.classes, OUTSIDE]) {
        if (other === start || within.get(other) === other.size || start.count + other.count < limit) continue;
        const way = difference(start.sums, other.sums);
        const cost = way.reduce((total, one) => total + (costs[one] ?? 0), 0);
        if (cost < least) [best, least] = [way, cost];
      }
    }
    return best;
  }

  /** The classes of a secret with how many of their cells it holds. */
  private within(secret: readonly number[]): Map<Class, number> {
    const within = new Map<Class, number>();
    for (const cell of secret) {
      const one = this.classOf[cell];
      if (one) within.set(one, (within.get(one) ?? 0) + 1);
    }
    return within;
  }
}

/** What is in one of two lists only. */
function difference(a: readonly number[], b: readonly number[]): number[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((one) => !inB.has(one)), ...b.filter((one) => !inA.has(one))];
}
