import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BATCH_SUBMITTER, type BatchSubmitter, type UnitDirectory } from '#libs/access';
import type { BatchPart } from '#libs/contracts';
import { AuditEntity, EntryEntity, type EntryState } from '#libs/persistence';
import { CLOCK, ProblemError, Settings, type Clock } from '#libs/platform';
import { Catalogue, enteredType, HAND_ENTRY } from '#libs/sector-kit';
import { DataSource, type EntityManager, IsNull, In, Not } from 'typeorm';
import { UNITS } from '../gateway.tokens.js';
import { checkEntry, dataOf, type CheckedEntry, type EntryInput, type FieldError } from './entry-check.js';
import { numberOf, openFault, versionsOf, withdrawFault } from './entry-versions.js';

const MOST_HANDED_OVER = 200;
/** Held until its transaction ends by whoever makes or publishes a version. */
const NUMBERING = 'SELECT pg_advisory_xact_lock(726016)';

/** Steps of an entry: from which states to which, and who must not take it. */
const STEPS = {
  submit: { from: ['draft'], to: 'submitted' },
  approve: { from: ['submitted'], to: 'approved' },
  return: { from: ['submitted', 'approved'], to: 'draft' },
  publish: { from: ['approved'], to: 'published' },
} as const satisfies Record<string, { from: readonly EntryState[]; to: EntryState }>;
export type EntryStep = keyof typeof STEPS;

