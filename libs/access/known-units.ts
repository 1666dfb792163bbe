import type { EntityManager } from 'typeorm';
import { UnitTree, UNITS_SQL, type Unit } from './unit-tree.js';
import { AccessError } from './access.error.js';

/** Refuses codes that name no unit of today, no former one and are not `*`. Throws `AccessError`. */
export async function checkUnits(manager: EntityManager, codes: readonly string[]): Promise<void> {
  const tree = new UnitTree(await manager.query<Unit[]>(UNITS_SQL));
  const unknown = codes.find((code) => code !== '*' && !tree.has(code));
  if (unknown !== undefined) throw new AccessError('invalid', `there is no unit "${unknown}"`);
}
