import type { UnitDirectory } from '#libs/access';
import { Inject, Injectable } from '@nestjs/common';
import { faultsOf } from '#libs/alerting';
import { dayName, type Fault, type Rule, type RuleView } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import {
  AlertEntity,
  AuditEntity,
  loadAlertSettings,
  readRulesInUse,
  RuleEntity,
  type RuleInUse,
} from '#libs/persistence';
import { CLOCK, type Clock, LOG, ProblemError } from '#libs/platform';
import { Catalogue, OFFICE_CALENDAR, workingClock, type WorkingClock } from '#libs/sector-kit';
import type { Logger } from 'pino';
import { DataSource, type EntityManager } from 'typeorm';
import { BUS, UNITS } from '../gateway.tokens.js';

const MOST_OWN = 5_000;
const OWN = 'own.';

/**
 * Rules in use: those of the packs, changed or not, and those of operators. Each change is one transaction with its audit
 * entry, which holds what was before, and is then told on the live bus. `version`: what the person who changes it saw;
 * another one is refused (409). `actor`: login. `decides`: whether he may switch rules off, and so let one end or mute others.
 */
@Injectable()
export class Rules {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  async list(): Promise<RuleView[]> {
    const { manager } = this.database;
    const open = await openAlerts(manager);
    return (await this.inUse(manager)).map((one) => view(one, open.get(one.rule.id) ?? 0));
  }

  /** Definitions of all rules, also of those that are switched off. */
  async definitions(): Promise<Rule[]> {
    return (await this.inUse(this.database.manager)).map(({ rule }) => rule);
  }

  async get(id: string): Promise<RuleView & { packs: Rule | null }> {
    const found = (await this.list()).find((rule) => rule.id === id);
    if (!found) throw unknown(id);
    return { ...found, packs: this.catalogue.rule(id) ?? null };
  }

  /** Office hours with the holidays that are set here. */
  async office(): Promise<WorkingClock> {
    const { holidays } = await loadAlertSettings(this.database.manager);
    return workingClock({ ...OFFICE_CALENDAR, ...holidays });
  }

  /** What is wrong with a rule, whatever was sent; nothing is saved. */
  async check(given: unknown): Promise<Fault[]> {
    return this.faults(this.database.manager, given);
  }

  async add(given: unknown, actor: string, decides: boolean): Promise<RuleView> {
    return this.change(actor, 'rule.add', async (manager) => {
      const rule = await this.checked(manager, given);
      if (!rule.id.startsWith(OWN)) throw invalid([{ path: '/id', message: `must begin with ${OWN}` }]);
      if (!decides) this.endsNothing(null, rule);
      const old = await locked(manager, rule.id);
      if (old && old.removedAt === null) throw conflict('there is already such a rule', old.version);
      if ((await manager.countBy(RuleEntity, {})) >= MOST_OWN)
        throw new ProblemError(409, 'too-many', undefined, `There are ${MOST_OWN} rules already.`);
      await this.write(manager, rule.id, { definition: rule, enabled: true, removedAt: null }, old, actor);
      return { id: rule.id, before: null, after: rule };
    });
  }

  async replace(
    id: string,
    given: unknown,
    version: number,
    { actor, decides }: { actor: string; decides: boolean },
  ): Promise<RuleView> {
    return this.change(actor, 'rule.change', async (manager) => {
      const { row, before } = await this.current(manager, id, version);
      const rule = await this.checked(manager, given);
      if (rule.id !== id) throw invalid([{ path: '/id', message: 'cannot be changed: make another rule' }]);
      if (rule.sector !== before.sector && this.catalogue.rule(id))
        throw invalid([{ path: '/sector', message: "of a pack's rule cannot be changed" }]);
      if (!decides) this.endsNothing(before, rule);
      await this.write(manager, id, { definition: rule }, row, actor);
      return { id, before, after: rule };
    });
  }

  async enable(id: string, enabled: boolean, version: number, actor: string): Promise<RuleView> {
    return this.change(actor, enabled ? 'rule.enable' : 'rule.disable', async (manager) => {
      const { row, before } = await this.current(manager, id, version);
      await this.write(manager, id, { enabled }, row, actor);
      return { id, before };
    });
  }

  /** An operator's rule goes; a pack's is again as the pack has it. */
  async remove(id: string, version: number, actor: string): Promise<void> {
    const ofPack = this.catalogue.rule(id);
    await this.change(actor, ofPack ? 'rule.reset' : 'rule.remove', async (manager) => {
      const { row, before } = await this.current(manager, id, version);
      const removedAt = new Date(this.clock.now());
      const next = ofPack ? { definition: null, enabled: true } : { removedAt, enabled: false };
      await this.write(manager, id, next, row, actor);
      return { id, before };
    });
  }