/** Values that people enter, from draft to publication. `actor`: login. */
@Injectable()
export class Entries {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BATCH_SUBMITTER) private readonly submit: BatchSubmitter,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  list(options: {
    state?: EntryState | undefined;
    metric?: string | undefined;
    limit: number;
  }): Promise<EntryEntity[]> {
    const { state, metric, limit } = options;
    return this.database.getRepository(EntryEntity).find({
      where: { ...(state === undefined ? {} : { state }), ...(metric === undefined ? {} : { metric }) },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: limit,
    });
  }

  /** What was done to an entry, oldest first. */
  history(id: string): Promise<AuditEntity[]> {
    return this.database.getRepository(AuditEntity).find({ where: { object: id }, order: { id: 'ASC' }, take: 200 });
  }

  check(input: EntryInput): { entry: CheckedEntry } | { errors: FieldError[] } {
    return checkEntry(input, { catalogue: this.catalogue, units: this.units, now: this.clock.now() });
  }

  /**
   * What is wrong with each line of a sheet beside its own fields: a number that somebody works on already, or that
   * an earlier line says, or nothing to be withdrawn.
   */
  async openFaults(lines: readonly { line: number; entry: CheckedEntry }[]): Promise<Map<number, FieldError>> {
    const versions = await versionsOf(
      this.database.manager,
      this.catalogue,
      lines.map(({ entry }) => entry),
    );
    const faults = new Map<number, FieldError>();
    const first = new Map<string, number>();
    lines.forEach(({ line, entry }, at) => {
      const open = versions[at]?.open;
      const earlier = first.get(numberOf(entry));
      if (open) faults.set(line, { path: '/period', message: openFault(open) });
      else if (earlier !== undefined)
        faults.set(line, { path: '/period', message: `line ${earlier} says this number already` });
      else first.set(numberOf(entry), line);
      const nothing = withdrawFault(entry, versions[at]);
      if (nothing && !faults.has(line)) faults.set(line, nothing);
    });
    return faults;
  }

  /**
   * Writes drafts, all or none; each is the next version of its number and period, also of what a source has told.
   * 409 where somebody works on the number already: two drafts side by side would be published one over the other.
   */
  async draft(inputs: readonly EntryInput[], actor: string): Promise<EntryEntity[]> {
    const checked = inputs.map((input) => this.checked(input));
    return this.numbered((manager) => this.insert(manager, checked, actor));
  }

  /** A draft that says why and what a published entry should have been; 409 unless that one is the valid version. */
  async correct(
    id: string,
    { reason, ...said }: { value: number | null; document?: string; reason: string },
    actor: string,
  ): Promise<EntryEntity> {
    return this.numbered(async (manager) => {
      const entry = await manager.findOneBy(EntryEntity, { id });
      needState(entry, ['published']);
      const { metric, unit, dims, period, version } = entry;
      const checked = this.checked({ metric, unit, dims, period, ...said });
      const [made] = await this.insert(manager, [checked], actor, { corrects: version, reason });
      if (!made) throw new Error('no entry was made');
      return made;
    });
  }

  /** Changes what a draft says; its number and period stay. */
  async change(id: string, change: { value: number | null; document?: string }, actor: string): Promise<EntryEntity> {
    return this.locked(id, ['draft'], async (manager, entry) => {
      const checked = this.checked({ ...entry, value: change.value, document: change.document });
      const { value, document } = checked;
      const [versions] = await versionsOf(manager, this.catalogue, [checked]);
      const nothing = withdrawFault(checked, versions);
      if (nothing) refuse([nothing]);
      await manager.update(EntryEntity, { id }, { value, document });
      await audit(manager, actor, 'entry.change', id, { value });
      return { ...entry, value, document };
    });
  }

  async remove(id: string, actor: string): Promise<void> {
    await this.locked(id, ['draft'], async (manager) => {
      await manager.delete(EntryEntity, { id });
      await audit(manager, actor, 'entry.remove', id, {});
    });
  }

  /** Takes a step; 409 where the entry is not in the state for it, 403 where this person must not. */
  async step(id: string, step: EntryStep, actor: string, reason?: string): Promise<EntryEntity> {
    const now = new Date(this.clock.now());
    const { from, to } = STEPS[step];
    const changed = await this.locked(id, from, async (manager, entry) => {
      if (step === 'approve') await this.needAnother(manager, entry, actor);
      if (step === 'publish') await this.supersede(manager, entry);
      const by = {
        submit: { submittedBy: actor },
        approve: { approvedBy: actor },
        return: { submittedBy: null, approvedBy: null },
        publish: { publishedBy: actor, publishedAt: now },
      }[step];
      await manager.update(EntryEntity, { id }, { state: to, ...by });
      await audit(manager, actor, `entry.${step}`, id, { ...(reason === undefined ? {} : { reason }) });
      return { ...entry, state: to, ...by };
    });
    if (step === 'publish') await this.handOver();
    return changed;
  }

  /**
   * Gives the queue what was published and is not there yet: at once after a publication, and again from time to time,
   * for one whose hub died or whose queue was away in between. Batch and event carry the entry's id, so that however
   * often it is handed over it counts once.
   */
  async handOver(): Promise<number> {
    const waiting = await this.database.getRepository(EntryEntity).find({
      where: { publishedAt: Not(IsNull()), queuedAt: IsNull() },
      order: { publishedAt: 'ASC' },
      take: MOST_HANDED_OVER,
    });
    if (waiting.length === 0) return 0;
    await this.ensureSource(waiting);
    for (const entry of waiting) {
      await this.submit(this.partOf(entry));
      await this.database.getRepository(EntryEntity).update({ id: entry.id }, { queuedAt: new Date(this.clock.now()) });
    }
    return waiting.length;
  }

  /** Throws 400 with what is wrong. */
  private checked(input: EntryInput): CheckedEntry {
    const result = this.check(input);
    return 'entry' in result ? result.entry : refuse(result.errors);
  }

  /** Versions are counted up: two who enter, correct or publish the same number at once go one after the other. */
  private numbered<R>(work: (manager: EntityManager) => Promise<R>): Promise<R> {
    return this.database.transaction(async (manager) => {
      await manager.query(NUMBERING);
      return work(manager);
    });
  }

  private async insert(
    manager: EntityManager,
    entries: readonly CheckedEntry[],
    actor: string,
    why: Record<string, unknown> = {},
  ): Promise<EntryEntity[]> {
    const versions = await versionsOf(manager, this.catalogue, entries);
    const ids: string[] = [];
    const seen = new Set<string>();
    for (const [at, entry] of entries.entries()) {
      const { last, counted, open } = versions[at] ?? { last: 0, counted: 0, open: null };
      if (open) throw new ProblemError(409, 'entry-open', undefined, openFault(open), { open });
      const nothing = withdrawFault(entry, versions[at]);
      if (nothing) refuse([nothing]);
      const { metric, unit, period, value } = entry;
      if (seen.has(numberOf(entry))) {
        throw new ProblemError(
          409,
          'entry-twice',
          undefined,
          `${metric} of ${unit || 'all'}, ${period} is there twice.`,
        );
      }
      seen.add(numberOf(entry));
      const id = randomUUID();
      await manager.insert(EntryEntity, { ...entry, id, version: Math.max(last, counted) + 1, author: actor });
      await audit(manager, actor, 'entry.draft', id, { metric, unit, period, value, ...why });
      ids.push(id);
    }
    const made = new Map((await manager.findBy(EntryEntity, { id: In(ids) })).map((entry) => [entry.id, entry]));
    return ids.flatMap((id) => made.get(id) ?? []);
  }

  /** Runs a change on an entry that nobody else changes meanwhile. */
  private async locked<R>(
    id: string,
    states: readonly EntryState[],
    work: (manager: EntityManager, entry: EntryEntity) => Promise<R>,
  ): Promise<R> {
    return this.database.transaction(async (manager) => {
      const entry = await manager.findOne(EntryEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      needState(entry, states);
      return work(manager, entry);
    });
  }

  /** Whoever wrote any of what an entry says, also over the draft of somebody else, or sent it in, does not approve it. */
  private async needAnother(manager: EntityManager, entry: EntryEntity, actor: string): Promise<void> {
    if (!this.settings.ENTRY_FOUR_EYES) return;
    const wrote =
      entry.author === actor ||
      entry.submittedBy === actor ||
      (await manager.existsBy(AuditEntity, { object: entry.id, actor, action: 'entry.change' }));
    if (!wrote) return;
    const detail =
      'Who wrote or sent in an entry does not approve it. Add a second person with `npm run hub -- user add`, or set ENTRY_FOUR_EYES=false.';
    throw new ProblemError(403, 'own-entry', undefined, detail);
  }

  /** The version that was valid is superseded; a later one must not be there yet. */
  private async supersede(manager: EntityManager, entry: EntryEntity): Promise<void> {
    await manager.query(NUMBERING);
    const { metric, unit, dims, period, version } = entry;
    const [versions] = await versionsOf(manager, this.catalogue, [entry]);
    const counted = versions?.counted ?? 0;
    if (counted >= version) {
      const detail = `Version ${counted} of this number is published already; enter a new one.`;
      throw new ProblemError(409, 'entry-superseded', undefined, detail);
    }
    await manager.query(
      `UPDATE entry SET state = 'superseded'
       WHERE metric = $1 AND unit = $2 AND dims = $3 AND period = $4 AND state = 'published'`,
      [metric, unit, dims, period],
    );
  }

  /** The source of what people enter, for the sectors in which somebody did. */
  private async ensureSource(entries: readonly EntryEntity[]): Promise<void> {
    const types = [...new Set(entries.map((entry) => this.typeOf(entry)))];
    await this.database.query(
      `INSERT INTO source (id, name, types, units, every) VALUES ($1, 'Nhập tay', $2, '{*}', $3)
       ON CONFLICT (id) DO UPDATE SET types = (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(source.types || excluded.types) t)
       WHERE NOT source.types @> excluded.types`,
      [HAND_ENTRY, types, 31 * 86_400],
    );
  }

  private typeOf({ metric }: EntryEntity): string {
    return enteredType(this.catalogue.packOfMetric(metric)?.id ?? '');
  }

  private partOf(entry: EntryEntity): BatchPart {
    const now = this.clock.now();
    const event = {
      id: entry.id,
      source: HAND_ENTRY,
      type: this.typeOf(entry),
      time: entry.publishedAt?.getTime() ?? now,
      ...(entry.unit === '' ? {} : { unit: entry.unit }),
      data: { ...dataOf(entry, entry.version) },
    };
    return {
      batch: entry.id,
      source: HAND_ENTRY,
      at: now,
      via: 'http',
      events: [event],
      rejected: [],
      rejectedTotal: 0,
    };
  }
}

/** Throws 400 with what is wrong. */
function refuse(errors: readonly FieldError[]): never {
  throw new ProblemError(400, 'field-invalid', undefined, errors.map((one) => one.message).join('; '), { errors });
}

/** Throws 404 where there is no entry, 409 where it is in none of the states. */
function needState(entry: EntryEntity | null, states: readonly EntryState[]): asserts entry is EntryEntity {
  if (!entry) throw new ProblemError(404, 'entry-unknown', undefined, 'There is no such entry.');
  if (states.includes(entry.state)) return;
  const detail = `The entry is ${entry.state}; this is possible only while it is ${states.join(' or ')}.`;
  throw new ProblemError(409, 'entry-state', undefined, detail, { state: entry.state });
}

async function audit(
  manager: EntityManager,
  actor: string,
  action: string,
  object: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await manager.insert(AuditEntity, { actor, action, object, detail: detail as Record<string, never> });
}
