import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BATCH_SUBMITTER, type BatchSubmitter, type UnitDirectory } from '#libs/access';
import type { BatchPart } from '#libs/contracts';
import { AuditEntity, EntryEntity, type EntryState } from '#libs/persistence';
import { CLOCK, ProblemError, Settings, type Clock } from '#libs/platform';
import { Catalogue, enteredType, enteredValue, keyOfEntered } from '#libs/sector-kit';
import { DataSource, type EntityManager, IsNull, In, Not } from 'typeorm';
import { UNITS } from '../gateway.tokens.js';
import { checkEntry, dataOf, type CheckedEntry, type EntryInput, type FieldError } from './entry-check.js';

/** Source of the events that published entries become. */
export const HAND_ENTRY = 'hand-entry';
const MOST_HANDED_OVER = 200;

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

  /** Writes drafts, all or none; each is the next version of its number and period, also of what a source has told. */
  async draft(inputs: readonly EntryInput[], actor: string): Promise<EntryEntity[]> {
    const checked = inputs.map((input) => {
      const result = this.check(input);
      if ('entry' in result) return result.entry;
      const errors = result.errors;
      throw new ProblemError(400, 'field-invalid', undefined, errors.map((one) => one.message).join('; '), { errors });
    });
    return this.database.transaction(async (manager) => {
      // Versions are counted up: two who enter the same number at once must not both get the next.
      await manager.query('SELECT pg_advisory_xact_lock(726016)');
      const made: EntryEntity[] = [];
      for (const entry of checked) made.push(await this.insert(manager, entry, actor));
      return made;
    });
  }

  /** Changes what a draft says; its number and period stay. */
  async change(id: string, change: { value: number | null; document?: string }, actor: string): Promise<EntryEntity> {
    return this.locked(id, ['draft'], async (manager, entry) => {
      const document = change.document ?? null;
      const result = this.check({ ...entry, value: change.value, document: document ?? undefined });
      if ('errors' in result) {
        const { errors } = result;
        throw new ProblemError(400, 'field-invalid', undefined, errors.map((one) => one.message).join('; '), {
          errors,
        });
      }
      await manager.update(EntryEntity, { id }, { value: change.value, document });
      await audit(manager, actor, 'entry.change', id, { value: change.value });
      return { ...entry, value: change.value, document };
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
      if (step === 'approve') this.needAnother(entry, actor);
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

  private async insert(manager: EntityManager, entry: CheckedEntry, actor: string): Promise<EntryEntity> {
    const { metric, unit, dims, period } = entry;
    const [last] = await manager.query<{ version: number | null }[]>(
      'SELECT max(version) AS version FROM entry WHERE metric = $1 AND unit = $2 AND dims = $3 AND period = $4',
      [metric, unit, dims, period],
    );
    const id = randomUUID();
    const version = Math.max(last?.version ?? 0, await this.toldVersion(manager, entry)) + 1;
    await manager.insert(EntryEntity, { ...entry, id, version, author: actor });
    await audit(manager, actor, 'entry.draft', id, { metric, unit, period, value: entry.value });
    return manager.findOneByOrFail(EntryEntity, { id });
  }

  /** Highest version of this number that counts so far, from whatever source; 0 where there is none. */
  private async toldVersion(manager: EntityManager, entry: CheckedEntry): Promise<number> {
    const metric = this.catalogue.metric(entry.metric) ?? { dims: [] };
    const key = keyOfEntered(enteredValue({ data: dataOf(entry, 1), unit: entry.unit, time: 0 }, metric));
    const [told] = await manager.query<{ version: number }[]>(
      `SELECT (state->>'version')::int AS version FROM projection WHERE kind = $1 AND key = $2`,
      [`${this.catalogue.packOfMetric(entry.metric)?.id}.entered-value`, key],
    );
    return told?.version ?? 0;
  }

  /** Runs a change on an entry that nobody else changes meanwhile. */
  private async locked<R>(
    id: string,
    states: readonly EntryState[],
    work: (manager: EntityManager, entry: EntryEntity) => Promise<R>,
  ): Promise<R> {
    return this.database.transaction(async (manager) => {
      const entry = await manager.findOne(EntryEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!entry) throw new ProblemError(404, 'entry-unknown', undefined, 'There is no such entry.');
      if (!states.includes(entry.state)) {
        const detail = `The entry is ${entry.state}; this is possible only while it is ${states.join(' or ')}.`;
        throw new ProblemError(409, 'entry-state', undefined, detail, { state: entry.state });
      }
      return work(manager, entry);
    });
  }

  private needAnother(entry: EntryEntity, actor: string): void {
    if (!this.settings.ENTRY_FOUR_EYES || (entry.author !== actor && entry.submittedBy !== actor)) return;
    const detail =
      'Who wrote or sent in an entry does not approve it. Add a second person with `npm run hub -- user add`, or set ENTRY_FOUR_EYES=false.';
    throw new ProblemError(403, 'own-entry', undefined, detail);
  }

  /** The version that was valid is superseded; a later one must not be there yet. */
  private async supersede(manager: EntityManager, entry: EntryEntity): Promise<void> {
    const { metric, unit, dims, period, version } = entry;
    const told = await this.toldVersion(manager, entry);
    if (told >= version) {
      const detail = `Version ${told} of this number was told meanwhile; enter a new one.`;
      throw new ProblemError(409, 'entry-superseded', undefined, detail);
    }
    const published = await manager.find(EntryEntity, {
      where: { metric, unit, period, state: In(['published', 'superseded']) },
    });
    const same = published.filter((other) => other.dims.join('|') === dims.join('|'));
    const later = same.find((other) => other.version > version);
    if (later) {
      const detail = `Version ${later.version} of this number is published already; enter a new one.`;
      throw new ProblemError(409, 'entry-superseded', undefined, detail);
    }
    for (const { id } of same) await manager.update(EntryEntity, { id }, { state: 'superseded' });
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

async function audit(
  manager: EntityManager,
  actor: string,
  action: string,
  object: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await manager.insert(AuditEntity, { actor, action, object, detail: detail as Record<string, never> });
}