  /** A rule that is over, has yet to begin, or is muted by another, is as good as switched off. @throws ProblemError 403 */
  private endsNothing(before: Rule | null, after: Rule): void {
    const today = dayName(this.clock.now());
    const errors: Fault[] = [];
    if (after.validTo !== undefined && after.validTo !== before?.validTo && after.validTo <= today)
      errors.push({ path: '/validTo', message: 'only administrators let a rule end today or before' });
    const begins = after.validFrom ?? '';
    const held = before !== null && (before.validFrom ?? '') <= today && (before.validTo ?? today) >= today;
    if (held && begins > today)
      errors.push({ path: '/validFrom', message: 'only administrators let a rule that is in force begin later' });
    if (held && after.hours !== undefined && JSON.stringify(after.hours) !== JSON.stringify(before.hours))
      errors.push({ path: '/hours', message: 'only administrators limit the hours of a rule that is in force' });
    if (JSON.stringify(after.inhibits ?? []) !== JSON.stringify(before?.inhibits ?? []))
      errors.push({ path: '/inhibits', message: 'only administrators decide what a rule mutes' });
    if (errors.length === 0) return;
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new ProblemError(403, 'forbidden', undefined, detail, { errors });
  }

  private inUse(manager: EntityManager): Promise<RuleInUse[]> {
    return readRulesInUse(manager, this.catalogue);
  }

  private async faults(manager: EntityManager, given: unknown): Promise<Fault[]> {
    const rules = (await this.inUse(manager)).map(({ rule }) => rule);
    return faultsOf(given, this.catalogue, { hasUnit: (code) => this.units.has(code), rules });
  }

  private async checked(manager: EntityManager, given: unknown): Promise<Rule> {
    const faults = await this.faults(manager, given);
    if (faults.length > 0) throw invalid(faults);
    return given as Rule;
  }

  /** The rule as it is, locked where somebody has touched it before. */
  private async current(
    manager: EntityManager,
    id: string,
    version: number,
  ): Promise<{ row: RuleEntity | null; before: Rule }> {
    const row = await locked(manager, id);
    const before = (row?.removedAt ? null : row?.definition) ?? this.catalogue.rule(id);
    if (!before) throw unknown(id);
    if ((row?.version ?? 0) !== version) throw conflict('somebody else has changed it meanwhile', row?.version ?? 0);
    return { row, before };
  }

  private async write(
    manager: EntityManager,
    id: string,
    next: Partial<RuleEntity>,
    row: RuleEntity | null,
    actor: string,
  ): Promise<void> {
    const stamp = { version: (row?.version ?? 0) + 1, updatedBy: actor, updatedAt: new Date(this.clock.now()) };
    const done = { ...next, ...stamp } as object;
    if (row) await manager.update(RuleEntity, { id }, done);
    else await manager.insert(RuleEntity, { id, ...done });
  }

  private async change(
    actor: string,
    action: string,
    work: (manager: EntityManager) => Promise<{ id: string; before: Rule | null; after?: Rule }>,
  ): Promise<RuleView> {
    const made = await this.database.transaction(async (manager) => {
      // One change of rules at a time: what mutes what is judged over all of them.
      await manager.query('SELECT pg_advisory_xact_lock(726014)');
      const { id, ...detail } = await work(manager);
      await manager.insert(AuditEntity, {
        actor,
        action,
        object: id,
        detail: detail as unknown as Record<string, never>,
      });
      return id;
    });
    await this.bus
      .publish('alerts', { ids: [], more: false, setup: true })
      .catch((error: unknown) => this.log.warn({ err: error }, 'a change of rules was not told'));
    const open = await openAlerts(this.database.manager);
    const found = (await this.inUse(this.database.manager)).find(({ rule }) => rule.id === made);
    return found ? view(found, open.get(made) ?? 0) : ({ id: made } as RuleView);
  }
}

const locked = (manager: EntityManager, id: string): Promise<RuleEntity | null> =>
  manager.findOne(RuleEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });

async function openAlerts(manager: EntityManager): Promise<Map<string, number>> {
  const rows = await manager
    .createQueryBuilder(AlertEntity, 'alert')
    .select('alert.rule', 'rule')
    .addSelect('count(*)::int', 'open')
    .where('alert.endedAt IS NULL AND alert.rule IS NOT NULL')
    .groupBy('alert.rule')
    .getRawMany<{ rule: string; open: number }>();
  return new Map(rows.map(({ rule, open }) => [rule, open]));
}

function view({ rule, updatedAt, ...rest }: RuleInUse, open: number): RuleView {
  return { ...rule, ...rest, updatedAt: updatedAt?.toISOString() ?? null, open };
}

const unknown = (id: string): ProblemError => new ProblemError(404, 'not-found', undefined, `There is no rule ${id}.`);
const conflict = (why: string, version: number): ProblemError =>
  new ProblemError(409, 'conflict', undefined, `Not saved: ${why}.`, { version });

/** A rule that cannot be saved, with everything that is wrong. */
export function invalid(faults: readonly Fault[]): ProblemError {
  const detail = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ProblemError(422, 'rule-invalid', undefined, detail, { errors: faults });
}
