import type { Rule } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import type { EntityManager } from 'typeorm';
import { RuleEntity } from '../entities/index.js';

/** A rule as it is in use: a pack's own, a pack's as an operator changed it, or an operator's. */
export interface RuleInUse {
  rule: Rule;
  origin: 'pack' | 'operator';
  /** A pack's rule with another definition than the pack's. */
  changed: boolean;
  enabled: boolean;
  /** 0: nobody has touched it. Grows with every change. */
  version: number;
  updatedBy: string | null;
  updatedAt: Date | null;
}

/** Every rule, also those that are switched off: the packs' in the order of the packs, then the operators'. */
export async function readRulesInUse(manager: EntityManager, catalogue: Catalogue): Promise<RuleInUse[]> {
  const rows = await manager.find(RuleEntity, { order: { id: 'ASC' } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const ofPacks = catalogue.allRules().map((rule) => ruleInUse(rule, byId.get(rule.id)));
  const own = rows
    .filter((row) => row.definition !== null && row.removedAt === null && catalogue.rule(row.id) === undefined)
    // A rule of a sector that is no longer installed has nothing to look at.
    .filter((row) => catalogue.packs.some(({ id }) => id === row.definition?.sector))
    .map((row) => ruleInUse(undefined, row));
  return [...ofPacks, ...own];
}

function ruleInUse(ofPack: Rule | undefined, row: RuleEntity | undefined): RuleInUse {
  const rule = row?.definition ?? ofPack;
  if (!rule) throw new Error(`rule ${row?.id ?? ''} has no definition`);
  return {
    rule,
    origin: ofPack ? 'pack' : 'operator',
    changed: ofPack !== undefined && row?.definition != null,
    enabled: row?.enabled ?? true,
    version: row?.version ?? 0,
    updatedBy: row?.updatedBy ?? null,
    updatedAt: row?.updatedAt ?? null,
  };
}
