import type pg from 'pg';
import { type Heir, type Holder, type Unit, UNITS_SQL, UnitTree } from './unit-tree.js';

/** The administrative units of today, in memory; loaded again when they change. */
export class UnitDirectory {
  private tree = new UnitTree([]);

  constructor(private readonly pool: pg.Pool) {}

  async load(): Promise<void> {
    const { rows } = await this.pool.query<Unit>(UNITS_SQL);
    this.tree = new UnitTree(rows);
  }

  find(code: string): Unit | undefined {
    return this.tree.get(code);
  }

  all(): Iterable<Unit> {
    return this.tree.all();
  }

  /** Whether there is such a unit, today or before a merger. */
  has(code: string): boolean {
    return this.tree.has(code);
  }

  holdsUnits(code: string): boolean {
    return this.tree.children(code).length > 0;
  }

  today(code: string): string {
    return this.tree.today(code);
  }

  heir(code: string): Heir | undefined {
    return this.tree.heir(code);
  }

  mergedInto(code: string): readonly Unit[] {
    return this.tree.mergedInto(code);
  }

  isNamed(code: string, name: string): boolean {
    return this.tree.isNamed(code, name);
  }

  holders(code: string): readonly Holder[] {
    return this.tree.holders(code);
  }

  within(code: string, ancestor: string): boolean {
    return this.tree.within(code, ancestor);
  }
}
